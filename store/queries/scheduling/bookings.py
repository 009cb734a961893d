"""What a booking says besides its fields: which service, when, and who and what is booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.schema.scheduling import Booking, BookingResource, Resource, Service


@dataclass(frozen=True, slots=True)
class BookedResource:
    """A resource of a booking: at work from `works_from` until `works_until`, occupied with the buffers around."""

    resource_id: int
    uid: str
    name: str
    kind: str
    works_from: datetime
    works_until: datetime
    starts_at: datetime
    ends_at: datetime
    units: int
    part: str


@dataclass(frozen=True, slots=True)
class BookingFacts:
    """A booking's service and time, and its resources in the order in which they were booked."""

    service_id: int
    service: str
    starts_at: datetime
    ends_at: datetime
    resources: tuple[BookedResource, ...]


def booking_facts(tx: Connection, record_ids: Collection[int]) -> dict[int, BookingFacts]:
    """What these bookings say, by the keys of their records; others are left out."""
    found: dict[int, BookingFacts] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(Booking.id, Service.id, Service.name, Booking.starts_at, Booking.ends_at)
            .join(Service, Service.id == Booking.service_id)
            .where(Booking.id.in_(portion))
        ).all()
        booked = _resources(tx, portion) if rows else {}
        found |= {row[0]: BookingFacts(*row[1:], tuple(booked.get(row[0], ()))) for row in rows}
    return found


def _resources(tx: Connection, record_ids: Collection[int]) -> dict[int, list[BookedResource]]:
    found: dict[int, list[BookedResource]] = defaultdict(list)
    rows = tx.execute(
        select(
            BookingResource.booking_id,
            Resource.id,
            Resource.uid,
            Resource.name,
            Resource.kind,
            BookingResource.works_from,
            BookingResource.works_until,
            BookingResource.starts_at,
            BookingResource.ends_at,
            BookingResource.units,
            BookingResource.part,
        )
        .join(Resource, Resource.id == BookingResource.resource_id)
        .where(BookingResource.booking_id.in_(record_ids))
        .order_by(BookingResource.booking_id, BookingResource.position)
    )
    for booking_id, *rest in rows:
        found[booking_id].append(BookedResource(*rest))
    return found
