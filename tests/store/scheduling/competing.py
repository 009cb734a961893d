"""Schedulers who all want the same: each books, moves, cancels and takes back at random, and what comes of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from store.actor import SYSTEM
from store.engine import Store
from store.errors import CannotUndo, Invalid, Stale, Taken
from store.history.operations import undo
from store.scheduling.booking import Need, book, cancel, move
from store.scheduling.lifecycle import OCCUPYING
from store.scheduling.reading import thing_called
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource, Resource

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
_QUARTER = timedelta(minutes=15)
_RESOURCES = (("Ann", 1), ("Bob", 1), ("Van", 1), ("Bench", 3), ("Hall", 8))
_BY: dict[str, Any] = {"by": SYSTEM, "now": NOW}


def set_up(store: Store) -> None:
    """Five resources, one service of 45 minutes with a buffer."""
    with store.write() as tx:
        write_thing(tx, SITE, {"name": "Works", "zone": "UTC"}, **_BY)
        for name, capacity in _RESOURCES:
            given = {"name": name, "site": "Works", "capacity": capacity, "hours": "daily 00:00-24:00"}
            write_thing(tx, RESOURCE, given, **_BY)
        write_thing(tx, SERVICE, {"name": "Repair", "duration": 45, "after": 15}, **_BY)


def compete(store: Store, seed: int, attempts: int, *, quarters: int) -> Counter[str]:
    """Carry out so many acts within the next `quarters` of an hour; returns how often each ended how.

    Errors that are no answer to a scheduler are raised."""
    random, done = Random(seed), Counter[str]()
    with store.read() as tx:
        service = thing_called(tx, SERVICE, "Repair").id
        resources = [thing_called(tx, RESOURCE, name).id for name, _ in _RESOURCES]
    mine: list[int] = []
    undone: list[str] = []
    for _ in range(attempts):
        at = NOW + _QUARTER * random.randrange(1, quarters)
        act = random.choices(("book", "move", "cancel", "undo"), (70, 12, 10, 8))[0]
        if act != "book" and not mine:
            act = "book"
        try:
            with store.write() as tx:
                if act == "book":
                    needs = [Need(key, units=random.choice((1, 1, 2)) if key == resources[4] else 1)
                             for key in random.sample(resources, random.choice((1, 1, 2)))]  # fmt: skip
                    mine.append(book(tx, service, at, needs, **_BY).record_id)
                elif act == "move":
                    move(tx, random.choice(mine), starts_at=at, **_BY)
                elif act == "cancel":
                    undone.append(cancel(tx, random.choice(mine), **_BY))
                elif undone:
                    undone[-1] = undo(tx, undone[-1], **_BY)
        except Taken:
            done[f"{act}: taken"] += 1
        except (Invalid, Stale, CannotUndo):
            done[f"{act}: no use"] += 1
        else:
            done[act] += 1
    return done


def double_bookings(tx: Connection) -> list[str]:
    """Where more is booked than there is, counted anew minute by minute."""
    used: dict[str, Counter[int]] = {name: Counter() for name, _ in _RESOURCES}
    rows = tx.execute(
        select(Resource.name, BookingResource.starts_at, BookingResource.ends_at, BookingResource.units)
        .join(BookingResource, BookingResource.resource_id == Resource.id)
        .join(Booking, Booking.id == BookingResource.booking_id)
        .join(Record, Record.id == Booking.id)
        .where(Record.deleted_at.is_(None), Booking.status.in_(OCCUPYING))
    )
    for name, starts_at, ends_at, units in rows:
        first, last = ((at - NOW) // timedelta(minutes=1) for at in (starts_at, ends_at))
        for minute in range(first, last):
            used[name][minute] += units
    return [
        f"{name} at {NOW + timedelta(minutes=minute)}: {units}"
        for name, capacity in _RESOURCES
        for minute, units in used[name].items()
        if units > capacity
    ]
