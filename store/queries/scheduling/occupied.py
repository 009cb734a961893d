"""What bookings occupy in a span of time, for the search of slots and for boards: many rows, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select

from store.scheduling.lifecycle import OCCUPYING
from store.scheduling.occupying import LONGEST
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource


class OccupiedRow(NamedTuple):
    """So many units are occupied by a booking, buffers included. `area` is where the job is, '' at its home."""

    starts_at: datetime
    ends_at: datetime
    units: int
    number: str
    area: str


def occupied_in(
    tx: Connection, start: datetime, end: datetime, *, but: Collection[int] = ()
) -> dict[int, list[OccupiedRow]]:
    """What is occupied in [start, end) by the keys of resources, in order; without the bookings `but`.

    Whose bookings they are is not told, and everybody may know when a resource is taken.
    """
    found: dict[int, list[OccupiedRow]] = defaultdict(list)
    rows = tx.execute(
        select(
            BookingResource.resource_id,
            BookingResource.starts_at,
            BookingResource.ends_at,
            BookingResource.units,
            Record.number,
            Booking.area,
        )
        .join(Booking, Booking.id == BookingResource.booking_id)
        .join(Record, Record.id == Booking.id)
        .where(
            BookingResource.starts_at > start - LONGEST,
            BookingResource.starts_at < end,
            BookingResource.ends_at > start,
            Booking.status.in_(OCCUPYING),
            Record.deleted_at.is_(None),
            Booking.id.not_in(sorted(but)) if but else Booking.id.is_not(None),
        )
        .order_by(BookingResource.resource_id, BookingResource.starts_at)
    )
    for key, starts_at, ends_at, units, number, area in rows:
        found[key].append(OccupiedRow(starts_at, ends_at, units, number, area))
    return found


def last_turns(tx: Connection) -> dict[int, datetime]:
    """When each resource was last given work, by key."""
    rows = tx.execute(
        select(BookingResource.resource_id, func.max(Record.created_at))
        .join(Record, Record.id == BookingResource.booking_id)
        .where(Record.deleted_at.is_(None))
        .group_by(BookingResource.resource_id)
    )
    return {row[0]: row[1] for row in rows}
