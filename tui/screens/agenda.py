"""Today and the week: meetings, and the tasks that are due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any, ClassVar

from textual import on
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.queries.agenda import AgendaRow, TaskRow, agenda, tasks_due
from tui.commands import Command, bindings
from tui.dialogs.pick import PickDialog
from tui.flows import activities
from tui.flows.common import find_records
from tui.rows.agenda import SCHEDULE, TASKS, Entry, entries
from tui.screens.base import BaseScreen
from tui.when import short_date
from tui.widgets.filter_bar import FilterBar
from tui.widgets.line_list import LineList

_AHEAD = timedelta(days=7)  # tasks due until then are listed


def _on_task(screen: Any) -> bool:
    return screen.tasks.row is not None and screen.tasks.has_focus


def _on_row(screen: Any) -> bool:
    return screen.activity_id is not None


def _has_record(screen: Any) -> bool:
    return screen.record_id is not None


COMMANDS = (
    Command("enter", "read", "Read", "Read the meeting or task under the cursor", footer=1, available=_on_row),
    Command("o", "open_record", "Record", "Open the record it is regarding", footer=2, available=_has_record),
    Command("x", "complete", "Done", "Tick the task off", footer=3, available=_on_task),
    Command("n", "new_task", "New task", "Add a task to a record", footer=4),
    Command("v", "next_view", "Day/week", "Show the day or the week", footer=10),
    Command("left_square_bracket,left", "earlier", "Earlier", "The day or week before", footer=11, shown_key="["),
    Command("right_square_bracket,right", "later", "Later", "The day or week after", footer=12, shown_key="]"),
    Command("t", "today", "Today", "Back to today", footer=13),
    Command("tab", "other_list", "Tasks", "Go between meetings and tasks", footer=14, palette=False),
)


class AgendaScreen(BaseScreen):
    """Meetings of a day or of seven days, and open tasks, the late ones first."""

    HERE = COMMANDS
    HELP_WORDS = "What is on today and this week, and which tasks are due. Tab goes between meetings and tasks."
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS[:-1])
    FIRST = frozenset({"schedule", "tasks"})

    def __init__(self) -> None:
        super().__init__()
        self._steps = 0  # days or weeks away from today

    def compose_body(self) -> Iterable[Widget]:
        yield FilterBar("Agenda", (("week", "Week"), ("day", "Day")), filtered=False)
        with Container(id="agenda-body"):
            yield LineList(
                SCHEDULE,
                key=lambda entry: (entry.row.activity_id, entry.row.starts_at),
                now=self.now,
                empty=("No meetings.", "[ and ] show the days before and after."),
                id="schedule",
            )
            with Container(id="agenda-tasks"):
                yield Static(Content("Tasks due"), classes="section")
                yield LineList(
                    TASKS,
                    key=lambda row: row.activity_id,
                    now=self.now,
                    heading=False,
                    empty=("No tasks are due.", "n adds one."),
                    id="tasks",
                )

    @property
    def schedule(self) -> LineList[Entry]:
        return self.query_one("#schedule", LineList)

    @property
    def tasks(self) -> LineList[TaskRow]:
        return self.query_one("#tasks", LineList)

    @property
    def activity_id(self) -> int | None:
        if self.tasks.has_focus:
            return self.tasks.row.activity_id if self.tasks.row else None
        return self.schedule.row.row.activity_id if self.schedule.row else None

    @property
    def record_id(self) -> int | None:
        row: AgendaRow | TaskRow | None = self.tasks.row
        if not self.tasks.has_focus:
            row = self.schedule.row.row if self.schedule.row else None
        return row.regarding.record_id if row is not None and row.regarding is not None else None

    def on_mount(self) -> None:
        self.schedule.focus()
        self.schedule.restart()
        self.tasks.restart()

    def refresh_data(self) -> None:
        self.schedule.reload()
        self.tasks.reload()

    @on(LineList.Wanted, "#schedule")
    def _read_schedule(self, wanted: LineList.Wanted) -> None:
        start, end = self._span()
        self.query_one(FilterBar).count = _span_words(start, end, self.now())

        def show(rows: tuple[AgendaRow, ...]) -> None:
            self.schedule.show(wanted.question, entries(rows, self.now()), more=False)

        self.ask(agenda, then=show, group="schedule", start=start, end=end)

    @on(LineList.Wanted, "#tasks")
    def _read_tasks(self, wanted: LineList.Wanted) -> None:
        def show(rows: tuple[TaskRow, ...]) -> None:
            self.tasks.show(wanted.question, rows, more=False)

        self.ask(tasks_due, then=show, group="tasks", until=(self.now() + _AHEAD).date())

    def _span(self) -> tuple[datetime, datetime]:
        days = 1 if self.query_one(FilterBar).view == "day" else 7
        now = self.now()
        first = now.date() + timedelta(days=days * self._steps)
        start = datetime.combine(first, time(), now.tzinfo)
        return start, datetime.combine(first + timedelta(days=days), time(), now.tzinfo)

    @on(FilterBar.Changed)
    def action_today(self) -> None:
        self._steps = 0
        self.schedule.restart()

    def action_earlier(self) -> None:
        self._steps -= 1
        self.schedule.restart()

    def action_later(self) -> None:
        self._steps += 1
        self.schedule.restart()

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    @on(LineList.Chosen)
    def action_read(self) -> None:
        if self.activity_id is not None:
            self.regarding.open_activity(self.activity_id)

    def action_open_record(self) -> None:
        if self.record_id is not None:
            self.regarding.open_record(self.record_id)

    def action_complete(self) -> None:
        if self.tasks.row is not None:
            self.flow(activities.complete(self, self.tasks.row.activity_id))

    def action_new_task(self) -> None:
        self.flow(self._new_task())

    async def _new_task(self) -> None:
        picked = await self.app.push_screen_wait(
            PickDialog("A task on which record?", lambda text: find_records(self, "", text))
        )
        if picked is not None:
            await activities.add(self, "task", picked)


def _span_words(start: datetime, end: datetime, now: datetime) -> str:
    last = (end - timedelta(days=1)).date()
    first = short_date(start.date(), now.date())
    return first if last == start.date() else f"{first} to {short_date(last, now.date())}"
