"""The bookings that stand on a schedule board: many rows, read with one statement for some hundred resources."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, select, type_coerce

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.queries.scheduling.occupied import Moments, occupying
from store.scheduling.lifecycle import BOOKING_STATUSES, OCCUPYING
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource


class BoardBooking(NamedTuple):
    """One resource's part of a booking: at work from `works_from` until `works_until`, occupied with the buffers around
    from `starts_at` until before `ends_at` (UTC). `area` is where the job is, '' the resource's own. `number` and
    `title` are '' where the reader may only know that the resource is taken; `version` is that of the record."""

    booking_id: int
    works_from: datetime
    works_until: datetime
    starts_at: datetime
    ends_at: datetime
    units: int
    status: str
    area: str
    version: int
    number: str = ""
    title: str = ""


def board_bookings(
    tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime, *, ended: bool = False, by: Actor
) -> dict[int, list[BoardBooking]]:
    """What occupies these resources in [start, end), by their keys and in order of time; with `ended` also what was
    cancelled or not kept, which occupies nothing."""
    found: dict[int, list[BoardBooking]] = defaultdict(list)
    moments = Moments()
    times = (getattr(BookingResource, name) for name in ("works_from", "works_until", "starts_at", "ends_at"))
    columns: tuple[Any, ...] = (
        BookingResource.resource_id,
        Booking.id,
        *(type_coerce(each, BigInteger) for each in times),
        BookingResource.units,
        *(Booking.status, Booking.area),
        *(Record.version, Record.number, Record.title),
        sees_record(by),
    )
    statuses = BOOKING_STATUSES if ended else OCCUPYING
    for portion in chunked(resource_ids):
        order = (BookingResource.resource_id, BookingResource.starts_at, Booking.id)
        query = occupying(select(*columns), portion, start, end, statuses=statuses)
        rows = tx.execute(query.order_by(*order))
        for key, booking, begun, done, first, last, units, status, area, version, number, title, seen in rows.all():
            work, kept = (moments[begun], moments[done]), (moments[first], moments[last])
            told = (number, title) if seen else ("", "")
            found[key].append(BoardBooking(booking, *work, *kept, units, status, area, version, *told))
    return found
