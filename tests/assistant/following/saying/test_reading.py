"""What mails promise and ask; the days are those of a mail written on Tuesday, 24 November 2026 at ten."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from assistant.following.saying.due import end_of
from assistant.following.saying.reading import said_in
from assistant.following.saying.values import Said
from assistant.following.saying.wording import LANGUAGES

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 24, 10, tzinfo=VIENNA)


def found(text: str, *, sent: bool = True) -> list[tuple[str, str, bool]]:
    """(kind, the moment it is due by, whether it is conditional)"""
    return [(said.kind, _when(said), said.conditional) for said in said_in(text, sent=sent, now=NOW)]


def _when(said: Said) -> str:
    return f"{end_of(said.due):%m-%d %H:%M}" if said.due else ""


@pytest.mark.parametrize(
    ("text", "when", "conditional"),
    [
        ("I'll send the offer by Friday.", "11-28 00:00", False),
        ("I’ll get back to you next week.", "12-07 00:00", False),
        ("Will call her this afternoon.", "11-24 18:00", False),
        ("Thanks, we will look into it.", "", False),
        ("Let me check with the warehouse.", "", False),
        ("You'll have the numbers from me tomorrow.", "11-26 00:00", False),
        ("Two kits leave today.", "11-25 00:00", False),
        ("Revised quote to follow.", "", False),
        ("I'll let you know when I hear back from her.", "", False),
        ("If you send me the number, I will re-issue it.", "", True),
        ("Fill in the name beside each and I will load it.", "", True),
        ("Ich schicke Ihnen das Angebot bis Freitag.", "11-28 00:00", False),
        ("Die Pumpe geht heute raus.", "11-25 00:00", False),
        ("Wir melden uns nächste Woche bei Ihnen.", "12-07 00:00", False),
        ("Je vous envoie le devis d'ici vendredi.", "11-28 00:00", False),
        ("Nous livrons demain douze bouteilles.", "11-26 00:00", False),
        ("Ik stuur u morgen de offerte en ik bel u nog.", "11-26 00:00", False),
        ("Mañana le enviamos el repuesto.", "11-26 00:00", False),
        ("I should have the figures by Thursday.", "11-27 00:00", False),
        ("Le mando le istruzioni domani, per il montaggio della guarnizione.", "11-26 00:00", False),
    ],
)
def test_promise_is_found_with_its_day(text: str, when: str, conditional: bool) -> None:
    assert found(text) == [("promise", when, conditional)]


@pytest.mark.parametrize(
    "text",
    [
        "I sent it yesterday.",
        "I will not send anything today.",
        "We will see what comes out of it.",
        "I'll be out of the office tomorrow.",
        "I told her that we would call.",
        "I am not sure if I will be able to join.",
        "Nobody takes the last week of August, it goes out then.",
        "They are the documents that we will move.",
        '"We will deliver on Friday," he said.',
        "Ich schicke Ihnen das nicht.",
        "Wir dosieren von Hand, das Gesundheitsamt kommt am 22.12.",
    ],
)
def test_what_nobody_waits_for_is_no_promise(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Did it arrive?", ""),
        ("¿Hay rodillo de repuesto?", ""),
        ("いつですか？", ""),
        ("Please let me know what you think by noon.", "11-24 12:00"),
        ("Could you let me have the hardware one, too.", ""),
        ("I'd need a phone number for the courier.", ""),
        ("Please send me your lines before Thursday.", "11-26 00:00"),
        ("Can we meet on Thursday?", ""),
        ("I was wondering if anyone knows it.", ""),
        ("Bitte senden Sie mir bis Ende des Monats die Zahlen.", "12-01 00:00"),
        ("Merci de nous indiquer une date.", ""),
        ("Laat maar weten.", ""),
    ],
)
def test_question_is_found_with_the_day_of_its_answer(text: str, when: str) -> None:
    assert found(text) == [("question", when, False)]


@pytest.mark.parametrize(
    "text",
    [
        "Please let me know if you have any questions.",
        "Feel free to call me.",
        "It doesn't seem like a year, does it?",
        "Why not have some cake?",
        "Contoso?",
        "He asked me, “Who pays?”",
        "Restart it after that.",
        "If anything is wrong, let me know.",
        "see https://example.org/?",
    ],
)
def test_what_expects_no_answer_is_no_question(text: str) -> None:
    assert found(text) == []


def test_sentence_may_ask_and_promise() -> None:
    assert found("Please send me the number and I'll re-issue it.") == [("promise", "", True), ("question", "", False)]


def test_received_mail_has_promises_of_its_writer_and_no_questions() -> None:
    text = "Can you help? We will pay on Friday."
    assert found(text, sent=False) == [("their_promise", "11-28 00:00", False)]


def test_sentence_is_quoted_as_it_stands() -> None:
    (said,) = said_in("Hello Jo,\n\nthanks. I'll send\nthe “offer”  soon.\nJo", sent=True, now=NOW)
    assert said.sentence == "I'll send the “offer” soon."


def test_day_long_ahead_is_one_that_has_passed() -> None:
    assert found("I'll send you the invoice of 12 November.") == [("promise", "", False)]


def test_unknown_language_still_asks_by_its_question_mark() -> None:
    assert found("Czy możemy dostać umowę w języku polskim, proszę? Wyślę ją jutro.") == [("question", "", False)]


def test_only_the_beginning_of_an_endless_mail_is_read() -> None:
    assert found("I'll call.\n\n" + "word. " * 4_000 + "I'll call.") == [("promise", "", False)]


def test_every_language_has_its_words() -> None:
    assert LANGUAGES == ("en", "de", "es", "fr", "it", "nl")
