"""One page of the calendar: which widget shows it, what is read for it, and what is under the cursor."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import partial

from textual import on
from textual.containers import Container, Horizontal
from textual.widget import Widget
from textual.widgets import Static

from calendar_sync.page import CalendarPage, calendar_page, chosen_agenda
from store.queries.agenda import AgendaRow, TaskRow, tasks_due
from store.queries.calendar import CalendarEntry, CalendarRow
from tui.calendar_layout import midnight
from tui.calendar_views import GRIDS, TEAMS, VIEWS, View, columns, headings, page_words, shown_days
from tui.cells import line
from tui.rows import calendar as looks
from tui.rows.agenda import entries
from tui.screens.calendar_commands import TASKS_UNTIL
from tui.screens.meeting_actions import Meeting, MeetingActions
from tui.widgets.agenda_lists import AgendaLists
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.meeting_pane import MeetingPane
from tui.widgets.month_grid import MonthGrid
from tui.widgets.time_grid import TimeGrid

PAGE = "calendar"  # the group of questions for a page


class CalendarPages(MeetingActions):
    """One page of one view; `_day` is the day around which it is."""

    def __init__(self) -> None:
        super().__init__()
        self._day: date | None = None
        self._chosen: frozenset[int] | None = None
        self._known: tuple[CalendarRow, ...] = ()
        self._shown: tuple[CalendarRow, ...] = ()
        self._entries: tuple[CalendarEntry, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Calendar", VIEWS, filtered=False)
        with Horizontal(id="calendar-body"):
            with Container(id="calendar-views"):
                yield AgendaLists(now=self.now, id="agenda-body")
                yield TimeGrid(now=self.now, id="times")
                yield MonthGrid(now=self.now, id="month")
            yield MeetingPane(classes="preview")
        yield Static("", id="calendar-line", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(FilterBar).view = View.WEEK.value

    # What is at hand

    @property
    def view(self) -> View:
        return View(self.query_one(FilterBar).view)

    @property
    def times(self) -> TimeGrid:
        return self.query_one(TimeGrid)

    @property
    def month(self) -> MonthGrid:
        return self.query_one(MonthGrid)

    @property
    def lists(self) -> AgendaLists:
        return self.query_one(AgendaLists)

    @property
    def entry(self) -> CalendarEntry | None:
        """The meeting under the cursor of a grid."""
        if self.view in GRIDS:
            return self.times.entry
        return self.month.entry if self.view is View.MONTH else None

    @property
    def task_row(self) -> TaskRow | None:
        return self.lists.task_row if self.view is View.AGENDA else None

    @property
    def meeting(self) -> Meeting | None:
        row: AgendaRow | None = self.lists.meeting if self.view is View.AGENDA else None
        if row is not None:
            same = (
                each for each in self._entries if (each.activity_id, each.starts_at) == (row.activity_id, row.starts_at)
            )
            found = next(same, None)
            return Meeting.of(found) if found else Meeting(row.activity_id, row.starts_at, row.ends_at)
        return Meeting.of(self.entry) if self.entry is not None and not self.entry.closed else None

    @property
    def record_id(self) -> int | None:
        at_hand = self.task_row or (self.lists.meeting if self.view is View.AGENDA else self.entry)
        return at_hand.regarding.record_id if at_hand is not None and at_hand.regarding is not None else None

    @property
    def day(self) -> date:
        """The day around which the page is."""
        return self._day or self.now().date()

    # Reading

    @on(FilterBar.Changed)
    def _switch(self) -> None:
        """Show the widget of the view, and read its page."""
        view = self.view
        for widget, shown in (
            (self.lists, view is View.AGENDA),
            (self.times, view in GRIDS),
            (self.month, view is View.MONTH),
        ):
            widget.display = shown
        self.set_class(view is View.AGENDA, "-lists")
        self.times.put_back()
        self._focus_view()
        self.read_page(anew=True)

    def _focus_view(self) -> None:
        wanted = {View.AGENDA: self.lists.schedule, View.MONTH: self.month}
        wanted.get(self.view, self.times).focus()

    def refresh_data(self) -> None:
        self.read_page()

    def read_page(self, *, anew: bool = False) -> None:
        view, day, now = self.view, self.day, self.now()
        days = shown_days(view, day)
        assert now.tzinfo is not None
        start = midnight(days[0], now.tzinfo).astimezone(now.tzinfo)
        end = midnight(date.fromordinal(days[-1].toordinal() + 1), now.tzinfo).astimezone(now.tzinfo)
        chosen, team = self._chosen, view in TEAMS
        then = partial(self._show_calendar, view, day)
        self.ask(calendar_page, chosen, then=then, group=PAGE, start=start, end=end, everybody=team)
        if view is View.AGENDA:
            for each in (self.lists.schedule, self.lists.tasks):
                each.restart() if anew else each.reload()

    def _show_calendar(self, view: View, day: date, page: CalendarPage) -> None:
        if (view, day) != (self.view, self.day):
            return
        self._known, self._shown, self._entries = page.known, page.chosen, page.entries
        days, today = shown_days(view, day), self.now().date()
        old = looks.stale(page.chosen, self.now())
        self.query_one(FilterBar).count = " · ".join(part for part in (old, page_words(view, days, today)) if part)
        colours = partial(looks.colour, chosen=page.chosen)
        if view in GRIDS:
            shown = columns(view, day, page.chosen)
            self.times.show(shown, headings(view, shown, page.chosen, today), page.entries, colours)
        elif view is View.MONTH:
            self.month.show(day, days, page.entries, colours)
        self.refresh_bindings()

    @on(LineList.Wanted, "#schedule")
    def _read_schedule(self, wanted: LineList.Wanted) -> None:
        now, days = self.now(), shown_days(View.AGENDA, self.day)
        start = datetime.combine(days[0], datetime.min.time(), now.tzinfo)
        end = datetime.combine(date.fromordinal(days[-1].toordinal() + 1), datetime.min.time(), now.tzinfo)

        def show(rows: tuple[AgendaRow, ...]) -> None:
            self.lists.schedule.show(wanted.question, entries(rows, self.now()), more=False)

        self.ask(chosen_agenda, self._chosen, then=show, group="schedule", start=start, end=end)

    @on(LineList.Wanted, "#tasks")
    def _read_tasks(self, wanted: LineList.Wanted) -> None:
        def show(rows: tuple[TaskRow, ...]) -> None:
            self.lists.tasks.show(wanted.question, rows, more=False)

        self.ask(tasks_due, then=show, group="tasks", until=(self.now() + TASKS_UNTIL).date())

    # Following the cursor

    @on(TimeGrid.Moved)
    @on(MonthGrid.Moved)
    def _follow(self, moved: TimeGrid.Moved | MonthGrid.Moved) -> None:
        if self.view in GRIDS and self.times.spot is not None and not self.times.is_lifted:
            self._day = self.times.spot.column.day
        self.query_one("#calendar-line", Static).update(self._line(moved.entry))
        self.refresh_bindings()
        if self.has_class("-wide") or self.has_class("-huge"):
            self.preview_meeting(moved.entry)

    def _line(self, entry: CalendarEntry | None) -> str:
        """The bottom line: what is under the cursor, or where a meeting would go."""
        now = self.now()
        if self.times.is_lifted and (aim := self.times.aim) is not None:
            to = f"{aim[0].astimezone(now.tzinfo):%a %d %b %H:%M} to {aim[1].astimezone(now.tzinfo):%H:%M}"
            return f"{to}   arrows move it, + and - make it longer or shorter, Enter puts it there, Esc takes it back"
        if entry is None:
            return "" if self._known else "No calendar is read yet: n makes an appointment, 9 shows how to connect one."
        parts = (looks.title(entry), looks.when(entry, now), line(entry.location), looks.about(entry))
        return " · ".join(part for part in parts if part)
