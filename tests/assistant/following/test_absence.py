"""Automatic absence replies, most of them as they came: until when their writer is away."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.following.saying.absence import away_until, is_absence

NOW = datetime(2025, 12, 18, 10, tzinfo=ZoneInfo("Europe/Vienna"))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("I am out of the office, back on 5 January.", date(2026, 1, 4)),
        ("I'll be returning to the office on Monday, January 5th.", date(2026, 1, 4)),
        ("I am on leave and will return in two weeks.", date(2025, 12, 31)),
        ("Shop closed for the holidays, back Tuesday. Declan", date(2025, 12, 22)),
        ("I'm on vacation until Monday. For urgent matters call Bob at 555-1234.", date(2025, 12, 22)),
        ("I will be out of the office from December 22 through January 2.", date(2026, 1, 2)),
        ("I am out of office 12/22/2025 - 1/2/2026", date(2026, 1, 2)),
        ("I will be out of the office next week.", date(2025, 12, 28)),
        ("At sea until 9 January.", date(2026, 1, 9)),
        (
            "Ich bin bis zum 6. Januar 2026 nicht im Büro. In dringenden Fällen: buero@theissen.example",
            date(2026, 1, 6),
        ),
        ("Ich bin derzeit nicht erreichbar und lese meine Mails ab 5.1. wieder.\nF. Wittrock", date(2026, 1, 4)),
        ("Ich bin vom 22.12. bis 6.1.2026 nicht im Büro", date(2026, 1, 6)),
        ("Ich bin vom 13. bis 31. März in den Ferien. In dringenden Fällen Frau Bezzola.", date(2026, 3, 31)),
        ("Unser Büro ist am 31.12. und 1.1. (Feiertage) geschlossen.", date(2026, 1, 1)),
        ("Je suis absent jusqu'au 9 mars et ne lis pas mes courriels. / I am away until 9 March.", date(2026, 3, 9)),
        ("Je suis absent. De retour le lundi 5 janvier.", date(2026, 1, 4)),
        ("Ik ben met vakantie t/m 4 januari. Voor spoed aan boord: Kees Molenaar.", date(2026, 1, 4)),
        ("Sono in ferie fino al 6 gennaio", date(2026, 1, 6)),
        ("Estoy de vacaciones hasta el 7 de enero", date(2026, 1, 7)),
        ("Tak for din mail. Jeg er på ferie til og med 15. februar.", date(2026, 2, 15)),
    ],
)
def test_absence_is_read_to_its_last_day(text: str, last: date) -> None:
    assert away_until("Automatic reply: offer", text, NOW) == last


def test_two_days_that_a_date_may_be_are_read_as_the_sooner() -> None:
    assert away_until("Out of office", "I am away until 3/4/2026.", NOW) == date(2026, 3, 4)


@pytest.mark.parametrize(
    "text",
    [
        "I am out of the office.",
        "I am away from my desk. Back at 3pm",
        "I was on holiday until 5 December.",
        "Thank you for your email. The office is open Monday to Friday 9 to 5.30.",
    ],
)
def test_absence_without_a_day_to_come_has_no_end(text: str) -> None:
    assert away_until("Automatic reply: offer", text, NOW) is None


def test_day_in_the_subject_of_the_answered_mail_is_not_one_of_the_absence() -> None:
    assert away_until("Automatic reply: Offer valid until 5 January", "I am out of the office.", NOW) is None


def test_other_mail_is_no_absence() -> None:
    assert not is_absence("Offer", "Please send the offer by 5 January.")
    assert away_until("Offer", "Please send the offer by 5 January.", NOW) is None


def test_absence_is_known_by_its_subject_or_by_its_words() -> None:
    assert is_absence("Automatische Antwort: Preisliste", "Ihre Nachricht wird nicht weitergeleitet.")
    assert is_absence("RE: Preisliste", "Ich bin bis 22.5. im Urlaub.")
