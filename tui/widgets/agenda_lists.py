"""The agenda: meetings as a list, and the tasks that are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from store.queries.agenda import AgendaRow, TaskRow
from tui.rows.agenda import SCHEDULE, TASKS, Entry
from tui.widgets.line_list import LineList


class AgendaLists(Container):
    """Two lists, beside or below each other; says what is under the cursor of the one with the focus."""

    def __init__(self, *, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now

    def compose(self) -> ComposeResult:
        yield LineList(
            SCHEDULE,
            key=lambda entry: (entry.row.activity_id, entry.row.starts_at),
            now=self._now,
            empty=("No meetings.", "[ and ] show the days before and after."),
            id="schedule",
        )
        with Container(id="agenda-tasks"):
            yield Static(Content("Tasks due"), classes="section")
            yield LineList(
                TASKS,
                key=lambda row: row.activity_id,
                now=self._now,
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
    def task_row(self) -> TaskRow | None:
        """The task under the cursor, while the list of tasks has the focus."""
        return self.tasks.row if self.tasks.has_focus else None

    @property
    def meeting(self) -> AgendaRow | None:
        """The meeting under the cursor, while the list of tasks does not have the focus."""
        row = self.schedule.row
        return None if self.tasks.has_focus or row is None else row.row
