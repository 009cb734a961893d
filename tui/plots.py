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
Mark = tuple[str, str]  # the character of one cell, and its tone


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

    def lines(self, towers: Sequence[Sequence[Mark]], numbers: Sequence[str], width: int) -> list[Cell]:
        """The lines of towers, each of as many marks as there are numbers, the first line's first."""
        drawn = []
        for row, number in enumerate(numbers):
            line = _Line(f"{number:>{self.left - 1}} ", "dim")
            for tower, size in zip(towers, self.widths, strict=True):
                text, tone = tower[row]
                line.add(text * size, tone)
                if self.gap:
                    line.add(" ", "")
            drawn.append(fit(line.cell(), width))
        return drawn

    def named(self, labels: Sequence[str], width: int) -> Cell:
        """The labels below their columns, as many as there is room for; the first always."""
        text, place = "", self.left
        for label, size in zip(labels, self.widths, strict=True):
            if place >= cell_len(text) and place + cell_len(label) <= width:
                text = text.ljust(place) + label + " "
            place += size + self.gap
        return fit((Span(text.rstrip(), "dim"),), width)


class _Line:
    """A line that is put together; neighbours of one tone become one span."""

    __slots__ = ("_spans", "_texts", "_tone")

    def __init__(self, text: str, tone: str) -> None:
        self._spans: list[Span] = []
        self._texts, self._tone = [text], tone

    def add(self, text: str, tone: str) -> None:
        if tone != self._tone:
            self._spans.append(Span("".join(self._texts), self._tone))
            self._texts, self._tone = [], tone
        self._texts.append(text)

    def cell(self) -> Cell:
        return (*self._spans, Span("".join(self._texts), self._tone))


def columns(stacks: Sequence[Column], labels: Sequence[str], scale: Axis, width: int, height: int) -> tuple[Cell, ...]:
    """Columns side by side, the latest at the right, with numbers at the left and their labels below."""
    rows = max(height - 1, 1)
    numbers = [scale.say(scale.top), *[""] * (rows - 1)]
    if rows >= _HALVED:
        numbers[-(rows // 2)] = scale.say(scale.top / 2)
    places = _Places.of(len(stacks), numbers, width)
    count = len(places.widths)
    towers = [_standing(stack, rows, scale.top)[::-1] for stack in stacks[-count:]]
    return (*places.lines(towers, numbers, width), places.named(labels[-count:], width))


def up_and_down(
    up: Sequence[Piece], down: Sequence[Piece], labels: Sequence[str], scale: Axis, width: int, height: int
) -> tuple[Cell, ...]:
    """One sort of columns above a line, the other below it, both on one scale."""
    rows = max((height - 1) // 2, 1)
    blank = [""] * (rows - 1)
    top = scale.say(scale.top)
    numbers = [top, *blank[1:], scale.say(0), *blank, top] if rows > 1 else [top, top]
    places = _Places.of(len(up), numbers, width)
    count = len(places.widths)
    towers = [
        [*_standing((one,), rows, scale.top)[::-1], *_hanging(other, rows, scale.top)]
        for one, other in zip(up[-count:], down[-count:], strict=True)
    ]
    return (*places.lines(towers, numbers, width), places.named(labels[-count:], width))


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
    return fit((Span(f"{name}{blank}  ", "dim"), Span(drawn, piece.tone), Span(f" {say(piece.value)}")), width)


def _standing(stack: Column, rows: int, top: float) -> list[Mark]:
    """A stack as marks, the lowest first."""
    reached, ends = 0.0, []
    for piece in stack:
        reached += piece.value
        if piece.value > 0:
            ends.append((_eighths(reached, top, rows), piece.tone))
    if not ends:
        return [("▁", "rule"), *[(" ", "")] * (rows - 1)]
    return [_crossed([(end - row * 8, tone) for end, tone in ends if end > row * 8]) for row in range(rows)]


def _crossed(ends: Sequence[tuple[int, str]]) -> Mark:
    """One cell that pieces reach into: how far, in eighths, and their tones, the lowest first."""
    if not ends:
        return " ", ""
    filled, tone = ends[0]
    if filled >= 8 or len(ends) == 1:
        return _BLOCKS[min(filled, 8)], tone
    return _BLOCKS[filled], f"{tone}/{ends[1][1]}"


def _hanging(piece: Piece, rows: int, top: float) -> list[Mark]:
    """A column that hangs from a line as marks, the highest first."""
    length = _eighths(piece.value, top, rows)
    marks: list[Mark] = [("█", piece.tone)] * (length // 8)
    if length % 8:
        # There are no blocks that hang: what is left over is painted in the colour of the ground.
        marks.append((_BLOCKS[8 - length % 8], f"ground/{piece.tone}"))
    return marks + [(" ", "")] * (rows - len(marks))


def _eighths(value: float, top: float, rows: int) -> int:
    """How high, or long, a value is; what is not nothing shows."""
    if value <= 0 or top <= 0:
        return 0
    return max(1, round(min(value / top, 1.0) * rows * 8))
