"""Appointments of the store as events again, with everything that can be edited."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from calendar_sync.event import Attendee, Event
from calendar_sync.series import parse_wall, wall, with_series
from mail_sync.message import Address
from store import blobs
from store.errors import NotFound
from store.schema.activities import Activity, ActivityParty, Appointment
from store.schema.mail import MailboxItem

_ATTENDING = ("required", "optional", "resource")


def read_event(tx: Connection, activity_id: int, *, item_id: int | None = None) -> Event:
    """The appointment as an event; with `item_id` (of a mailbox's copy) also that copy's categories and answer.

    Attendees come by role, then in the order in which they were written. Raises NotFound for what is no appointment.
    """
    row = tx.execute(
        select(Appointment.__table__, Activity.subject, Activity.occurred_at, Activity.ends_at, Activity.text_blob_id)
        .join(Activity, Activity.id == Appointment.id)
        .where(Appointment.id == activity_id)
    ).one_or_none()
    if row is None:
        raise NotFound()
    categories, response = _copy(tx, item_id)
    organizer, attendees = _people(tx, activity_id)
    master = Event(
        uid=row.ical_uid,
        title=row.subject,
        start=_placed(row, row.start_wall, None if row.recurring else row.occurred_at),
        end=_placed(row, row.end_wall, row.ends_at),
        all_day=row.all_day,
        timezone=row.timezone,
        timezone_source=row.timezone_source,
        location=row.location,
        description=blobs.read(tx, row.text_blob_id).decode("utf-8", "replace"),
        organizer=organizer,
        attendees=attendees,
        status=row.status,
        busy=row.busy,
        sensitivity=row.sensitivity,
        importance=row.importance,
        categories=categories,
        sequence=row.sequence,
        modified_at=row.modified_at,
        reminder_minutes=row.reminder_minutes,
        my_response=response,
    )
    return with_series(master, row.series)


def is_withheld(identity: str) -> bool:
    """Whether an appointment with this identity says only when its calendar is busy (see
    `store.activities.appointments`)."""
    return identity.startswith("busy ") and "|" in identity


def _placed(row: Row[Any], written: str, moment: datetime | None) -> datetime | date:
    """The wall time in its zone. The stored instant tells which one is meant when the clocks show it twice; where the
    zone's rules changed since, the wall time counts."""
    if row.all_day:
        return date.fromisoformat(written)
    if moment is not None:
        local = moment.astimezone(ZoneInfo(row.timezone))
        if wall(local, row.timezone) == written:
            return local
    return parse_wall(written, row.all_day, row.timezone)


def _copy(tx: Connection, item_id: int | None) -> tuple[tuple[str, ...], str]:
    """Categories and answer of one mailbox's copy."""
    if item_id is None:
        return (), ""
    row = tx.execute(
        select(MailboxItem.categories, MailboxItem.response).where(MailboxItem.id == item_id)
    ).one_or_none()
    return ((), "") if row is None else (tuple(row.categories), row.response)


def _people(tx: Connection, activity_id: int) -> tuple[Address | None, tuple[Attendee, ...]]:
    rows = tx.execute(
        select(ActivityParty.role, ActivityParty.email, ActivityParty.name, ActivityParty.response)
        .where(ActivityParty.activity_id == activity_id)
        .order_by(ActivityParty.position)
    ).all()
    organizer = next((Address(row.email, row.name) for row in rows if row.role == "organizer"), None)
    attendees = tuple(
        Attendee(Address(row.email, row.name), role, row.response or "none")
        for role in _ATTENDING
        for row in rows
        if row.role == role
    )
    return organizer, attendees
