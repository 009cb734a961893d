"""The meeting that a mail speaks of: its calendar part, and the appointment that it means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from calendar_sync.event import Event
from calendar_sync.ics import read_calendar
from calendar_sync.itip import Proposal, proposal
from mail_sync.errors import Unreadable
from mail_sync.source import read_source
from store import blobs
from store.access import sees_activity
from store.actor import Actor
from store.schema.activities import Activity, Appointment
from store.schema.mail import Email


@dataclass(frozen=True, slots=True)
class MeetingMail:
    """What a mail says about a meeting. `activity_id` is the appointment in the store, None where there is none;
    `can_answer` says that it asks for an answer, `proposal` what a counter-proposal asks for."""

    method: str
    event: Event
    activity_id: int | None
    can_answer: bool
    proposal: Proposal | None


def meeting_in(tx: Connection, email_id: int, *, by: Actor) -> MeetingMail | None:
    """The meeting of a mail that `by` may see; None for a mail without a readable calendar part."""
    blob_id = tx.execute(
        select(Email.source_blob_id)
        .join(Activity, Activity.id == Email.id)
        .where(Email.id == email_id, sees_activity(by))
    ).scalar()
    if blob_id is None:
        return None
    event = first_event(blobs.read(tx, blob_id))
    if event is None:
        return None
    method = event.method.upper()
    known = appointment_of(tx, event.uid)
    return MeetingMail(method, event, known, method == "REQUEST", proposal(event))


def appointment_of(tx: Connection, uid: str) -> int | None:
    """The stored appointment with this iCalendar UID."""
    found = select(Appointment.id).join(Activity, Activity.id == Appointment.id)
    known = found.where(Appointment.ical_uid == uid, Activity.deleted_at.is_(None)).order_by(
        Appointment.identity.like("busy %"), Appointment.id
    )
    return tx.execute(known.limit(1)).scalar() if uid else None


def first_event(source: bytes) -> Event | None:
    """The first event in the calendar parts of a mail."""
    return next(iter(events_in(source)), None)


def events_in(source: bytes, *, written_at: datetime | None = None) -> list[Event]:
    """The events in the calendar parts of a mail; a part without a time of writing was written with the mail."""
    found: list[Event] = []
    for text in read_source(source).calendars:
        try:
            found.extend(read_calendar(text).events)
        except Unreadable:
            continue  # the mail itself is stored and readable; a broken calendar part adds no meeting
    return found if written_at is None else [_dated(each, written_at.astimezone(UTC)) for each in found]


def _dated(event: Event, at: datetime) -> Event:
    return event if event.modified_at is not None else replace(event, modified_at=at)
