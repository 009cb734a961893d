"""Days beside each other with their half hours, drawn a line at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import (
    STRIP,
    Bar,
    Column,
    Heading,
    Key,
    Spot,
    bars,
    blocks,
    hit,
    in_order,
    key_of,
    meetings_at,
    time_page,
)
from tui.tones import look
from tui.widgets.time_lifting import LiftsMeetings
from tui.widgets.time_painter import Colours, Scene, TimePainter

_MORNING = 8 * 60  # minutes after midnight that are shown first
_PAGE = 6  # rows


class TimeGrid(LiftsMeetings, can_focus=True):
    """Shows the entries it is given; says where the cursor stands, what was chosen, and where a meeting was put."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "go(0, -1)", "Up", show=False),
        Binding("down,j", "go(0, 1)", "Down", show=False),
        Binding("left", "go(-1, 0)", "Left", show=False),
        Binding("right", "go(1, 0)", "Right", show=False),
        Binding("pageup", f"go(0, -{_PAGE})", "Page up", show=False),
        Binding("pagedown", f"go(0, {_PAGE})", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("tab", "meeting(1)", "Next meeting", show=False),
        Binding("shift+tab", "meeting(-1)", "Meeting before", show=False),
        Binding("shift+up", "shift(0, -1)", "Earlier", show=False),
        Binding("shift+down", "shift(0, 1)", "Later", show=False),
        Binding("shift+left", "shift(-1, 0)", "A day earlier", show=False),
        Binding("shift+right", "shift(1, 0)", "A day later", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """Enter, or a click on what the cursor is on; None on a free time."""

        entry: CalendarEntry | None

    def __init__(self, *, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(now=now, id=id)
        self._headings: tuple[Heading, ...] = ()
        self._entries: tuple[CalendarEntry, ...] = ()
        self._bars: tuple[Bar, ...] = ()
        self._colours: Colours = lambda entry, mailbox_id: 0
        self._picked: Key | None = None
        self._scene: Scene | None = None
        self._painter = TimePainter(self._look, lambda: self.rich_style)
        self._is_new = True

    # What is shown

    @property
    def entry(self) -> CalendarEntry | None:
        """The meeting under the cursor."""
        return next((entry for entry in self._entries if key_of(entry) == self._picked), None)

    @property
    def spot(self) -> Spot | None:
        """Where the cursor stands; None before anything is shown."""
        column, row = self._at
        if column >= len(self._page.columns):
            return None
        begins = self._page.slots[column][row] if row >= 0 else None
        day = self._page.columns[column]
        return Spot(day, day.day if begins is None else begins)

    def show(
        self,
        columns: Sequence[Column],
        headings: Sequence[Heading],
        entries: Sequence[CalendarEntry],
        colours: Colours,
    ) -> None:
        """Put a page in; the cursor stays on its day and meeting where they are on it."""
        now = self._now()
        assert now.tzinfo is not None
        before = self._page.columns
        self._page, self._headings = time_page(columns, now.tzinfo), tuple(headings)
        self._entries, self._colours = tuple(entries), colours
        self._blocks, self._bars = blocks(self._page, entries), bars(columns, entries, now.tzinfo)
        if before != self._page.columns:
            self._find_cursor(before)
        self._at = (min(self._at[0], len(columns) - 1), min(self._at[1], len(self._page.rows) - 1))
        if self.entry is None:
            self._picked = next(iter(self._here(*self._at)), None)
        self._changed()
        self._resize()
        if self._is_new and self.size.height:
            self._is_new = False
            self._scroll(self._page.row_for(_MORNING))
        self._show_cursor()
        self.post_message(self.Moved(self.entry))

    def point_at(self, moment: datetime | date, picked: Key | None = None) -> None:
        """Put the cursor to a time or day, if it is on the page."""
        for column in range(len(self._page.columns)):
            if isinstance(moment, datetime):
                row = self._page.row_at(column, moment)
                if row is not None:
                    self._put(column, row, picked)
                    return
            elif self._page.columns[column].day == moment:
                self._put(column, max(self._at[1], 0), picked)
                return

    def _find_cursor(self, before: Sequence[Column]) -> None:
        """On another page: today where it is on it, else the first day; the row stays."""
        now = self._now()
        days = [column.day for column in self._page.columns]
        if not before:
            found = (self._page.row_at(column, now) for column in range(len(days)))
            row = next((row for row in found if row is not None), None)
            self._at = (0, self._page.row_for(9 * 60) if row is None else row)
        if self._lifted is not None:
            return
        kept = before[self._at[0]].day if self._at[0] < len(before) else None
        self._picked = None if kept not in days else self._picked
        wanted = kept if kept in days else now.date() if now.date() in days else None
        if wanted is not None:
            self._at = (days.index(wanted), self._at[1])

    # Moving the cursor

    def action_go(self, columns: int, rows: int) -> None:
        if self._lifted is not None:
            self._carry(columns, rows)
        elif columns:
            self._sideways(columns)
        else:
            column, row = self._at
            down = min(row + rows, len(self._page.rows) - 1)
            self._put(column, max(down, STRIP if row <= 0 else 0))

    def _sideways(self, step: int) -> None:
        """To the meeting beside this one, else to the next day."""
        column, row = self._at
        beside = self._here(column, row)
        if self._picked in beside:
            place = beside.index(self._picked) + step
            if 0 <= place < len(beside):
                self._put(column, row, beside[place])
                return
        if not 0 <= column + step < len(self._page.columns):
            self._at = (0 if step > 0 else len(self._page.columns) - 1, row)
            self.post_message(self.Beyond(step))
            return
        found = self._here(column + step, row)
        self._put(column + step, row, (found[0] if step > 0 else found[-1]) if found else None)

    def action_edge(self, end: int) -> None:
        if self._lifted is None:
            self._put(self._at[0], (len(self._page.rows) - 1) * end)

    def action_meeting(self, step: int) -> None:
        """To the next meeting of the page, from the last one to the first."""
        order = in_order(self._blocks, self._bars)
        if not order or self._lifted is not None:
            return
        keys = [key for _, _, _, key in order]
        here = (*self._at, 0)
        if self._picked in keys:
            place = keys.index(self._picked) + step
        elif step > 0:
            place = next((n for n, spot in enumerate(order) if spot[:3] >= here), 0)
        else:
            place = next((n for n in reversed(range(len(order))) if order[n][:3] < here), -1)
        column, row, _, key = order[place % len(order)]
        self._put(column, row, key)

    def _here(self, column: int, row: int) -> list[Key]:
        return meetings_at(self._blocks, self._bars, column, row)

    def _put(self, column: int, row: int, picked: Key | None = None) -> None:
        self._at = (column, row)
        here = self._here(column, row)
        kept = self._picked if self._picked in here else next(iter(here), None)
        self._picked = picked if picked in here else kept
        self._changed()
        self._show_cursor()
        self.post_message(self.Moved(self.entry))

    def action_choose(self) -> None:
        if self._lifted is not None:
            self._drop()
        else:
            self.post_message(self.Chosen(self.entry))

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset_capture(self)
        width = self.scrollable_content_region.width
        edges = self._painter.edges(self._drawn, width)
        column = next((n for n, (start, size) in enumerate(edges) if start <= place.x < start + size), None)
        above = len(self._headings)
        if column is None or place.y < above or self._lifted is not None:
            return
        row = place.y - self._drawn.head + self.scroll_offset.y if place.y >= self._drawn.head else STRIP
        if row >= len(self._page.rows):
            return
        x, room = place.x - edges[column][0] - 1, edges[column][1] - 1
        picked = hit(self._blocks, self._bars, (column, row), x, room, place.y - above)
        again = (picked is not None and picked == self._picked) or (picked is None and self._at == (column, row))
        self._picked = None
        self._put(column, row, picked)
        if again or event.chain > 1:
            self.action_choose()

    # Drawing

    @property
    def _drawn(self) -> Scene:
        if self._scene is None:
            room = max(self.size.height // 5, 1)
            self._scene = Scene(
                self._page,
                self._headings,
                self._blocks,
                self._bars,
                min(max((bar.lane for bar in self._bars), default=0) + 1, room),
                self._colours,
                self._now(),
                self._at,
                self.entry,
                self._lifted,
                self.has_focus,
            )
        return self._scene

    def _changed(self) -> None:
        self._scene = None
        self.refresh()

    def _scroll(self, y: int) -> None:
        self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def _show_cursor(self) -> None:
        row, lines = self._at[1], max(self.scrollable_content_region.height - self._drawn.head, 1)
        first = self.scroll_offset.y
        if row < 0 or self._is_new:
            return
        if row < first:
            self._scroll(row)
        elif row >= first + lines:
            self._scroll(row - lines + 1)

    def on_resize(self) -> None:
        self._changed()
        self._resize()
        if self._is_new and self._page.rows:
            self._is_new = False
            self._scroll(self._page.row_for(_MORNING))
        self._show_cursor()

    def _resize(self) -> None:
        height = len(self._page.rows) + self._drawn.head
        self.virtual_size = Size(self.scrollable_content_region.width, height)

    def on_focus(self) -> None:
        self._changed()

    def on_blur(self) -> None:
        self._changed()

    def render_line(self, y: int) -> Strip:
        width, scene = self.scrollable_content_region.width, self._drawn
        if not scene.page.columns:
            return Strip.blank(width, self.rich_style)
        above = len(scene.headings)
        if y < above:
            return self._painter.heading(scene, y, width)
        if y < scene.head:
            return self._painter.strip(scene, y - above, width)
        row = y - scene.head + self.scroll_offset.y
        if row >= len(scene.page.rows):
            return Strip.blank(width, self.rich_style)
        return self._painter.row(scene, row, width)

    def _look(self, tone: str) -> Style:
        return look(tone, self.app.theme_variables) if tone else Style()
