"""Open bookings as they stand: which service, when, whom and what they need, and whether they may be moved."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from store.chunks import chunked
from store.queries.scheduling.bookings import BookedResource, booking_facts
from store.scheduling.lifecycle import OPEN
from store.scheduling.occupying import reaching_into
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource


@dataclass(frozen=True, slots=True)
class OpenBooking:
    """A booking that is still to be done. Statuses: hold, confirmed. `area` is where the job is."""

    booking_id: int
    uid: str
    number: str
    title: str
    status: str
    locked: bool
    area: str
    service_id: int
    starts_at: datetime
    ends_at: datetime
    resources: tuple[BookedResource, ...]


def open_bookings(
    tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime | None = None
) -> list[OpenBooking]:
    """The open bookings that need any of these resources after `start` and before `end` (None: ever), by time. They are
    everybody's: what is told of them is for the caller to decide."""
    reaching = select(BookingResource.booking_id).where(*reaching_into(start, end))
    found: dict[int, OpenBooking] = {}
    for portion in chunked(resource_ids):
        needing = reaching.where(BookingResource.resource_id.in_(portion))
        found |= {each.booking_id: each for each in _read(tx, Booking.id.in_(needing))}
    return sorted(found.values(), key=lambda each: (each.starts_at, each.number))


def open_bookings_of(tx: Connection, booking_ids: Collection[int]) -> list[OpenBooking]:
    """Those of these bookings that are open, by time."""
    found = [each for portion in chunked(booking_ids) for each in _read(tx, Booking.id.in_(portion))]
    return sorted(found, key=lambda each: (each.starts_at, each.number))


def open_booking(tx: Connection, booking_id: int) -> OpenBooking | None:
    """One by its key; None where it is over, cancelled or gone."""
    return next(iter(_read(tx, Booking.id == booking_id)), None)


def _read(tx: Connection, condition: ColumnElement[bool]) -> list[OpenBooking]:
    rows = tx.execute(
        select(Booking.id, Record.uid, Record.number, Record.title, Booking.status, Booking.locked, Booking.area)
        .join(Record, Record.id == Booking.id)
        .where(condition, Booking.status.in_(OPEN), Record.deleted_at.is_(None))
    ).all()
    facts = booking_facts(tx, [row.id for row in rows])
    return [
        OpenBooking(
            *row, facts[row.id].service_id, facts[row.id].starts_at, facts[row.id].ends_at, facts[row.id].resources
        )
        for row in rows
    ]
