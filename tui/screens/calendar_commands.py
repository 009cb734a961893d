"""What can be done in the calendar."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tui.calendar_views import GRIDS, View
from tui.commands import Command
from tui.rows.calendar import SIGNS
from tui.screens.meeting_actions import MEETING

TASKS_UNTIL = timedelta(days=7)  # tasks due until then are listed

HELP_WORDS = (
    "Your meetings as a list with tasks, by day, week or month, and those of several people side by side. Enter on a "
    "free time makes an appointment there, Tab goes from meeting to meeting. Shift and an arrow take a meeting up and "
    f"move it; Enter puts it down. Signs: {SIGNS}."
)


def _on_something(screen: Any) -> bool:
    return not screen.times.is_lifted and (screen.meeting is not None or screen.task_row is not None)


def _on_task(screen: Any) -> bool:
    return screen.task_row is not None


def _has_record(screen: Any) -> bool:
    return screen.record_id is not None


def _in_tasks(screen: Any) -> bool:
    return screen.view is View.AGENDA and screen.lists.tasks.has_focus


def _not_in_tasks(screen: Any) -> bool:
    return not _in_tasks(screen)


def _can_lift(screen: Any) -> bool:
    return screen.view in GRIDS and not screen.times.is_lifted and screen.times.can_lift()


def _is_lifted(screen: Any) -> bool:
    return screen.view in GRIDS and screen.times.is_lifted


def _in_agenda(screen: Any) -> bool:
    return screen.view is View.AGENDA


LIFTED = (
    Command("enter", "drop", "Put here", "Put the meeting here", footer=1, available=_is_lifted, palette=False),
    Command("escape", "put_back", "Leave", "Leave it where it was", footer=2, available=_is_lifted, palette=False),
    Command("plus", "longer", "Longer", "Make it half an hour longer", footer=3, available=_is_lifted, palette=False),
    Command("minus", "shorter", "Shorter", "Make it shorter", footer=4, available=_is_lifted, palette=False),
)

COMMANDS = (
    Command("enter", "read", "Read", "Read the meeting or task under the cursor", footer=5, available=_on_something),
    Command("n", "new", "New", "Make an appointment here", footer=6, available=_not_in_tasks),
    Command("n", "new_task", "New task", "Add a task to a record", footer=6, available=_in_tasks),
    Command("x", "complete", "Done", "Tick the task off", footer=7, available=_on_task),
    *MEETING,
    Command("m", "move", "Move", "Take it up and move it with the arrows", footer=14, available=_can_lift),
    Command("o", "open_record", "Record", "Open the record it is regarding", footer=16, available=_has_record),
    Command("v", "next_view", "View", "Agenda, day, week, month, team", footer=10),
    Command("a", "show_agenda", "Agenda", "Meetings and tasks as lists", footer=40),
    Command("d", "show_day", "Day", "One day", footer=41),
    Command("w", "show_week", "Week", "A week", footer=42),
    Command("M", "show_month", "Month", "A month", footer=43),
    Command("T", "show_team", "Team", "Several people side by side: a day, again for the work week", footer=44),
    Command("left_square_bracket", "earlier", "Earlier", "The page before", footer=18, shown_key="["),
    Command("right_square_bracket", "later", "Later", "The page after", footer=19, shown_key="]"),
    Command("t", "today", "Today", "Back to today", footer=20),
    Command("g", "go", "Go to", "Go to a date", footer=21),
    Command("c", "calendars", "Calendars", "Choose whose calendars are shown", footer=22),
    Command("B", "board", "Board", "Who and what is booked when: the schedule board", footer=24),
    Command("tab", "other_list", "Tasks", "Between meetings and tasks", footer=23, available=_in_agenda, palette=False),
    *LIFTED,
)
