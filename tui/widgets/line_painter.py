"""Turns rows into painted lines: columns at a width, cells in their tones, and words for an empty list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.cells import Cell, Span, fit
from tui.columns import Column, Placed, arrange

RowT = TypeVar("RowT")

EDGE = 1  # blank cells at both sides

#: Gives the style of a tone; what it leaves open shows what lies below.
Looks = Callable[[str], Style]


class LinePainter(Generic[RowT]):
    """Knows columns and styles, nothing of what is loaded or where the cursor stands."""

    def __init__(self, columns: Sequence[Column[RowT]], look: Looks) -> None:
        self.columns = tuple(columns)
        self._look = look
        self._width = -1
        self._layout: tuple[Placed[RowT], ...] = ()

    def layout(self, width: int) -> tuple[Placed[RowT], ...]:
        """The columns that are shown in a view of `width` cells."""
        if width != self._width:
            self._width, self._layout = width, arrange(self.columns, max(width - 2 * EDGE, 0))
        return self._layout

    def heading(self, width: int, sorted_by: str) -> Strip:
        """The titles of the columns; the one the list is sorted by carries a mark."""

        def title(item: Placed[RowT]) -> Cell:
            mark = " ▾" if item.column.sort and item.column.sort == sorted_by else ""
            return fit((Span(item.column.title + mark),), item.width, right=item.column.right)

        return self._painted([title(item) for item in self.layout(width)], self._look("header"), width)

    def row(self, row: RowT, width: int, now: datetime, ground: Style) -> Strip:
        cells = [fit(item.column.cell(row, now), item.width, right=item.column.right) for item in self.layout(width)]
        return self._painted(cells, ground, width)

    def words(self, lines: Sequence[str], number: int, width: int, ground: Style) -> Strip:
        """Line `number` of what an empty list says: a headline in the middle, the rest as one block below it."""
        if not 0 <= number < len(lines):
            return Strip.blank(width, ground)
        block = lines[:1] if number == 0 else lines[1:]
        left = max((width - max(map(cell_len, block))) // 2, EDGE)
        tone = "strong" if number == 0 and len(lines) > 1 else "dim"
        cell = fit((Span(lines[number], tone),), max(width - left - EDGE, 0))
        segments = [Segment(" " * left, ground), *self._segments(cell, ground)]
        return Strip(segments).adjust_cell_length(width, ground)

    def sort_at(self, x: int, width: int) -> str:
        """The order that the column at cell `x` stands for; '' for none."""
        left = EDGE
        for item in self.layout(width):
            if left <= x < left + item.width:
                return item.column.sort
            left += item.width + item.column.gap
        return ""

    def _painted(self, cells: Sequence[Cell], ground: Style, width: int) -> Strip:
        segments = [Segment(" " * EDGE, ground)]
        for item, cell in zip(self.layout(width), cells, strict=True):
            segments += self._segments(cell, ground)
            segments.append(Segment(" " * item.column.gap, ground))
        return Strip(segments).adjust_cell_length(width, ground)

    def _segments(self, cell: Cell, ground: Style) -> list[Segment]:
        return [Segment(span.text, ground + self._look(span.tone) if span.tone else ground) for span in cell]
