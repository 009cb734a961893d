"""A mistyped command line is answered in the words of its user."""

from __future__ import annotations

import pytest

from assistant.usage_words import usage_words

_MANY = ", ".join(f"'c{number}'" for number in range(30))


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (
            "argument ACTION: invalid choice: 'lst' (choose from 'list', 'new')",
            "There is no `regarding case lst`; did you mean list?",
        ),
        (
            "argument ACTION: invalid choice: 'show' (choose from 'list', 'new')",
            "There is no `regarding case show`; there are list, new; see `regarding case --help`.",
        ),
        (
            f"argument COMMAND: invalid choice: 'show' (choose from {_MANY})",
            "There is no `regarding case show`; `regarding case --help` lists what there is.",
        ),
        ("argument --by: invalid choice: 'moon' (choose from 'day')", "--by cannot be moon; there are day; see"),
        ("the following arguments are required: ACTION", "`regarding case` has to be told what to do; see"),
        ("the following arguments are required: RECORD", "`regarding case` has to be told RECORD; see"),
        ("unrecognized arguments: --foo", "`regarding case` knows no --foo; see `regarding case --help`."),
        ("argument --limit: 'x' is not a number", "--limit: 'x' is not a number; see `regarding case --help`."),
    ],
)
def test_what_is_wrong_with_a_command_line_is_said_in_words(message: str, sentence: str) -> None:
    assert usage_words(message, "regarding case").startswith(sentence)
