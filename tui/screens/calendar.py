"""The calendar: today's list with its tasks, days, weeks, months, and several people side by side."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from textual import on

from tui.calendar_views import GRIDS, View, stepped
from tui.commands import bindings
from tui.dialogs.pick import PickDialog
from tui.flows import activities
from tui.flows.common import find_records
from tui.screens.calendar_commands import COMMANDS, HELP_WORDS
from tui.screens.calendar_pages import PAGE, CalendarPages
from tui.screens.meeting_actions import Meeting
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList
from tui.widgets.month_grid import MonthGrid
from tui.widgets.time_grid import TimeGrid


class CalendarScreen(CalendarPages):
    """Going through time and views, and what is done with the meeting or task under the cursor."""

    HERE = COMMANDS
    HELP_WORDS = HELP_WORDS
    BINDINGS: ClassVar[list[Any]] = bindings(one for one in COMMANDS if one.key != "tab")
    FIRST = frozenset({PAGE})

    @on(TimeGrid.Beyond)
    def _next_days(self, beyond: TimeGrid.Beyond) -> None:
        self.turn(beyond.step)

    @on(MonthGrid.Beyond)
    def _other_month(self, beyond: MonthGrid.Beyond) -> None:
        self.go_to(beyond.day)

    @on(TimeGrid.Chosen)
    @on(MonthGrid.Chosen)
    @on(LineList.Chosen)
    def action_read(self) -> None:
        """Read the meeting or task; a free time begins an appointment, a day of the month is shown."""
        if self.times.is_lifted:
            self.times.action_choose()
        elif self.task_row is not None:
            self.regarding.open_activity(self.task_row.activity_id)
        elif self.meeting is not None:
            self.open_meeting(self.meeting)
        elif self.view is View.MONTH:
            self._day = self.month.day
            self.query_one(FilterBar).view = View.DAY.value
        elif self.view in GRIDS and self.entry is None:
            self.action_new()

    @on(TimeGrid.Dropped)
    def _dropped(self, dropped: TimeGrid.Dropped) -> None:
        self.move_meeting(Meeting.of(dropped.entry), dropped.start, dropped.end)

    # Going through time

    def go_to(self, day: date) -> None:
        """Show the page on which a day lies."""
        self._day = day
        if self.view is View.MONTH:
            self.month.point_at(day)
        self.read_page(anew=True)

    def turn(self, pages: int) -> None:
        self.go_to(stepped(self.view, self.day, pages))

    def action_earlier(self) -> None:
        self.turn(-1)

    def action_later(self) -> None:
        self.turn(1)

    def action_today(self) -> None:
        self.go_to(self.now().date())
        self.times.point_at(self.now())

    def action_go(self) -> None:
        self.flow(self._ask_date())

    async def _ask_date(self) -> None:
        from tui.flows.calendars import ask_date

        day = await ask_date(self)
        if day is not None:
            self.go_to(day)

    # Views and calendars

    def _show_view(self, view: View) -> None:
        self.query_one(FilterBar).view = view.value

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_show_agenda(self) -> None:
        self._show_view(View.AGENDA)

    def action_show_day(self) -> None:
        self._show_view(View.DAY)

    def action_show_week(self) -> None:
        self._show_view(View.WEEK)

    def action_show_month(self) -> None:
        self._show_view(View.MONTH)

    def action_show_team(self) -> None:
        self._show_view(View.TEAM_WEEK if self.view is View.TEAM else View.TEAM)

    def action_calendars(self) -> None:
        self.flow(self._choose_calendars())

    async def _choose_calendars(self) -> None:
        from tui.flows.calendars import choose_calendars

        chosen = await choose_calendars(self, self._known, self._shown)
        if chosen is not None:
            self._chosen = chosen
            self.read_page()

    def action_board(self) -> None:
        self.regarding.action_show_mode("board")

    # Acting

    def action_new(self) -> None:
        from tui.flows import meetings

        self.flow(meetings.create(self, *self._free_time()))

    def _free_time(self) -> tuple[datetime | date, int | None]:
        """Where a new appointment would go, and in whose calendar; a day where no time is meant."""
        spot = self.times.spot if self.view in GRIDS else None
        if spot is not None:
            return spot.start, spot.column.mailbox_id
        return (self.month.day if self.view is View.MONTH else self.day), None

    def action_move(self) -> None:
        self.times.lift()

    def action_drop(self) -> None:
        self.times.action_choose()

    def action_put_back(self) -> None:
        self.times.put_back()

    def action_longer(self) -> None:
        self.times.grow(1)

    def action_shorter(self) -> None:
        self.times.grow(-1)

    def action_open_record(self) -> None:
        if self.record_id is not None:
            self.regarding.open_record(self.record_id)

    def action_complete(self) -> None:
        if self.task_row is not None:
            self.flow(activities.complete(self, self.task_row.activity_id))

    def action_new_task(self) -> None:
        self.flow(self._new_task())

    async def _new_task(self) -> None:
        picked = await self.app.push_screen_wait(
            PickDialog("A task on which record?", lambda text: find_records(self, "", text))
        )
        if picked is not None:
            await activities.add(self, "task", picked)
