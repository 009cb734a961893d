"""What a model is told at each level, and what is remembered of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import cast

import pytest

from assistant.chat.model.settings import ModelSettings, Tells
from assistant.chat.model.telling import MOST_LINES, Ledger
from assistant.chat.registry import Answer, Cite, Line, Talk
from assistant.compose import Services

CASE, MAIL = Cite("case", "CAS-00001", "Gate"), Cite("email", "u1", "Hello")
PROMISE = Cite("follow_up", "f1", "I will call")
ANSWER = Answer(
    (
        Line("Three:"),
        Line("CAS-00001 Gate", (CASE,)),
        Line("Jane: Hello", (MAIL, CASE)),
        Line("I will call", (PROMISE,)),
        Line(" ", (CASE,)),
    )
)
STAYS = "(a mail, whose words you are not told)"


def told(tells: Tells) -> tuple[list[str], Ledger]:
    ledger = Ledger(ModelSettings("https://api.models.example/v1", "large", tells))
    return [one["text"] for one in json.loads(ledger.answer(ANSWER))["lines"]], ledger


@pytest.mark.parametrize(
    ("tells", "lines", "sentence"),
    [
        ("records", ["Three:", "CAS-00001 Gate", STAYS, STAYS], "your request and 1 record (CAS-00001)"),
        (
            "mail",
            ["Three:", "CAS-00001 Gate", "Jane: Hello", "I will call"],
            "your request, 2 records (CAS-00001) and 1 mail",
        ),
    ],
)
def test_what_is_told_is_what_the_level_allows_and_is_remembered(tells: Tells, lines: list[str], sentence: str) -> None:
    found, ledger = told(tells)
    assert (found, ledger.sent.sentence) == (lines, f"api.models.example was sent {sentence}.")
    assert ledger.has_told_mail == (tells == "mail")
    assert [ledger.shown(number) for number in (1, 2, 3, 4)] == ["CAS-00001", "u1", "f1", None]


def test_a_screen_on_which_nothing_is_at_hand_is_no_record() -> None:
    ledger = Ledger(ModelSettings("https://api.models.example/v1", "large", "records"))
    talk = Talk(cast(Services, None), datetime(2026, 11, 24, 9, tzinfo=UTC), Cite("inbox", "", "inbox"))
    assert json.loads(ledger.here(talk))["here"] == [{"is": "$screen", "kind": "inbox", "name": "inbox", "id": ""}]
    assert ledger.sent.sentence == "api.models.example was sent your request."


def test_an_answer_is_told_up_to_a_limit_and_says_so() -> None:
    ledger = Ledger(ModelSettings("https://api.models.example/v1", "large", "records"))
    found = json.loads(ledger.answer(Answer((Line("x" * 900, (CASE,)),) * (MOST_LINES + 1))))
    assert (len(found["lines"]), len(found["lines"][0]["text"])) == (MOST_LINES, 500)
    assert found["more"] == "there is more, which you are not told"
