"""Going to a date, and choosing whose calendars are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from calendar_sync.page import calendar_page
from store.queries.agenda import AgendaRow
from store.queries.calendar import CalendarRow
from store.records.fields import Field
from tui.cells import line
from tui.dialogs.form import FormDialog
from tui.dialogs.many import ManyDialog
from tui.flows.common import sources
from tui.typed_times import day_in
from tui.when import ago

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_MOMENT = timedelta(minutes=1)
_FIELDS = (Field("day", "Day", required=True, help="24 dec, 2026-12-24, tomorrow, fri, +2w, -1m"),)


async def ask_date(screen: BaseScreen) -> date | None:
    """The day to go to."""

    async def submit(changed: Mapping[str, Any]) -> date:
        return day_in(changed.get("day", ""), screen.now().date())

    form = FormDialog("Go to which day?", _FIELDS, {}, submit=submit, sources=await sources(screen))
    found: date | None = await screen.app.push_screen_wait(form)
    return found


async def open_occurrence(screen: BaseScreen, row: AgendaRow) -> None:
    """Show a meeting of the agenda, of a series the occurrence that was chosen, with what may be done with it."""
    from tui.screens.meeting import MeetingScreen
    from tui.screens.meeting_actions import Meeting

    page = await screen.fetch(calendar_page, None, start=row.starts_at, end=max(row.ends_at, row.starts_at + _MOMENT))
    chosen = (row.activity_id, row.starts_at)
    entry = next((each for each in page.entries if (each.activity_id, each.starts_at) == chosen), None)
    meeting = Meeting.of(entry) if entry else Meeting(row.activity_id, row.starts_at, row.ends_at)
    screen.app.push_screen(MeetingScreen(meeting))


async def choose_calendars(
    screen: BaseScreen, known: Sequence[CalendarRow], shown: Sequence[CalendarRow]
) -> frozenset[int] | None:
    """Whose calendars are to be shown; None where that stays as it is."""
    if not known:
        screen.notify("No calendar is read yet; 9 shows the mailboxes.")
        return None
    chosen = {row.mailbox_id for row in shown}
    words = [(line(row.name), _remark(row, screen), row.mailbox_id in chosen) for row in known]
    places = await screen.app.push_screen_wait(ManyDialog("Whose calendars?", words))
    return None if not places else frozenset(known[place].mailbox_id for place in places)


def _remark(row: CalendarRow, screen: BaseScreen) -> str:
    read = f"read {ago(row.last_success_at, screen.now())}" if row.has_server else "kept here"
    return read if row.open else f"{read}, only when it is busy"
