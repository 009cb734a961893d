"""A month of whole weeks, each day with its meetings or how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import by_day, cells, lasts_days
from tui.cells import Cell, Span, fit
from tui.rows.calendar import signs, title, tone
from tui.tones import look
from tui.when import DAYS, MONTHS
from tui.widgets.time_painter import Colours


class MonthGrid(Widget, can_focus=True):
    """Shows the days and entries it is given; says which day and meeting the cursor is on."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("left", "go(-1)", "Left", show=False),
        Binding("right", "go(1)", "Right", show=False),
        Binding("up,k", "go(-7)", "Up", show=False),
        Binding("down,j", "go(7)", "Down", show=False),
        Binding("home", "edge(0)", "First day", show=False),
        Binding("end", "edge(-1)", "Last day", show=False),
        Binding("tab", "meeting(1)", "Next meeting", show=False),
        Binding("shift+tab", "meeting(-1)", "Meeting before", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere, or on something else."""

        entry: CalendarEntry | None

    @dataclass
    class Chosen(Message):
        """Enter, or a click on where the cursor is; without a meeting it is the day that is meant."""

        entry: CalendarEntry | None

    @dataclass
    class Beyond(Message):
        """The cursor wants to leave the page for a day before or after it."""

        day: date

    def __init__(self, *, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._days: tuple[date, ...] = ()
        self._month = 0
        self._entries: dict[date, tuple[CalendarEntry, ...]] = {}
        self._colours: Colours = lambda entry, mailbox_id: 0
        self._at, self._picked = now().date(), -1  # -1: the day, not one of its meetings

    @property
    def entry(self) -> CalendarEntry | None:
        """The meeting under the cursor."""
        here = self._entries.get(self._at, ())
        return here[self._picked] if 0 <= self._picked < len(here) else None

    @property
    def day(self) -> date:
        """The day under the cursor."""
        return self._at

    def show(
        self,
        month: date,
        days: Sequence[date],
        entries: Sequence[CalendarEntry],
        colours: Colours,
    ) -> None:
        """Put a month in; the cursor stays on its day where it is in it, else goes to the first of the month."""
        zone = self._now().tzinfo
        assert zone is not None
        self._days, self._month, self._colours = tuple(days), month.month, colours
        self._entries = by_day(entries, days, zone)
        if self._at not in self._days:
            self._at, self._picked = month.replace(day=1), -1
        self._moved()

    def point_at(self, day: date) -> None:
        """Put the cursor on a day of the page."""
        if day != self._at:
            self._at, self._picked = day, -1
        self._moved()

    def _moved(self) -> None:
        self.refresh()
        self.post_message(self.Moved(self.entry))

    def action_go(self, days: int) -> None:
        self._go_to(date.fromordinal(self._at.toordinal() + days))

    def action_edge(self, place: int) -> None:
        if self._days:
            self._go_to(self._days[place])

    def _go_to(self, day: date) -> None:
        self._at, self._picked = day, -1
        if day not in self._days:
            self.post_message(self.Beyond(day))
        else:
            self._moved()

    def action_meeting(self, step: int) -> None:
        """To the next meeting of the page, from the last one to the first."""
        order = [(day, place) for day in self._days for place in range(len(self._entries.get(day, ())))]
        if not order:
            return
        here = (self._at, self._picked)
        if step > 0:
            self._at, self._picked = next((spot for spot in order if spot > here), order[0])
        else:
            self._at, self._picked = next((spot for spot in reversed(order) if spot < here), order[-1])
        self._moved()

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self.entry))

    # Places

    def _weeks(self) -> tuple[tuple[int, int], ...]:
        """(first line, lines) of each week below the heading."""
        weeks = cells(max(self.size.height - 1, 0), len(self._days) // 7) if self._days else ()
        return tuple((start + 1, size) for start, size in weeks)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset_capture(self)
        week = next((n for n, (start, size) in enumerate(self._weeks()) if start <= place.y < start + size), None)
        columns = cells(self.size.width, 7)
        column = next((n for n, (start, size) in enumerate(columns) if start <= place.x < start + size), None)
        if week is None or column is None:
            return
        day, line = self._days[week * 7 + column], place.y - self._weeks()[week][0] - 1
        shown = self._shown(day, self._weeks()[week][1] - 1)
        picked = shown[line] if 0 <= line < len(shown) else -1
        again = (day, picked) == (self._at, self._picked)
        self._at, self._picked = day, picked
        self._moved()
        if again or event.chain > 1:
            self.action_choose()

    def _shown(self, day: date, lines: int) -> list[int]:
        """Which meetings of a day have a line; the one under the cursor always does."""
        count = len(self._entries.get(day, ()))
        if count <= lines:
            return list(range(count))
        room = max(lines - 1, 0)
        first = max(self._picked - room + 1, 0) if day == self._at else 0
        return list(range(first, min(first + room, count)))

    # Drawing

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        columns = cells(width, 7)
        if y == 0:
            heads = [fit((Span(f" {name}", "header"),), size) for name, (_, size) in zip(DAYS, columns, strict=True)]
            return self._joined([(head, "header") for head in heads], width, ruled=False)
        found = next(
            ((n, y - start) for n, (start, size) in enumerate(self._weeks()) if start <= y < start + size), None
        )
        if found is None:
            return Strip.blank(width, self.rich_style)
        week, line = found
        lines = self._weeks()[week][1] - 1
        days = self._days[week * 7 : week * 7 + 7]
        return self._joined(
            [self._cell(day, line, lines, size) for day, (_, size) in zip(days, columns, strict=True)], width
        )

    def _cell(self, day: date, line: int, lines: int, width: int) -> tuple[Cell, str]:
        ground = "night" if day.weekday() >= 5 or day.month != self._month else ""
        if day == self._at and self._picked < 0:
            ground = "cursor" if self.has_focus else "cursor-idle"
        if line == 0:
            return self._number(day, lines, width), ground
        entries, shown = self._entries.get(day, ()), self._shown(day, lines)
        if line - 1 >= len(shown):
            return fit((), width - 1), ground
        place = shown[line - 1]
        entry = entries[place]
        number = self._colours(entry, None)
        clock = "" if lasts_days(entry) or width < 16 else f"{entry.starts_at.astimezone(self._now().tzinfo):%H:%M} "
        words = fit((Span("▎", f"calendar-{number}"), *signs(entry), Span(clock, "dim"), Span(title(entry))), width - 1)
        on = tone(entry, number)
        if day == self._at and place == self._picked:
            on = "picked" if self.has_focus else "cursor-idle"
        return words, on

    def _number(self, day: date, lines: int, width: int) -> Cell:
        """The day of the month, and how many meetings have no line."""
        hidden = len(self._entries.get(day, ())) - len(self._shown(day, lines))
        is_today = day == self._now().date()
        said = f"{day.day} {MONTHS[day.month - 1]}" if day.day == 1 else str(day.day)
        number = Span(f"{said} ", "heading" if is_today else "faint" if day.month != self._month else "strong")
        today = Span("today ", "heading") if is_today and width > 16 else Span("")
        more = (Span(f"+{hidden}", "accent"),) if hidden else ()
        return fit((number, today, *more), width - 1)

    def _joined(self, parts: Sequence[tuple[Cell, str]], width: int, *, ruled: bool = True) -> Strip:
        segments = []
        for cell, ground in parts:
            if ruled:
                segments.append(Segment("│", self.rich_style + self._look("rule")))
            below = self.rich_style + self._look(ground)
            segments += [Segment(span.text, below + self._look(span.tone)) for span in cell]
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _look(self, tone: str) -> Style:
        return look(tone, self.app.theme_variables) if tone else Style()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
