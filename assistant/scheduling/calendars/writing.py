"""Bookings in the calendars of their resources: an appointment that nobody is invited to, through the outbox.

What a calendar is to show is worked out anew from how the booking stands, so it may be done at any time, by any
process, and again after one that was killed. `assistant.scheduling.calendars.comparing` tells what people do to it
there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, exists, select

from assistant.scheduling.boards.sheets import job_event
from calendar_sync.appointments import cancel_appointment, create_appointment, edit_appointment
from calendar_sync.booking import Booking as InCalendar
from calendar_sync.booking import booked_at
from calendar_sync.edit import EventEdit
from calendar_sync.event import Event
from calendar_sync.stored import is_withheld, read_event
from calendar_sync.walls import is_same_start
from mail_sync.directions import directions_of
from mail_sync.merge import Direction
from store.actor import SYSTEM
from store.engine import Store
from store.errors import Invalid, NotFound
from store.queries.scheduling.calendars import ResourceCalendar, resource_calendars
from store.queries.scheduling.sheets import Job, jobs_on
from store.scheduling.in_calendars import DueBooking, appointments_of, due_bookings, keep_appointment, take_due
from store.schema.activities import Appointment
from store.schema.mail import MailboxItem
from store.triage.notices import tell

_MOST = 100  # bookings looked at in one go


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the calendar of one mailbox is to show."""

    mailbox_id: int
    event: Event


def write_calendars(store: Store, *, now: datetime) -> int:
    """Bring the calendars of resources to what some of the bookings say that changed, those that wait longest; returns
    how many bookings were looked at. Each is a transaction of its own, so that others can write in between."""
    with store.read() as tx:  # without the write lock, which others need
        due = due_bookings(tx, limit=_MOST)
        calendars = resource_calendars(tx) if due else {}
    for booking_id in due:
        try:
            with store.write() as tx:
                _bring(tx, booking_id, calendars, now)
        except (Invalid, NotFound) as refused:
            with store.write() as tx:
                _give_up(tx, booking_id, refused.sentence, now)
    return len(due)


def is_written(calendar: ResourceCalendar) -> bool:
    """Whether bookings are put into it: it has a server that takes from here when something takes place."""
    way = directions_of(calendar.settings, "appointment").get("when", Direction.TWO_WAY)
    return calendar.has_server and way.goes_there


def _bring(tx: Connection, booking_id: int, calendars: Mapping[int, ResourceCalendar], now: datetime) -> None:
    """Bring every calendar that shows the booking, or is to show it, to what it says."""
    booking = take_due(tx, booking_id)
    if booking is None:
        return
    standing, wanted = appointments_of(tx, booking.booking_id), _wanted(tx, booking, calendars)
    for resource_id in sorted(standing.keys() | wanted.keys()):
        wish = wanted.get(resource_id)
        if _is_private(tx, standing.get(resource_id), wish):
            _tell_of_private(tx, booking_id, standing[resource_id] or 0, wish, now)
            continue
        there = _found(tx, standing.get(resource_id))
        if there is not None and (wish is None or there.calendar.mailbox_id != wish.mailbox_id):
            cancel_appointment(tx, there.activity_id, tell=False, by=SYSTEM, now=now)
            there = None
        if wish is not None and there is not None:
            _rewrite(tx, there, wish.event, now)
        elif wish is not None and booking.ends_at > now and is_written(calendars[resource_id]):
            keep_appointment(tx, booking_id, resource_id, _create(tx, wish, booking_id, now))


def _wanted(tx: Connection, booking: DueBooking, calendars: Mapping[int, ResourceCalendar]) -> dict[int, _Wanted]:
    """What calendars are to show of a booking, by resource: one appointment from the first of its parts to the last."""
    resource_ids = booking.resource_ids & calendars.keys() if booking.stands else ()
    parts: dict[int, Job] = {}
    for job in jobs_on(tx, resource_ids, booking.starts_at, booking.ends_at, by=SYSTEM):
        if job.booking.record_id == booking.booking_id:
            first = parts.setdefault(job.resource_id, job)
            parts[job.resource_id] = replace(first, works_until=max(first.works_until, job.works_until))
    return {key: _Wanted(calendars[key].mailbox_id, job_event(job, calendars[key].zone)) for key, job in parts.items()}


def _is_private(tx: Connection, activity_id: int | None, wish: _Wanted | None) -> bool:
    """Whether somebody made the appointment private in that calendar: then only its time is known here."""
    held = exists().where(MailboxItem.activity_id == activity_id, MailboxItem.gone_at.is_(None))
    if wish is not None:
        held = held.where(MailboxItem.mailbox_id == wish.mailbox_id)
    identity = tx.execute(select(Appointment.identity).where(Appointment.id == activity_id, held)).scalar()
    return identity is not None and is_withheld(identity)


def _tell_of_private(tx: Connection, booking_id: int, activity_id: int, wish: _Wanted | None, now: datetime) -> None:
    """What is private is changed by its owner alone; a second one is not put beside it."""
    there = read_event(tx, activity_id)
    if wish is not None and all(
        is_same_start(*times) for times in ((there.start, wish.event.start), (there.end, wish.event.end))
    ):
        return
    when = "" if wish is None else f" to {wish.event.start:%Y-%m-%d %H:%M}"
    do = f"move it{when}" if wish is not None else "delete it"
    text = f"The appointment of a booking is private in its resource's calendar, so it stays as it is: {do} in Outlook."
    tell(tx, f"booking {booking_id} private {activity_id}{when}", text, record_id=booking_id, now=now)


def _found(tx: Connection, activity_id: int | None) -> InCalendar | None:
    """The appointment in its calendar; None where it is not there any more."""
    if activity_id is None:
        return None
    try:
        return booked_at(tx, activity_id, by=SYSTEM)
    except (Invalid, NotFound):
        return None


def _create(tx: Connection, wish: _Wanted, booking_id: int, now: datetime) -> int:
    made = create_appointment(
        tx, _edit(wish.event), mailbox_id=wish.mailbox_id, record_id=booking_id, tell=False, by=SYSTEM, now=now
    )
    return made.activity_id


def _rewrite(tx: Connection, there: InCalendar, wish: Event, now: datetime) -> None:
    event = read_event(tx, there.activity_id, item_id=there.copy.item_id)
    fields = _edit(wish)
    if not _says(event, fields):
        edit_appointment(tx, there.activity_id, fields, tell=False, by=SYSTEM, now=now)


def _edit(event: Event) -> EventEdit:
    return EventEdit(
        title=event.title,
        start=event.start,
        end=event.end,
        timezone=event.timezone,
        location=event.location,
        description=event.description,
        busy=event.busy,
    )


def _says(event: Event, fields: EventEdit) -> bool:
    """Whether the event says all of this; servers write text with ends of lines of their own."""
    texts = ("title", "location", "description", "busy")
    return all(_plain(getattr(event, name)) == _plain(getattr(fields, name)) for name in texts) and all(
        wanted is not None and is_same_start(stands, wanted)
        for stands, wanted in ((event.start, fields.start), (event.end, fields.end))
    )


def _plain(text: str) -> str:
    return "\n".join(text.strip().splitlines())


def _give_up(tx: Connection, booking_id: int, why: str, now: datetime) -> None:
    """A calendar refuses what the booking says: people are told, and it waits for the booking's next change."""
    if take_due(tx, booking_id) is not None:
        text = f"The calendars of its resources could not be told of a booking: {why}"
        tell(tx, f"calendars of booking {booking_id}: {why}", text, record_id=booking_id, now=now)
