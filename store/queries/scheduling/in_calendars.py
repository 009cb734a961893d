"""Where calendars and bookings to come do not agree, although no booking changed.

Queries start from what stands in calendars or is booked from now on; a booking that is due is looked at when its
calendars were written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Exists, Select, and_, exists, func, or_, select

from store.chunks import chunked
from store.queries.scheduling.calendars import mailbox_of_resource
from store.scheduling.lifecycle import OCCUPYING
from store.schema.activities import Activity, Appointment
from store.schema.mail import MailboxItem
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingAppointment, BookingResource, Resource

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class ChangedThere:
    """A booking whose appointment somebody moved, to `starts_at` until `ends_at`, or deleted (None), in the calendar of
    one of its resources, which works for it from `works_from` on."""

    booking_id: int
    activity_id: int
    number: str
    title: str
    resource_id: int
    resource: str
    works_from: datetime
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def out_of_step(tx: Connection, known: Collection[int], written: Collection[int], *, now: datetime) -> list[int]:
    """The bookings to come that some calendar does not show as it should: it was connected since, a resource stands in
    another one now, or in none, or what was taken out of a calendar is there again because somebody had edited it.

    `known` are the resources that stand in calendars, `written` those of them into whose calendars bookings are put.
    """
    found: set[int] = set()
    for portion in chunked(written):
        found.update(tx.execute(_missing(portion, now)).scalars())
    listed = tx.execute(select(BookingAppointment.resource_id).distinct()).scalars()
    without = sorted(set(listed) - set(known))
    unwanted = or_(~_holds(), ~_part().exists(), BookingAppointment.resource_id.in_(without[:_MOST]))
    # What is private there is its owner's to take out.
    is_open = ~Appointment.identity.startswith("busy ")
    stands = and_(Activity.deleted_at.is_(None), Appointment.status != "cancelled", is_open)
    there = _held(MailboxItem.gone_at.is_(None))
    found.update(tx.execute(_listed(now).where(unwanted, stands, there).limit(_MOST)).scalars())
    return sorted(found)


def changed_there(tx: Connection, *, now: datetime) -> list[ChangedThere]:
    """What people did in calendars to bookings to come."""
    begins = _part().where(BookingResource.works_from == Activity.occurred_at).exists()
    ends = _part().where(BookingResource.works_until == Activity.ends_at).exists()
    in_calendar = _held(MailboxItem.buried_at.is_(None))
    was_deleted = or_(Activity.deleted_at.is_not(None), Appointment.status == "cancelled", ~in_calendar)
    works_from = _part().with_only_columns(func.min(BookingResource.works_from)).scalar_subquery()
    columns = (
        Booking.id,
        Activity.id,
        Record.number,
        Record.title,
        Resource.id,
        Resource.name,
        works_from,
        Activity.occurred_at,
        Activity.ends_at,
        was_deleted,
    )
    rows = tx.execute(
        _listed(now)
        .with_only_columns(*columns)
        .join(Resource, Resource.id == BookingAppointment.resource_id)
        .where(_holds(), _part().exists(), or_(was_deleted, ~begins, ~ends))
        .order_by(Booking.id, Resource.id)
        .limit(_MOST)
    )
    return [ChangedThere(*row[:7]) if row[9] else ChangedThere(*row[:9]) for row in rows]


def _missing(resource_ids: Collection[int], now: datetime) -> Any:
    """Bookings of these resources that stand in no calendar of theirs, or in one that is theirs no more."""
    there = exists().where(
        MailboxItem.activity_id == BookingAppointment.activity_id, MailboxItem.mailbox_id == mailbox_of_resource()
    )
    listed = and_(
        BookingAppointment.booking_id == BookingResource.booking_id,
        BookingAppointment.resource_id == BookingResource.resource_id,
    )
    elsewhere = and_(BookingAppointment.activity_id.is_not(None), ~there.correlate(BookingAppointment, Resource))
    return (
        select(Booking.id)
        .join(Record, Record.id == Booking.id)
        .join(BookingResource, BookingResource.booking_id == Booking.id)
        .join(Resource, Resource.id == BookingResource.resource_id)
        .outerjoin(BookingAppointment, listed)
        .where(
            *_to_come(now),
            _holds(),
            BookingResource.resource_id.in_(resource_ids),
            or_(BookingAppointment.booking_id.is_(None), elsewhere),
        )
        .distinct()
        .limit(_MOST)
    )


def _listed(now: datetime) -> Any:
    """Bookings to come with the appointments that stand for them."""
    return (
        select(Booking.id)
        .join(BookingAppointment, BookingAppointment.booking_id == Booking.id)
        .join(Record, Record.id == Booking.id)
        .join(Activity, Activity.id == BookingAppointment.activity_id)
        .join(Appointment, Appointment.id == Activity.id)
        .where(*_to_come(now))
    )


def _to_come(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Booking.ends_at > now, Booking.calendars_due_at.is_(None)


def _holds() -> ColumnElement[bool]:
    return and_(Booking.status.in_(OCCUPYING), Record.deleted_at.is_(None))


def _part() -> Select[Any]:
    """The part of the booking that the resource of an appointment has."""
    held = (
        BookingResource.booking_id == BookingAppointment.booking_id,
        BookingResource.resource_id == BookingAppointment.resource_id,
    )
    return select(BookingResource.booking_id).where(*held).correlate(BookingAppointment, Activity)


def _held(*conditions: ColumnElement[bool]) -> Exists:
    items = select(MailboxItem.id).where(MailboxItem.activity_id == Activity.id, *conditions)
    return items.correlate(Activity).exists()
