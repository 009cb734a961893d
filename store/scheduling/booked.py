"""What bookings need: the rows of `booking_resource`, as a record's state holds them.

An entry of a state is {"resource": uid, "starts_at": ..., "ends_at": ..., "works_from": ..., "works_until": ...,
"units": 1, "part": ""} with instants in UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from store.chunks import chunked
from store.kept.sorts import keys_of
from store.schema.scheduling import BookingResource, Resource

_INSTANTS = ("starts_at", "ends_at", "works_from", "works_until")


def read_booked(tx: Connection, record_ids: Collection[int]) -> dict[int, list[dict[str, Any]]]:
    """The entries of each booking, in order."""
    found: dict[int, list[dict[str, Any]]] = {}
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(BookingResource.__table__, Resource.uid.label("resource"))
            .join(Resource, Resource.id == BookingResource.resource_id)
            .where(BookingResource.booking_id.in_(portion))
            .order_by(BookingResource.booking_id, BookingResource.position)
        )
        for row in rows.mappings():
            entry = {"resource": row["resource"], **{name: row[name].isoformat() for name in _INSTANTS}}
            found.setdefault(row["booking_id"], []).append(entry | {"units": row["units"], "part": row["part"]})
    return found


def insert_booked(tx: Connection, entries: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Write the entries of bookings that have none."""
    keys = keys_of(tx, Resource, {one["resource"] for booked in entries.values() for one in booked})
    rows = [
        {
            "booking_id": record_id,
            "position": position,
            "resource_id": keys[one["resource"]],
            **{name: datetime.fromisoformat(one[name]) for name in _INSTANTS},
            "units": one["units"],
            "part": one["part"],
        }
        for record_id, booked in entries.items()
        for position, one in enumerate(booked)
    ]
    if rows:
        tx.execute(insert(BookingResource), rows)


def delete_booked(tx: Connection, record_id: int) -> None:
    """Take away the entries of a booking."""
    tx.execute(delete(BookingResource).where(BookingResource.booking_id == record_id))
