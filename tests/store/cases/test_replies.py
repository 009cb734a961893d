from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from store.cases.replies import Outcome, Reply, is_bare_thanks, outcome

CLOSED = datetime(2026, 11, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    "text",
    [
        "Thanks!",
        "Thank you very much, Anna. It works again now.\n\nBest regards\nMaria",
        "Thanks again, have a nice weekend 👍",
        "Vielen Dank für die schnelle Hilfe, es funktioniert wieder!\nLiebe Grüße\nMaria",
        "Merci beaucoup, tout fonctionne.",
        "Muchas gracias por su ayuda",
        "Grazie mille, problema risolto!",
        "Bedankt voor de snelle reactie",
        "Tack så mycket för hjälpen!",
        "Dziękuję bardzo za szybką odpowiedź",
        "Спасибо, всё работает!",
        "ありがとうございました。助かりました。",
        "谢谢您的帮助",
        "감사합니다",
    ],
)
def test_bare_thanks_are_known(text: str) -> None:
    assert is_bare_thanks(text, ("Maria Gruber", "Anna Alp"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ok",
        "Maria",
        "Thanks, but it still leaks",
        "Thank you, I have this problem again",
        "Thanks. Is it done?",
        "Thank you for nothing",
        "Danke, das Problem ist wieder da",
        "Danke, aber es funktioniert nicht",
        "Danke! Bitte noch die Rechnung schicken.",
        "Merci, mais le problème est de retour encore",
        "ありがとうございます。まだ動きません。",
        " ".join(["thanks"] * 70),
    ],
)
def test_whatever_says_more_is_an_answer(text: str) -> None:
    assert not is_bare_thanks(text, ("Maria Gruber",))


@pytest.mark.parametrize(
    ("status", "after", "text", "found"),
    [
        ("resolved", 3 * DAY, "It leaks again", Outcome.REOPENS),
        ("resolved", 14 * DAY, "It leaks again", Outcome.REOPENS),
        ("resolved", 15 * DAY, "It leaks again", Outcome.FOLLOWS),
        ("cancelled", 15 * DAY, "It leaks again", Outcome.FOLLOWS),
        ("resolved", 3 * DAY, "Thanks a lot", Outcome.JOINS),
        ("resolved", 15 * DAY, "Thanks a lot", Outcome.JOINS),
        ("resolved", -DAY, "It leaks again", Outcome.STALE),
        ("waiting", DAY, "The serial number is 7", Outcome.GOES_ON),
        ("waiting", DAY, "Thanks a lot", Outcome.JOINS),
        ("waiting", -DAY, "The serial number is 7", Outcome.STALE),
        ("in_progress", DAY, "The serial number is 7", Outcome.STALE),
    ],
)
def test_outcome_follows_from_status_time_and_words(status: str, after: timedelta, text: str, found: Outcome) -> None:
    assert outcome(Reply(CLOSED + after, text, (), status, CLOSED, 14)) == found


def test_window_of_no_days_makes_every_answer_a_new_case() -> None:
    assert outcome(Reply(CLOSED + DAY, "It leaks", (), "resolved", CLOSED, 0)) == Outcome.FOLLOWS


@pytest.mark.parametrize(
    ("minutes", "known", "found"),
    [
        (-2, 3, Outcome.REOPENS),
        (-2, -1, Outcome.STALE),
        (-90, 3, Outcome.STALE),
    ],
)
def test_answer_that_was_on_its_way_when_the_case_was_closed_is_not_lost(
    minutes: int, known: int, found: Outcome
) -> None:
    at, known_at = CLOSED + timedelta(minutes=minutes), CLOSED + timedelta(minutes=known)
    assert outcome(Reply(at, "It leaks", (), "resolved", CLOSED, 14, known_at=known_at)) == found
