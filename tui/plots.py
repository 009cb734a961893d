"""Plots drawn with characters: columns over time, columns up and down from a line, and bars. No screen, no store.

A line is a `Cell` of exactly the asked width. A tone "a/b" is one of colour a on a ground of colour b.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from rich.cells import cell_len

from tui.cells import Cell, Span, fit

_BLOCKS = " ▁▂▃▄▅▆▇█"  # eighths of a cell, from below
_LEFT = " ▏▎▍▌▋▊▉█"  # eighths, from the left
_STEPS = (1, 2, 3, 4, 6, 8, 10)
_WIDEST = 8  # cells of a column

_HALVED = 6  # lines from which an axis also tells its middle

Say = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a column, standing on the one before it."""

    value: float
    tone: str


Column = Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Axis:
    """The numbers at the left: `top` is the highest, `say` writes them."""

    top: float
    say: Say = "{:,.0f}".format


def axis(values: Sequence[float], say: Say = "{:,.0f}".format, *, least: float = 4) -> Axis:
    """An axis from nothing to a round number that no value exceeds."""
    most = max([least, *values])
    size = 10.0 ** floor(log10(most))
    return Axis(next(step * size for step in _STEPS if step * size >= most * (1 - 1e-9)), say)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where columns stand: behind `left` cells of numbers, each with its width and the gap behind it."""

    left: int
    widths: tuple[int, ...]
    gap: int

    @classmethod
    def of(cls, count: int, numbers: Sequence[str], width: int) -> _Places:
        """As many of the latest columns as there are cells for, over all of the width."""
        left = max(cell_len(number) for number in numbers) + 1
        room = max(width - left, 1)
        shown = min(count, room)
        if not shown:
            return cls(left, (), 0)
        room = min(room, shown * _WIDEST)
        edges = [place * room // shown for place in range(shown + 1)]
        gap = 1 if room // shown > 2 else 0
        return cls(left, tuple(end - start - gap for start, end in pairwise(edges)), gap)

    def line(self, number: str, marks: Sequence[Span], width: int) -> Cell:
        """A line of marks, one for each column, with a number before it."""
        spans = [Span(f"{number:>{self.left - 1}} ", "dim")]
        for mark, size in zip(marks, self.widths, strict=True):
            spans += [Span(mark.text * size, mark.tone), Span(" " * self.gap)]
        return _line(spans, width)

    def named(self, labels: Sequence[str], width: int) -> Cell:
        """The labels below their columns, as many as there is room for; the first always."""
        text, place = "", self.left
        for label, size in zip(labels, self.widths, strict=True):
            if place >= cell_len(text) and place + cell_len(label) <= width:
                text = text.ljust(place) + label + " "
            place += size + self.gap
        return _line([Span(text.rstrip(), "dim")], width)


def columns(stacks: Sequence[Column], labels: Sequence[str], scale: Axis, width: int, height: int) -> tuple[Cell, ...]:
    """Columns side by side, the latest at the right, with numbers at the left and their labels below."""
    rows = max(height - 1, 1)
    numbers = {rows - 1: scale.say(scale.top)}
    if rows >= _HALVED:
        numbers[rows // 2 - 1] = scale.say(scale.top / 2)
    places = _Places.of(len(stacks), list(numbers.values()), width)
    shown = stacks[-len(places.widths) :]
    lines = [
        places.line(numbers.get(row, ""), [_mark(stack, row, rows, scale.top) for stack in shown], width)
        for row in reversed(range(rows))
    ]
    return (*lines, places.named(labels[-len(shown) :], width))


def up_and_down(
    up: Sequence[Piece], down: Sequence[Piece], labels: Sequence[str], scale: Axis, width: int, height: int
) -> tuple[Cell, ...]:
    """One sort of columns above a line, the other below it, both on one scale."""
    above, below = max(height // 2, 1), max((height - 1) // 2, 1)
    top = scale.say(scale.top)
    places = _Places.of(len(up), [top], width)
    count = len(places.widths)
    lines = []
    for row in reversed(range(above)):
        number = top if row == above - 1 else "" if row else scale.say(0)
        lines.append(places.line(number, [_mark((piece,), row, above, scale.top) for piece in up[-count:]], width))
    for row in range(below):
        number = top if row == below - 1 else ""
        # The scale of what hangs is that of what stands, also where it has a line less.
        lines.append(places.line(number, [_hanging(piece, row, above, scale.top) for piece in down[-count:]], width))
    return (*lines, places.named(labels[-count:], width))


def bars(rows: Sequence[tuple[str, Piece]], say: Say, width: int) -> tuple[Cell, ...]:
    """A bar to the right for each name, with its number behind it; the longest fills the line."""
    names = max((cell_len(name) for name, _ in rows), default=0)
    numbers = max((cell_len(say(piece.value)) for _, piece in rows), default=0)
    room = max(width - names - numbers - 3, 4)
    most = max((piece.value for _, piece in rows), default=0.0)
    return tuple(_bar(name, piece, say, names, room, most, width) for name, piece in rows)


def _bar(name: str, piece: Piece, say: Say, names: int, room: int, most: float, width: int) -> Cell:
    filled = _eighths(piece.value, most, room)
    drawn = "█" * (filled // 8) + (_LEFT[filled % 8] if filled % 8 else "")
    blank = " " * (names - cell_len(name))
    return _line([Span(f"{name}{blank}  ", "dim"), Span(drawn, piece.tone), Span(f" {say(piece.value)}")], width)


def _mark(stack: Column, row: int, rows: int, top: float) -> Span:
    """One cell of a stack, in a row counted from below."""
    low, reached, filled = row * 8, 0.0, 0
    tones: list[str] = []
    for piece in stack:
        reached += piece.value
        ends = _eighths(reached, top, rows)
        if piece.value > 0 and ends > low and filled < 8:
            tones.append(piece.tone)
            filled = filled if len(tones) > 1 else min(ends - low, 8)
    if not tones:
        return Span("▁", "rule") if not row and not reached else Span(" ")
    return Span(_BLOCKS[filled], "/".join(tones[:2]) if filled < 8 else tones[0])


def _hanging(piece: Piece, row: int, rows: int, top: float) -> Span:
    """One cell of a column that hangs from the line, in a row counted from above."""
    filled = min(max(_eighths(piece.value, top, rows) - row * 8, 0), 8)
    if filled in (0, 8):
        return Span(_BLOCKS[filled], piece.tone if filled else "")
    # There are no blocks that hang: what is left over is painted in the colour of the ground.
    return Span(_BLOCKS[8 - filled], f"ground/{piece.tone}")


def _eighths(value: float, top: float, rows: int) -> int:
    """How high, or long, a value is; what is not nothing shows."""
    if value <= 0 or top <= 0:
        return 0
    return max(1, round(min(value / top, 1.0) * rows * 8))


def _line(spans: Sequence[Span], width: int) -> Cell:
    """The spans as one line; neighbours of one tone become one."""
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].tone == span.tone:
            joined[-1] = Span(joined[-1].text + span.text, span.tone)
        elif span.text:
            joined.append(span)
    return fit(tuple(joined), width)
