"""The small language of the demo's stories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from assistant.demo.script import Phrases, Step, fill, read_script

THURSDAY = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def filled(text: str, lang: str = "en", **slots: str) -> str:
    rng = random.Random(1)
    return fill(text, slots, lang=lang, at=THURSDAY, rng=rng, phrases=Phrases(rng))


def test_script_reads_people_delay_and_flags() -> None:
    steps = list(
        read_script("> customer to me\nHello\n\n> me to customer, sofia cc lena after 90m with fwd,pdf\nHi\nthere")
    )
    assert steps == [
        Step("customer", ("me",), (), timedelta(hours=2), frozenset(), "Hello"),
        Step("me", ("customer", "sofia"), ("lena",), timedelta(minutes=90), frozenset({"fwd", "pdf"}), "Hi\nthere"),
    ]


def test_script_refuses_an_opening_it_cannot_read() -> None:
    with pytest.raises(ValueError, match="not an opening line"):
        list(read_script("> customer writes me\nHello"))


def test_fill_makes_choices_and_nests_slots() -> None:
    assert filled("{what} at {place}", what="<noise|noise>", place="{city}", city="Innsbruck") in (
        "<noise|noise> at Innsbruck",
        "noise at Innsbruck",
    )


def test_fill_writes_days_in_the_language_and_skips_weekends() -> None:
    assert filled("{day+2}") == "Monday 16 November"
    assert filled("{day+1}", "de") == "Freitag, 13. November"


def test_fill_refuses_an_unknown_slot() -> None:
    with pytest.raises(KeyError):
        filled("{nobody}")


def test_phrases_repeat_only_after_all_were_drawn() -> None:
    phrases = Phrases(random.Random(2))
    drawn = [phrases.draw("en", "ack") for _ in range(10)]
    assert len(set(drawn)) == 10
