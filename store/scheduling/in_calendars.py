"""Which bookings the calendars of their resources have to be told of, and which appointments stand for them there.

What a calendar shows follows from how the booking stands, never from what was done to it: so it is the same whether it
was moved, cancelled, or brought back by undo. When a booking changes, it waits (`Booking.calendars_due_at`) until
somebody compares (assistant.scheduling.calendars.writing).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, or_, select, update

from store.chunks import chunked
from store.scheduling.lifecycle import OCCUPYING
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingAppointment, BookingResource, Resource
from store.upsert import upsert


@dataclass(frozen=True, slots=True)
class DueBooking:
    """A booking as its calendars are to show it; `stands` says whether it keeps its resources."""

    booking_id: int
    starts_at: datetime
    ends_at: datetime
    stands: bool
    resource_ids: frozenset[int]


def await_calendars(tx: Connection, booking_ids: Collection[int], *, now: datetime) -> None:
    """These bookings changed: the calendars of their resources, if they have any, are to be told. What is over already
    is put into no calendar any more, but is corrected where it stands."""
    listed = exists().where(BookingAppointment.booking_id == Booking.id)
    has_calendar = or_(Resource.user_id.is_not(None), Resource.mailbox_id.is_not(None))
    in_calendar = exists().where(
        BookingResource.booking_id == Booking.id, Resource.id == BookingResource.resource_id, has_calendar
    )
    concerns = or_(listed, (Booking.ends_at > now) & in_calendar)
    for portion in chunked(booking_ids):
        tx.execute(update(Booking).where(Booking.id.in_(portion), concerns).values(calendars_due_at=now))


def make_due(tx: Connection, booking_ids: Collection[int], *, now: datetime) -> None:
    """Calendars do not show these bookings as they should."""
    for portion in chunked(booking_ids):
        tx.execute(update(Booking).where(Booking.id.in_(portion)).values(calendars_due_at=now))


def due_bookings(tx: Connection, *, limit: int) -> list[int]:
    """The bookings that calendars have to be told of, those that waited longest first."""
    due = select(Booking.id).where(Booking.calendars_due_at.is_not(None))
    return list(tx.execute(due.order_by(Booking.calendars_due_at, Booking.id).limit(limit)).scalars())


def take_due(tx: Connection, booking_id: int) -> DueBooking | None:
    """Take a booking that is due, for the calendars to be written in this transaction; None where it is not due any
    more. Whoever changes it meanwhile waits until then."""
    held = select(Booking.id).where(Booking.id == booking_id, Booking.calendars_due_at.is_not(None)).with_for_update()
    if tx.execute(held).first() is None:
        return None
    tx.execute(update(Booking).where(Booking.id == booking_id).values(calendars_due_at=None))
    row = tx.execute(
        select(Booking.starts_at, Booking.ends_at, Booking.status, Record.deleted_at)
        .join(Record, Record.id == Booking.id)
        .where(Booking.id == booking_id)
    ).one()
    booked = tx.execute(select(BookingResource.resource_id).where(BookingResource.booking_id == booking_id)).scalars()
    stands = row.status in OCCUPYING and row.deleted_at is None
    return DueBooking(booking_id, row.starts_at, row.ends_at, stands, frozenset(booked))


def appointments_of(tx: Connection, booking_id: int) -> dict[int, int | None]:
    """The appointments that stand for a booking, by resource; None where somebody deleted it in the calendar."""
    columns = (BookingAppointment.resource_id, BookingAppointment.activity_id)
    rows = tx.execute(select(*columns).where(BookingAppointment.booking_id == booking_id))
    return {row.resource_id: row.activity_id for row in rows}


def forget_appointment(tx: Connection, booking_id: int, resource_id: int, activity_id: int) -> None:
    """Somebody deleted this appointment in the resource's calendar; another that stands there by now is left alone."""
    this = (BookingAppointment.booking_id == booking_id, BookingAppointment.resource_id == resource_id)
    stands = update(BookingAppointment).where(*this, BookingAppointment.activity_id == activity_id)
    tx.execute(stands.values(activity_id=None))


def keep_appointment(tx: Connection, booking_id: int, resource_id: int, activity_id: int) -> None:
    """From now on this appointment stands for the booking in the resource's calendar."""
    statement = upsert(tx, BookingAppointment).on_conflict_do_update(
        index_elements=["booking_id", "resource_id"], set_={"activity_id": activity_id}
    )
    tx.execute(statement, {"booking_id": booking_id, "resource_id": resource_id, "activity_id": activity_id})
