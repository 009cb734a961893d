"""A list in sections: lines below headings; the cursor goes from line to line."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from rich.segment import Segment
from textual.binding import Binding
from textual.strip import Strip

from tui.rows.sections import Line, Section, SectionRow
from tui.widgets.line_list import LineList
from tui.widgets.line_painter import EDGE

ThingT = TypeVar("ThingT")


class SectionList(LineList[SectionRow[ThingT]]):
    """A list in which headings cannot be chosen."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("tab", "section(1)", "Next section", show=False),
        Binding("shift+tab", "section(-1)", "Section before", show=False),
    ]

    def action_section(self, by: int) -> None:
        """Go to the first line of the next section, or of the one before."""
        places = [
            place + 1
            for place, row in enumerate(self.pages.window.rows)
            if isinstance(row, Section) and isinstance(self.pages.window.at(place + 1), Line)
        ]
        if not places:
            return
        at = sum(place <= self.cursor for place in places) - 1
        self._go(places[(at + by) % len(places)])

    def _go(self, place: int) -> None:
        super()._go(self._line_at(place))
        if self.cursor and isinstance(self.pages.window.at(self.cursor - 1), Section):
            top = self.cursor - 1
            if top < self.scroll_offset.y or self.cursor == self._first:
                self._scroll(0 if self.cursor == self._first else top)

    @property
    def _first(self) -> int:
        return next((at for at, row in enumerate(self.pages.window.rows) if isinstance(row, Line)), 0)

    def _line_at(self, place: int) -> int:
        """The line at this place; where a heading stands there, the next one in the direction of the move."""
        rows = self.pages.window.rows
        place = max(min(place, len(rows) - 1), 0)
        onwards = place >= self.cursor
        ahead = [at for at, row in enumerate(rows) if isinstance(row, Line) and at >= place]
        before = [at for at, row in enumerate(rows) if isinstance(row, Line) and at <= place]
        choices = (ahead[:1] or before[-1:]) if onwards else (before[-1:] or ahead[:1])
        return choices[0] if choices else place

    def render_line(self, y: int) -> Strip:
        row = self.pages.window.at(y - self._heading + self.scroll_offset.y)
        if not isinstance(row, Section):
            return super().render_line(y)
        width = self.scrollable_content_region.width
        told = f"  {row.count}" if row.count else f"  {row.said}" if row.said else ""
        pieces = ((row.title, "heading"), (told, "dim"))
        segments = [Segment(" " * EDGE, self._plain)]
        segments += [Segment(text, self._plain + self._look(tone)) for text, tone in pieces]
        return Strip(segments).adjust_cell_length(width, self._plain)
