"""No resource is in use beyond its capacity: checked inside the transaction that books, whichever way it came about.

Creating, editing, undo, redo and bringing back all end here. SQLite writes one at a time; on PostgreSQL the rows of the
resources are locked, in one order, so that writers that go round the store's own lock wait for each other and never in
a circle.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, select
from sqlalchemy.engine import Row

from store.chunks import chunked
from store.errors import Invalid, Taken
from store.scheduling.capacity import Occupied, overfull
from store.scheduling.lifecycle import OCCUPYING, OPEN
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource, Resource

#: The longest that a booking keeps a resource, so that what reaches into a time is found by its start.
LONGEST = timedelta(days=62)


def check_capacity(tx: Connection, bookings: Mapping[int, Mapping[str, Any]]) -> None:
    """Raises Taken where these bookings (states by key, already written) overfill a resource, naming what holds it, and
    Invalid for a resource that is gone, and for longer than any booking lasts."""
    resources = _locked(tx, {one["resource"] for state in bookings.values() for one in state["resources"]})
    for record_id, state in bookings.items():
        for one in state["resources"]:
            resource = resources[one["resource"]]
            if resource.deleted_at is not None:
                raise Invalid(f"{resource.name} is not there any more, so nothing can be booked there.")
            start, end = datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"])
            if end - start > LONGEST:
                raise Invalid(f"{resource.name} is booked for {LONGEST.days} days on end at most.")
            _check_free(tx, resource, record_id, start, end)


def occupied_by_open(tx: Connection, resource_id: int) -> list[Occupied[datetime]]:
    """What open bookings need of a resource, at any time."""
    return [one for _, one in _occupied(tx, resource_id, Booking.status.in_(OPEN))]


def occupied_between(
    tx: Connection, resource_id: int, start: datetime, end: datetime
) -> list[tuple[int, Occupied[datetime]]]:
    """What bookings keep of a resource in a time, with their keys."""
    return _occupied(tx, resource_id, Booking.status.in_(OCCUPYING), *reaching_into(start, end))


def reaching_into(start: datetime, end: datetime | None = None) -> tuple[ColumnElement[bool], ...]:
    """What parts of bookings keep a resource at any time in [start, end), or ever from `start` on."""
    since = BookingResource.starts_at > start - LONGEST, BookingResource.ends_at > start
    return since if end is None else (*since, BookingResource.starts_at < end)


def _check_free(tx: Connection, resource: Row[Any], record_id: int, start: datetime, end: datetime) -> None:
    held = occupied_between(tx, resource.id, start, end)
    over = overfull((one for _, one in held), resource.capacity)
    if over is None:
        return
    others = [one.what for key, one in held if key != record_id and one in over.holders]
    where = f"from {_told(over.start)} to {_told(over.end)}"
    if not others:
        raise Taken(f"{resource.name} has {resource.capacity} to give, not the {over.units} that are asked for.")
    by = ", ".join(dict.fromkeys(others))
    if resource.capacity == 1:
        raise Taken(f"{resource.name} is taken by {by} {where}.")
    raise Taken(f"{resource.name} has {resource.capacity} to give, and with {by} it would be {over.units} {where}.")


def _told(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _locked(tx: Connection, uids: Collection[str]) -> dict[str, Row[Any]]:
    """The resources, locked in the order of their keys; SQLite has no such lock and needs none."""
    found: dict[str, Row[Any]] = {}
    columns = (Resource.id, Resource.uid, Resource.name, Resource.capacity, Resource.deleted_at)
    for portion in chunked(sorted(uids)):
        rows = tx.execute(select(*columns).where(Resource.uid.in_(portion)).order_by(Resource.id).with_for_update())
        found.update({row.uid: row for row in rows})
    return found


def _occupied(
    tx: Connection, resource_id: int, *conditions: ColumnElement[bool]
) -> list[tuple[int, Occupied[datetime]]]:
    columns = (
        BookingResource.booking_id,
        BookingResource.starts_at,
        BookingResource.ends_at,
        BookingResource.units,
        Record.number,
    )
    rows = tx.execute(
        select(*columns)
        .join(Booking, Booking.id == BookingResource.booking_id)
        .join(Record, Record.id == Booking.id)
        .where(BookingResource.resource_id == resource_id, Record.deleted_at.is_(None), *conditions)
        .order_by(BookingResource.starts_at, BookingResource.booking_id)
    )
    return [(row[0], Occupied(row[1], row[2], row[3], row[4])) for row in rows]
