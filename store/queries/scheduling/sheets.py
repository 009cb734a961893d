"""What a resource has to do in a span of time, with all that is needed on the way there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.engine import Row

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.queries.refs import RecordRef, refs
from store.queries.scheduling.bookings import BookedResource, booking_facts
from store.queries.scheduling.occupied import occupying
from store.queries.scheduling.whereabouts import whereabouts
from store.schema.scheduling import Booking, BookingResource

_MOST = 1_000  # jobs of a resource


@dataclass(frozen=True, slots=True)
class Job:
    """One booking of a resource: when it works, for whom, where, and who and what is booked with it.

    `resources` are all of the booking, this one among them. `phone` and `address` are those of the contact, else of the
    account; '' where none is known.
    """

    booking: RecordRef
    resource_id: int
    works_from: datetime
    works_until: datetime
    service: str
    status: str
    part: str
    units: int
    account: RecordRef | None
    contact: RecordRef | None
    case: RecordRef | None
    phone: str
    address: str
    place: str
    area: str
    description: str
    resources: tuple[BookedResource, ...]

    @property
    def others(self) -> tuple[BookedResource, ...]:
        """Who and what comes along."""
        return tuple(each for each in self.resources if each.resource_id != self.resource_id)


def jobs_of(tx: Connection, resource_id: int, start: datetime, end: datetime, *, by: Actor) -> tuple[Job, ...]:
    """What the resource works on in [start, end), as far as `by` may see it, in order of time."""
    return jobs_on(tx, [resource_id], start, end, by=by)


def jobs_on(
    tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime, *, by: Actor
) -> tuple[Job, ...]:
    """What these resources work on in [start, end), as far as `by` may see it, in order of time."""
    found = [job for portion in chunked(resource_ids) for job in _jobs(tx, portion, start, end, by)]
    return tuple(sorted(found, key=lambda job: (job.works_from, job.booking.record_id)))


def _jobs(tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime, by: Actor) -> list[Job]:
    rows = _rows(tx, resource_ids, start, end, by)
    named = {key for row in rows for key in (row.booking_id, row.account_id, row.contact_id, row.case_id)} - {None}
    known = refs(tx, named, by=by)
    facts = booking_facts(tx, [row.booking_id for row in rows])
    where = whereabouts(tx, {row.contact_id for row in rows} - {None}, {row.account_id for row in rows} - {None})
    found = []
    for row in rows:
        fact = facts[row.booking_id]
        phone, address = _first(where.get(row.contact_id, ("", "")), where.get(row.account_id, ("", "")))
        found.append(
            Job(
                known[row.booking_id],
                row.resource_id,
                row.works_from,
                row.works_until,
                fact.service,
                row.status,
                row.part,
                row.units,
                known.get(row.account_id),
                known.get(row.contact_id),
                known.get(row.case_id),
                phone if {row.contact_id, row.account_id} & known.keys() else "",
                address if {row.contact_id, row.account_id} & known.keys() else "",
                row.place,
                row.area,
                row.description,
                fact.resources,
            )
        )
    return found


def _rows(
    tx: Connection, resource_ids: Collection[int], start: datetime, end: datetime, by: Actor
) -> Sequence[Row[Any]]:
    columns = (
        BookingResource.booking_id,
        BookingResource.resource_id,
        BookingResource.works_from,
        BookingResource.works_until,
        BookingResource.units,
        BookingResource.part,
        Booking.status,
        Booking.account_id,
        Booking.contact_id,
        Booking.case_id,
        Booking.place,
        Booking.area,
        Booking.description,
    )
    working = BookingResource.works_from < end, BookingResource.works_until > start
    rows = tx.execute(
        occupying(select(*columns), resource_ids, start, end)
        .where(*working, sees_record(by))
        .order_by(BookingResource.works_from, BookingResource.booking_id)
        .limit(_MOST * len(resource_ids))
    )
    return list(rows)


def _first(one: tuple[str, str], other: tuple[str, str]) -> tuple[str, str]:
    return one[0] or other[0], one[1] or other[1]
