"""What a page of the calendar shows, read in one snapshot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from calendar_sync.view import AppointmentDetail, appointment_detail, calendar_view
from store.actor import Actor
from store.queries.agenda import AgendaRow, agenda
from store.queries.calendar import CalendarEntry, CalendarRow, calendars


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """`known` are all calendars that may be chosen, `chosen` those whose entries are shown."""

    known: tuple[CalendarRow, ...]
    chosen: tuple[CalendarRow, ...]
    entries: tuple[CalendarEntry, ...]


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """An appointment, and what else its calendars have at that time."""

    detail: AppointmentDetail
    beside: tuple[CalendarEntry, ...]


def calendar_page(
    tx: Connection,
    mailbox_ids: Collection[int] | None,
    *,
    start: datetime,
    end: datetime,
    everybody: bool = False,
    by: Actor,
) -> CalendarPage:
    """What takes place in [start, end) in these calendars; None for one's own, or with `everybody` for all.

    Who has no calendar of their own sees those that are open to them.
    """
    known = calendars(tx, by=by)
    chosen = list(known) if everybody and mailbox_ids is None else _chosen(known, mailbox_ids)
    shown = calendar_view(tx, [row.mailbox_id for row in chosen], start=start, end=end, by=by)
    return CalendarPage(known, tuple(chosen), shown)


def chosen_agenda(
    tx: Connection, mailbox_ids: Collection[int] | None, *, start: datetime, end: datetime, by: Actor
) -> tuple[AgendaRow, ...]:
    """The agenda of the calendars of which `calendar_page` shows the entries."""
    chosen = _chosen(calendars(tx, by=by), mailbox_ids)
    return agenda(tx, [row.mailbox_id for row in chosen], start=start, end=end, by=by)


def _chosen(known: Sequence[CalendarRow], mailbox_ids: Collection[int] | None) -> list[CalendarRow]:
    if mailbox_ids is not None:
        return [row for row in known if row.mailbox_id in mailbox_ids]
    return [row for row in known if row.mine] or [row for row in known if row.open]


def meeting_page(
    tx: Connection,
    activity_id: int,
    original_start: str = "",
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    mailbox_id: int | None = None,
    by: Actor,
) -> MeetingPage:
    """An appointment in full; with [start, end) also what one's own calendars have then. Raises NotFound, Invalid."""
    detail = appointment_detail(tx, activity_id, original_start or None, mailbox_id=mailbox_id, by=by)
    if start is None or end is None:
        return MeetingPage(detail, ())
    return MeetingPage(detail, other_bookings(tx, None, start=start, end=end, but=activity_id, by=by))


def other_bookings(
    tx: Connection,
    mailbox_ids: Collection[int] | None,
    *,
    start: datetime,
    end: datetime,
    but: int | None = None,
    by: Actor,
) -> tuple[CalendarEntry, ...]:
    """What books the time [start, end) in these calendars (None: one's own), besides the appointment `but`.

    Whole days count only where somebody is away, as for clashes.
    """
    page = calendar_page(tx, mailbox_ids, start=start, end=end, by=by)
    return tuple(
        entry
        for entry in page.entries
        if entry.activity_id != but
        and entry.books
        and set(entry.responses.values()) != {"declined"}
        and (entry.on_date is None or entry.busy == "away")
    )
