"""Which sentences of a model are shown, and what stands behind them."""

from __future__ import annotations

import pytest

from assistant.chat.model.citations import Source, Stated, Statements

SOURCES = {
    1: Source("CAS-00001 Gate stays locked: open, urgent"),
    2: Source("Tue 24 Nov 15:00 Jane: an offer of 1,000 EUR, see https://offers.example/1"),
    3: Source("what a mail says", seen=False),
}


def stated(text: str, size: int) -> tuple[list[Stated], int]:
    statements = Statements(SOURCES, frozenset({"2026"}))
    found = [one for at in range(0, len(text), size) for one in statements.feed(text[at : at + size])]
    return [*found, *statements.end()], statements.left_out


CASES = [
    ("The gate stays locked [1].", [("The gate stays locked.", (1,))], 0),
    ("It is urgent. [1] Dr. Jane wrote on 24 November 2026 [2].",
     [("It is urgent.", (1,)), ("Dr. Jane wrote on 24 November 2026.", (2,))], 0),
    ("Here it is:\n- **Gate** locked [1]\n- Offer [2]\n", [("Gate locked", (1,)), ("Offer", (2,))], 0),
    ("Both are open [1-2]. 2 things [1, 2]", [("Both are open.", (1, 2)), ("2 things", (1, 2))], 0),
    ("1. A gate [1]\n2. An offer of EUR 1000 [2]", [("A gate", (1,)), ("An offer of EUR 1000", (2,))], 0),
    ("They are angry. They pay on time.", [], 2),
    ("They are angry [9].", [], 1),
    ("They are angry [1][9].", [], 1),
    ("The offer is 2,000 EUR [2].", [("", (2,))], 1),
    ("Look at https://evil.example/?q=1 [2].", [("", (2,))], 1),
    ("See https://offers.example/1 [2].", [("See https://offers.example/1.", (2,))], 0),
    ("Write to thief@evil.example [1].", [("", (1,))], 1),
    ("The mail says they cancel [3].", [("", (3,))], 1),
    ("[3]", [("", (3,))], 0),
    ("Locked\x1b[m [1]", [("Locked␛[m", (1,))], 0),
    (" \n\n", [], 0),
]  # fmt: skip


@pytest.mark.parametrize("size", [1, 5, 1_000])
@pytest.mark.parametrize(("text", "shown", "left_out"), CASES, ids=[case[0] for case in CASES])
def test_sentences_are_shown_where_lines_say_so(
    text: str, shown: list[tuple[str, tuple[int, ...]]], left_out: int, size: int
) -> None:
    found, count = stated(text, size)
    assert ([(one.text, one.rests_on) for one in found], count) == (shown, left_out)


def test_a_sentence_is_shown_as_soon_as_it_is_whole() -> None:
    statements = Statements(SOURCES)
    pieces = ["The gate stays lo", "cked [1]", ". It", " is urgent [1]."]
    assert [[one.text for one in statements.feed(piece)] for piece in pieces] == [
        [], [], ["The gate stays locked."], [],
    ]  # fmt: skip
    assert [one.text for one in statements.end()] == ["It is urgent."]
