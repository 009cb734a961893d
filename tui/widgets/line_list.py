"""A list of any length, drawn a line at a time, that asks for the pages it needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.cells import Cell, Span, fit
from tui.columns import Column, Placed, arrange
from tui.window import KEEP, PAGE, Direction, Window, placed

RowT = TypeVar("RowT")

_TONES = (
    "dim",
    "faint",
    "strong",
    "unread",
    "accent",
    "primary",
    "good",
    "warn",
    "bad",
    "heading",
    "account",
    "contact",
    "lead",
    "opportunity",
    "case",
    "product",
)
_EDGE = 1  # blank cells at both sides


class LineList(ScrollView, Generic[RowT], can_focus=True):
    """Shows the rows it is given; says which row is under the cursor, which was chosen, and which page it wants."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-list--header",
        "line-list--cursor",
        "line-list--cursor-idle",
        "line-list--empty",
        *(f"line-list--{tone}" for tone in _TONES),
    }
    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    cursor: reactive[int] = reactive(0)

    @dataclass
    class Wanted(Message):
        """A page is needed: the first, the last, or the one next to `anchor`. Answer with `LineList.show`."""

        list: LineList[Any]
        serial: int
        direction: Direction
        anchor: Any
        limit: int

        @property
        def control(self) -> LineList[Any]:
            return self.list

        def keyset(self) -> dict[str, Any]:
            """The paging arguments of a query."""
            found: dict[str, Any] = {"limit": self.limit}
            if self.direction in ("after", "before"):
                found[self.direction] = self.anchor
            return found | ({"from_end": True} if self.direction == "last" else {})

    @dataclass
    class Highlighted(Message):
        """The cursor stands on this row now; None in an empty list."""

        list: LineList[Any]
        row: Any

        @property
        def control(self) -> LineList[Any]:
            return self.list

    @dataclass
    class Chosen(Message):
        """Enter, or a click on the row under the cursor."""

        list: LineList[Any]
        row: Any

        @property
        def control(self) -> LineList[Any]:
            return self.list

    @dataclass
    class SortAsked(Message):
        """The header of a column that can be sorted by was clicked."""

        list: LineList[Any]
        sort: str

        @property
        def control(self) -> LineList[Any]:
            return self.list

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        *,
        key: Callable[[RowT], Hashable],
        now: Callable[[], datetime],
        heading: bool = True,
        empty: Sequence[str] = ("Nothing here.",),
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.sorted_by = ""
        self.window: Window[RowT] = Window()
        self.loaded = False
        self._key, self._now, self._heading, self._empty = key, now, int(heading), tuple(empty)
        self._serial = 0
        self._pending: Direction | None = None
        self._wish: Hashable = None
        self._layout: tuple[Placed[RowT], ...] = ()

    # What is shown

    @property
    def row(self) -> RowT | None:
        """The row under the cursor."""
        return self.window.at(self.cursor)

    def restart(self, *, total: int = 0) -> None:
        """Begin again at the top; what is shown stays until the first page has come."""
        self._ask_anew(PAGE, total)
        self._wish = None

    def reload(self) -> None:
        """Read again what is shown and keep the cursor on its row."""
        row = self.row
        self._wish = None if row is None else self._key(row)
        deep = self.window.top > 0
        self._ask_anew(PAGE if deep else min(max(len(self.window.rows), PAGE), KEEP), self.window.total)

    def expect(self, total: int) -> None:
        """Take the size of the whole list for the scrollbar, once it is known."""
        if total > self.window.end:
            self.window = Window(
                self.window.rows, self.window.top, self.window.more_before, self.window.more_after, total
            )
            self._resize()

    def say_when_empty(self, *lines: str) -> None:
        self._empty = lines
        self.refresh()

    def show(self, serial: int, direction: Direction, rows: Sequence[RowT], *, more: bool) -> None:
        """Put a page in; the answer to an outdated question is dropped."""
        if serial != self._serial:
            return
        first_answer = not self.loaded
        self.loaded, self._pending = True, None
        self.window, moved = placed(self.window, direction, rows, more=more)
        self._resize()
        if direction == "first":
            self._go(self._wished_place())
        elif direction == "last":
            self._go(max(self.window.end - 1, 0))
        elif moved:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False, force=True, immediate=True)
            self.set_reactive(LineList.cursor, self.cursor + moved)
        if direction in ("first", "last") or first_answer:
            self.post_message(self.Highlighted(self, self.row))
        self.refresh()
        self._ask_for_more()

    def _wished_place(self) -> int:
        if self._wish is None:
            return 0
        for place, row in enumerate(self.window.rows, self.window.top):
            if self._key(row) == self._wish:
                return place
        return min(self.cursor, max(self.window.end - 1, 0))

    def _ask_anew(self, limit: int, total: int) -> None:
        self._serial += 1
        self._pending = None
        self.window = Window(self.window.rows, self.window.top, self.window.more_before, False, total)
        self._ask("first", None, limit)

    def _ask(self, direction: Direction, anchor: RowT | None, limit: int = PAGE) -> None:
        self._pending = direction
        self.post_message(self.Wanted(self, self._serial, direction, anchor, limit))

    def _ask_for_more(self) -> None:
        if self._pending or not self.loaded or not self.window.rows:
            return
        first = self.scroll_offset.y
        direction = self.window.wants(first, first + max(self._lines, 1))
        if direction:
            self._ask(direction, self.window.rows[-1 if direction == "after" else 0])

    # Moving

    @property
    def _lines(self) -> int:
        """Lines for rows in the view."""
        return max(self.scrollable_content_region.height - self._heading, 0)

    def _go(self, place: int) -> None:
        last = max(self.window.end - 1, 0)
        self.cursor = max(min(place, last), min(self.window.top, last))
        self._show_cursor()

    def _show_cursor(self) -> None:
        first = self.scroll_offset.y
        if self.cursor < first:
            self.scroll_to(y=self.cursor, animate=False, force=True, immediate=True)
        elif self.cursor >= first + self._lines > 0:
            self.scroll_to(y=self.cursor - self._lines + 1, animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        self._go(self.cursor + by * max(self._lines - 1, 1))

    def action_first(self) -> None:
        if self.window.more_before:
            self.restart(total=self.window.total)
        else:
            self._go(self.window.top)

    def action_last(self) -> None:
        if self.window.more_after:
            self._serial += 1
            self._ask("last", None)
        else:
            self._go(self.window.end - 1)

    def action_choose(self) -> None:
        if self.row is not None:
            self.post_message(self.Chosen(self, self.row))

    def watch_cursor(self) -> None:
        self.refresh()
        if self.loaded:
            self.post_message(self.Highlighted(self, self.row))

    def validate_scroll_y(self, value: float) -> float:
        # What is not loaded cannot be shown: the bar stops at the edge while the next page comes.
        value = super().validate_scroll_y(value)
        lowest = max(self.window.end - self._lines, self.window.top)
        return max(min(value, float(lowest)), float(self.window.top))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._ask_for_more()

    async def on_click(self, event: events.Click) -> None:
        line = event.get_content_offset_capture(self).y
        if line < self._heading:
            self._sort_at(event.get_content_offset_capture(self).x)
            return
        place = line - self._heading + self.scroll_offset.y
        if self.window.at(place) is None:
            return
        again = place == self.cursor
        self._go(place)
        if again or event.chain > 1:
            self.action_choose()

    def _sort_at(self, x: int) -> None:
        left = _EDGE
        for item in self._layout:
            if left <= x < left + item.width and item.column.sort:
                self.post_message(self.SortAsked(self, item.column.sort))
            left += item.width + item.column.gap

    # Drawing

    def on_resize(self) -> None:
        self._arrange()
        self._resize()
        self._show_cursor()
        self._ask_for_more()

    def set_columns(self, columns: Sequence[Column[RowT]]) -> None:
        self.columns = tuple(columns)
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        self._layout = arrange(self.columns, max(self.scrollable_content_region.width - 2 * _EDGE, 0))

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.window.height + self._heading)
        if self.scrollable_content_region.width != sum(p.width for p in self._layout):
            self._arrange()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y < self._heading:
            return self._painted([self._heading_cell(item) for item in self._layout], "header", width)
        place = y - self._heading + self.scroll_offset.y
        row = self.window.at(place)
        if row is None:
            return self._empty_line(y, width)
        now = self._now()
        cells = [fit(item.column.cell(row, now), item.width, right=item.column.right) for item in self._layout]
        at_cursor = place == self.cursor
        base = ("cursor" if self.has_focus else "cursor-idle") if at_cursor else ""
        return self._painted(cells, base, width)

    def _heading_cell(self, item: Placed[RowT]) -> Cell:
        mark = " ▾" if item.column.sort and item.column.sort == self.sorted_by else ""
        return fit((Span(item.column.title + mark),), item.width, right=item.column.right)

    def _painted(self, cells: Sequence[Cell], base: str, width: int) -> Strip:
        ground = self._style(base)
        segments = [Segment(" " * _EDGE, ground)]
        for item, cell in zip(self._layout, cells, strict=True):
            segments += [Segment(span.text, ground + self._tone(span.tone)) for span in cell]
            segments.append(Segment(" " * item.column.gap, ground))
        return Strip(segments).adjust_cell_length(width, ground)

    def _empty_line(self, y: int, width: int) -> Strip:
        ground = self.rich_style
        number = y - self._heading - max((self._lines - len(self._empty)) // 3, 0)
        if not self.loaded or self.window.rows or not 0 <= number < len(self._empty):
            return Strip.blank(width, ground)
        said = fit((Span(self._empty[number]),), min(len(self._empty[number]), max(width - 2, 0)))
        tone = ground + self._tone("strong" if number == 0 and len(self._empty) > 1 else "dim")
        text = "".join(span.text for span in said)
        left = max((width - len(text)) // 2, 0)
        return Strip([Segment(" " * left, ground), Segment(text, tone)]).adjust_cell_length(width, ground)

    def _style(self, base: str) -> Style:
        return self.get_component_rich_style(f"line-list--{base}") if base else self.rich_style

    def _tone(self, tone: str) -> Style:
        return self.get_component_rich_style(f"line-list--{tone}", partial=True) if tone else Style.null()

    def refresh_row(self, place: int) -> None:
        self.refresh(Region(0, place - self.scroll_offset.y + self._heading, self.size.width, 1))
