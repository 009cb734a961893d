"""A list of which several rows can be selected, to do something with all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.columns import Column
from tui.widgets.line_list import LineList

RowT = TypeVar("RowT")

_MARK = "▌"


class SelectList(LineList[RowT], Generic[RowT]):
    """`selected` are the rows that were selected, in that order; they stay so while the list is read again."""

    @dataclass
    class Selected(LineList.Said):
        """Other rows are selected now."""

    def __init__(self, columns: Sequence[Column[RowT]], *, key: Callable[[RowT], Hashable], **more: Any) -> None:
        super().__init__(columns, key=key, **more)
        self._key = key
        self._selected: dict[Hashable, RowT] = {}
        self._left = 0  # where the cursor stood before it stepped off

    @property
    def selected(self) -> tuple[RowT, ...]:
        return tuple(self._selected.values())

    def toggle(self) -> None:
        """Select the row under the cursor, or no longer, and go on to the next."""
        row = self.row
        if row is None:
            return
        if self._selected.pop(self._key(row), None) is None:
            self._selected[self._key(row)] = row
        self.refresh_line(self.cursor + self._heading)
        self.post_message(self.Selected(self))
        self.action_move(1)

    def select_none(self) -> None:
        if self._selected:
            self._selected.clear()
            self.refresh()
            self.post_message(self.Selected(self))

    def step_off(self) -> None:
        """Put the cursor on the next row that is not acted on, else on the nearest before it."""
        going = set(self._selected) or ({self._key(self.row)} if self.row is not None else set())
        window = self.pages.window
        places = [place for place, row in enumerate(window.rows, window.top) if self._key(row) not in going]
        after = [place for place in places if place >= self.cursor]
        self._left = self.cursor
        if places:
            self._go(after[0] if after else places[-1])

    def step_back(self) -> None:
        """Put the cursor back where `step_off` found it: nothing left the list."""
        self._go(self._left)

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        row = self.pages.window.at(y - self._heading + self.scroll_offset.y) if y >= self._heading else None
        if row is None or self._key(row) not in self._selected:
            return strip
        ground = next((segment.style for segment in strip if segment.style), Style.null())
        return Strip.join([Strip([Segment(_MARK, ground + self._look("accent"))]), strip.crop(1, strip.cell_length)])

    def _ground(self, place: int) -> Style:
        row = self.pages.window.at(place)
        if place != self.cursor and row is not None and self._key(row) in self._selected:
            return self._look("cursor-idle")
        return super()._ground(place)
