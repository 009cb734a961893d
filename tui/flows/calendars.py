"""Going to a date, and choosing whose calendars are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

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

_FIELDS = (Field("day", "Day", required=True, help="24 dec, 2026-12-24, tomorrow, fri, +2w, -1m"),)


async def ask_date(screen: BaseScreen) -> date | None:
    """The day to go to."""

    async def submit(changed: Mapping[str, Any]) -> date:
        return day_in(changed.get("day", ""), screen.now().date())

    form = FormDialog("Go to which day?", _FIELDS, {}, submit=submit, sources=await sources(screen))
    found: date | None = await screen.app.push_screen_wait(form)
    return found


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
