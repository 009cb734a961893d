"""Plots made of characters: what stands where, and that every line has the width it was asked for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from rich.cells import cell_len

from tui.cells import Cell
from tui.plots import Piece, axis, bars, columns, up_and_down


def told(lines: Sequence[Cell]) -> list[str]:
    return ["".join(span.text for span in line).rstrip() for line in lines]


def pieces(*values: float, tone: str = "accent") -> list[Piece]:
    return [Piece(value, tone) for value in values]


LABELS = ["1 Nov", "2 Nov", "3 Nov", "4 Nov"]


def test_columns_stand_on_their_labels_with_numbers_at_the_left() -> None:
    stacks = [(piece,) for piece in pieces(8, 4, 1, 0)]
    assert told(columns(stacks, LABELS, axis([8]), 30, 7)) == [
        "8 ██████",
        "  ██████",
        "  ██████",
        "4 ██████ ██████",
        "  ██████ ██████",
        "  ██████ ██████ ▆▆▆▆▆▆ ▁▁▁▁▁▁",
        "  1 Nov  2 Nov  3 Nov  4 Nov",
    ]


def test_what_stands_on_something_else_shares_a_cell_with_it() -> None:
    stack = (Piece(1, "accent"), Piece(3, "faint"))
    lines = columns([stack], [""], axis([4]), 6, 2)
    assert [(span.text, span.tone) for span in lines[0] if span.text] == [
        ("4 ", "dim"),
        ("▂▂▂", "accent/faint"),
        (" ", ""),
    ]
    alone = columns([(Piece(0, "accent"), Piece(4, "faint"))], [""], axis([4]), 6, 2)
    assert [(span.text, span.tone) for span in alone[0] if span.text] == [("4 ", "dim"), ("███", "faint"), (" ", "")]


def test_columns_hang_below_the_line_on_the_same_scale() -> None:
    lines = up_and_down(pieces(4, 2), pieces(2, 1, tone="good"), ["a", "b"], axis([4]), 12, 5)
    assert told(lines) == ["4 ████", "0 ████ ████", "  ████ ▄▄▄▄", "4", "  a    b"]
    assert [span.tone for span in lines[2] if span.text.strip()] == ["good", "ground/good"]


def test_where_there_are_more_columns_than_cells_the_latest_are_shown() -> None:
    lines = columns([(piece,) for piece in pieces(*range(10))], [str(day) for day in range(10)], axis([9]), 8, 2)
    assert told(lines) == ["10 ▄▅▆▆▇", "   5 7 9"]


def test_bars_are_as_long_as_their_values_and_end_in_them() -> None:
    rows = [("new", Piece(1, "good")), ("very old", Piece(8, "bad")), ("none", Piece(0, "bad"))]
    assert told(bars(rows, "{:.0f}".format, 28)) == ["new       ██ 1", "very old  ████████████████ 8", "none       0"]
    assert bars([], str, 20) == ()


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (3, 4), (4, 4), (5, 6), (7, 8), (11, 20), (557, 600), (1_001, 2_000), (0.3, 4)]
)
def test_axis_ends_at_a_round_number_that_nothing_exceeds(most: float, top: float) -> None:
    assert axis([most]).top == top


@pytest.mark.parametrize("width", [3, 10, 40, 57, 200])
@pytest.mark.parametrize("count", [0, 1, 31, 365])
def test_every_line_has_the_asked_width(width: int, count: int) -> None:
    values, labels = pieces(*range(count)), [f"{day} Nov" for day in range(count)]
    drawn = [
        *columns([(one,) for one in values], labels, axis([count]), width, 8),
        *up_and_down(values, values, labels, axis([count]), width, 8),
        *bars([("one", Piece(3, ""))], str, width),
    ]
    assert {sum(cell_len(span.text) for span in line) for line in drawn} == {width}
