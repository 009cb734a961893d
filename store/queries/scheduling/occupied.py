"""What bookings occupy in a span of time, for the search of slots and for boards: many rows, read at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, func, select, type_coerce

from store.chunks import chunked
from store.queries.paging import AnySelect
from store.scheduling.capacity import Booked
from store.scheduling.lifecycle import OCCUPYING
from store.scheduling.occupying import reaching_into
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource
from store.types import from_micros


class Moments(dict[Any, datetime]):
    """Instants in UTC by what the database says of them; bookings begin and end at the same few, so each is made
    once."""

    def __missing__(self, said: Any) -> datetime:
        made = self[said] = said.astimezone(UTC) if isinstance(said, datetime) else from_micros(said)
        return made


def occupying(
    query: AnySelect,
    resource_ids: Collection[int],
    start: datetime,
    end: datetime,
    *,
    statuses: Collection[str] = OCCUPYING,
) -> AnySelect:
    """The query, of parts of bookings that occupy these resources in [start, end), with their bookings and records."""
    return (
        query.join(Booking, Booking.id == BookingResource.booking_id)
        .join(Record, Record.id == Booking.id)
        .where(
            BookingResource.resource_id.in_(resource_ids),
            *reaching_into(start, end),
            Booking.status.in_(statuses),
            Record.deleted_at.is_(None),
        )
    )


def occupied_in(
    tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime, *, but: Collection[int] = ()
) -> dict[int, list[Booked]]:
    """What is occupied of these resources in [start, end), by their keys and in order; without the bookings `but`.

    Whose bookings they are is not told, and everybody may know when a resource is taken.
    """
    found: dict[int, list[Booked]] = defaultdict(list)
    moments = Moments()
    columns = (
        BookingResource.resource_id,
        type_coerce(BookingResource.starts_at, BigInteger),
        type_coerce(BookingResource.ends_at, BigInteger),
        BookingResource.units,
        Record.number,
        Booking.area,
    )
    for portion in chunked(resource_ids):
        query = occupying(select(*columns), portion, start, end).order_by(
            BookingResource.resource_id, BookingResource.starts_at
        )
        rows = tx.execute(query.where(Booking.id.not_in(sorted(but))) if but else query)
        for key, starts_at, ends_at, units, number, area in rows.all():
            found[key].append(Booked(moments[starts_at], moments[ends_at], units, number, area))
    return found


def last_turns(tx: Connection) -> dict[int, datetime]:
    """When each resource was last given work, by key; what was cancelled was no turn."""
    rows = tx.execute(
        select(BookingResource.resource_id, func.max(Record.created_at))
        .join(Record, Record.id == BookingResource.booking_id)
        .join(Booking, Booking.id == BookingResource.booking_id)
        .where(Record.deleted_at.is_(None), Booking.status != "cancelled")
        .group_by(BookingResource.resource_id)
    )
    return {row[0]: row[1] for row in rows}
