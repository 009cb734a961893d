"""A list of any length, drawn a line at a time, that asks for the pages it needs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.columns import Column
from tui.pages import Pages, Question
from tui.tones import look
from tui.widgets.line_painter import LinePainter

RowT = TypeVar("RowT")


class LineList(ScrollView, Generic[RowT], can_focus=True):
    """Shows the rows it is given; says which row is under the cursor, which was chosen, and which page it wants."""

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
    class Said(Message):
        """Something the list says; `control` is the list."""

        list: LineList[Any]

        @property
        def control(self) -> LineList[Any]:
            return self.list

    @dataclass
    class Wanted(Said):
        """A page is needed. Answer with `LineList.show`."""

        question: Question

    @dataclass
    class Highlighted(Said):
        """The cursor stands on this row now; None in an empty list."""

        row: Any

    @dataclass
    class Chosen(Said):
        """Enter, or a click on the row under the cursor."""

        row: Any

    @dataclass
    class SortAsked(Said):
        """The header of a column that can be sorted by was clicked."""

        sort: str

    def __init__(
        self,
        columns: Sequence[Column[RowT]],
        *,
        key: Callable[[RowT], Hashable],
        now: Callable[[], datetime],
        heading: bool = True,
        empty: Sequence[str] = ("Nothing here.",),
        can_jump: bool = True,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.pages: Pages[RowT] = Pages(key)
        self.sorted_by = ""
        self._painter = LinePainter(columns, self._look)
        self._plain = Style.null()  # of what stands on no ground of its own
        self._now, self._heading, self._empty, self._can_jump = now, int(heading), tuple(empty), can_jump

    # What is shown

    @property
    def row(self) -> RowT | None:
        """The row under the cursor."""
        return self.pages.window.at(self.cursor)

    def restart(self) -> None:
        """Begin again at the top; what is shown stays until the first page has come."""
        self.post_message(self.Wanted(self, self.pages.restart()))

    def reload(self, wish: Hashable = None) -> None:
        """Read again what is shown and keep the cursor on its row, or put it on the one with this key."""
        self.post_message(self.Wanted(self, self.pages.reload(self.row, wish)))

    def take_out(self, keys: Collection[Hashable]) -> None:
        """Let rows go at once, before the store has; the cursor goes to what comes after them."""
        above = sum(place < self.cursor for place in self.pages.take_out(keys))
        self._resize()
        self.set_reactive(LineList.cursor, self.cursor - above)
        self._go(self.cursor)
        self.post_message(self.Highlighted(self, self.row))
        self.refresh()
        if self.pages.window.rows:
            self._ask_for_more()
        elif self.pages.window.more_after or self.pages.window.more_before:
            self.restart()

    def put_in(self, rows: Collection[RowT], order: Callable[[RowT], Any], *, cursor: Hashable = None) -> bool:
        """Put rows where `order` says, or in place of the ones with their keys, and the cursor on the row with the key
        `cursor`, else where it stood; returns whether that row is loaded."""
        before = self.row
        wanted = self.pages.key_of(before) if cursor is None else cursor
        self.pages.put_in(rows, order)
        place = self.pages.place_of(wanted)
        self._resize()
        if place is not None:
            self.set_reactive(LineList.cursor, place)
            self._show_cursor()
        if self.row is not before:
            self.post_message(self.Highlighted(self, self.row))
        self.refresh()
        return place is not None

    def expect(self, total: int) -> None:
        """Take the size of the whole list for the scrollbar."""
        self.pages.expect(total)
        self._resize()

    def say_when_empty(self, *lines: str) -> None:
        self._empty = lines
        self.refresh()

    def show(self, question: Question, rows: Sequence[RowT], *, more: bool) -> None:
        """Put a page in; the answer to an outdated question is dropped."""
        moved = self.pages.take(question, rows, more=more)
        if moved is None:
            return
        self._resize()
        if question.direction in ("first", "last"):
            self._go(self.pages.place_after(question.direction, self.cursor))
            self.post_message(self.Highlighted(self, self.row))
        elif moved:
            self._scroll(self.scroll_offset.y + moved)
            self.set_reactive(LineList.cursor, self.cursor + moved)
        self.refresh()
        self._ask_for_more()

    def _ask_for_more(self) -> None:
        first = self.scroll_offset.y
        question = self.pages.more(first, first + max(self._lines, 1))
        if question is not None:
            self.post_message(self.Wanted(self, question))

    # Moving

    @property
    def _lines(self) -> int:
        """Lines for rows in the view."""
        return max(self.scrollable_content_region.height - self._heading, 0)

    def _go(self, place: int) -> None:
        window = self.pages.window
        self.cursor = max(min(place, window.end - 1), window.top, 0)
        self._show_cursor()

    def _show_cursor(self) -> None:
        first = self.scroll_offset.y
        if self.cursor < first:
            self._scroll(self.cursor)
        elif self.cursor >= first + self._lines > 0:
            self._scroll(self.cursor - self._lines + 1)

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def action_move(self, by: int) -> None:
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        self._go(self.cursor + by * max(self._lines - 1, 1))

    def action_first(self) -> None:
        if self.pages.window.more_before:
            self.restart()
        else:
            self._go(0)

    def action_last(self) -> None:
        if self.pages.window.more_after and self._can_jump:
            self.post_message(self.Wanted(self, self.pages.last()))
        else:
            self._go(self.pages.window.end - 1)

    def action_choose(self) -> None:
        if self.row is not None:
            self.post_message(self.Chosen(self, self.row))

    def watch_cursor(self, before: int, after: int) -> None:
        for place in (before, after):
            self.refresh_line(place + self._heading)
        if self.pages.loaded:
            self.post_message(self.Highlighted(self, self.row))

    def validate_scroll_y(self, value: float) -> float:
        # What is not loaded cannot be shown: the bar stops at the edge while the next page comes.
        value, window = super().validate_scroll_y(value), self.pages.window
        lowest = max(window.end - self._lines, window.top)
        return max(min(value, float(lowest)), float(window.top))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._ask_for_more()

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset_capture(self)
        if place.y < self._heading:
            sort = self._painter.sort_at(place.x, self.scrollable_content_region.width)
            if sort:
                self.post_message(self.SortAsked(self, sort))
            return
        row = place.y - self._heading + self.scroll_offset.y
        if self.pages.window.at(row) is None:
            return
        again = row == self.cursor
        self._go(row)
        if again or event.chain > 1:
            self.action_choose()

    # Drawing

    def on_resize(self) -> None:
        self._resize()
        self._show_cursor()
        self._ask_for_more()

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self.pages.window.height + self._heading)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Textual looks through all ancestors for it, for each line.
        self._plain = self.rich_style
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < self._heading:
            return self._painter.heading(width, self.sorted_by)
        place = y - self._heading + self.scroll_offset.y
        row = self.pages.window.at(place)
        if row is not None:
            return self._painter.row(row, width, self._now(), self._ground(place))
        if self.pages.loaded and not self.pages.window.rows:
            top = max((self._lines - len(self._empty)) // 3, 0)
            return self._painter.words(self._empty, y - self._heading - top, width, self._plain)
        return Strip.blank(width, self._plain)

    def _ground(self, place: int) -> Style:
        if place != self.cursor:
            return self._plain
        return self._look("cursor" if self.has_focus else "cursor-idle")

    def _look(self, tone: str) -> Style:
        return look(tone, self.app.theme_variables)
