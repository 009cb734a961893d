"""Weights as they stand in their file."""

from __future__ import annotations

from assistant.chat.registry import every_tool
from assistant.chat.understanding.values import OUTSIDE
from assistant.chat.understanding.weights import parse, printed, weights


def test_weights_are_read_as_they_were_printed() -> None:
    text = printed(("", "undo"), {"1 undo": {"undo": 2.0, "": -2.0}})
    assert text == "a=- b=undo\n1 undo\taCbW\n"
    assert [parse(text).row(each) for each in ("1 undo", "1 und", "1 z")] == ["aCbW", "", ""]


def test_likeliest_tool_is_the_one_that_what_was_said_speaks_for() -> None:
    found = parse("a=- b=undo\n1 undo\taCbW\n").likely(["1 undo", "1 never heard"])
    assert {tool: round(share, 2) for tool, share in found.items()} == {OUTSIDE: 0.02, "undo": 0.98}


def test_nothing_known_speaks_for_nothing() -> None:
    assert parse("a=- b=undo\n").likely(["1 never heard"]) == {OUTSIDE: 0.5, "undo": 0.5}


def test_rows_are_in_the_order_in_which_they_are_looked_for() -> None:
    rows = weights().rows
    assert list(rows) == sorted(rows)


def test_every_tool_can_be_recognised() -> None:
    assert set(weights().tools.values()) == {OUTSIDE, *every_tool()}
