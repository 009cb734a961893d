"""All slots of 50 resources in 30 days, read from the store, with 9,000 and with 54,000 bookings.

    python -m tests.benchmarks.slots_store [--runs 5]

A service of 45 minutes on a grid of a quarter of an hour, as in `tests.benchmarks.slots`, on a SQLite store of its own.
Prints the fastest of the runs from the first query to the last slot in processor time, because that is all the work,
whatever else the machine does, as a ratio to 0.25 s, and how much of it is reading. Ends with 1 when it is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from sqlalchemy import Connection, insert

from assistant.scheduling.asking import Wish, ask, slots, uncollected
from assistant.scheduling.engine.rules import Slot
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource

LIMIT = 0.25  # seconds
RESOURCES, DAYS = 50, 30
NOW = datetime(2026, 10, 4, 12, tzinfo=UTC)
START = datetime(2026, 10, 5, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_BY: dict[str, Any] = {"by": SYSTEM, "now": NOW}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    missed = 0
    for bookings in (9_000, 54_000):
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(str(Path(folder) / "store.db"))
            fill(store, bookings)
            missed |= measure(store, bookings, options.runs)
            store.close()
    return missed


def measure(store: Store, bookings: int, runs: int) -> int:
    """Print how long it takes; 1 where the limit is missed."""
    wish = Wish("Inspection", START, START + timedelta(days=DAYS), limit=None)
    reading = whole = float("inf")
    found: list[Slot] = []
    for _ in range(runs):
        with store.read() as tx:
            began = process_time()
            _, found = slots(tx, wish, by=SYSTEM, now=NOW)
            whole = min(whole, process_time() - began)
        with store.read() as tx, uncollected():
            began = process_time()
            ask(tx, wish, by=SYSTEM, now=NOW)
            reading = min(reading, process_time() - began)
    verdict = "ok" if whole <= LIMIT else "MISSED"
    print(f"{bookings:,} bookings: {len(found):,} slots in {whole:.3f} s, {reading:.3f} s of it reading")
    print(f"  ratio {whole / LIMIT:.2f} of {LIMIT} s: {verdict}")
    return int(whole > LIMIT)


def fill(store: Store, bookings: int) -> None:
    """50 resources who work 10 hours a day, each with so many bookings of half an hour or less side by side."""
    with store.write() as tx:
        write_thing(tx, SITE, {"name": "Works", "zone": "Europe/Vienna"}, **_BY)
        ids = [
            write_thing(
                tx,
                RESOURCE,
                {"name": f"R{number}", "site": "Works", "hours": "Mon-Fri 08:00-12:00, 13:00-18:00"},
                **_BY,
            ).id
            for number in range(RESOURCES)
        ]
        service = write_thing(tx, SERVICE, {"name": "Inspection", "duration": 45, "rule": {"pick": 1}}, **_BY).id
        _book(tx, service, ids, bookings)


def _book(tx: Connection, service_id: int, ids: list[int], bookings: int) -> None:
    rng = random.Random(1)
    records, booked, needs = [], [], []
    each = bookings // len(ids)
    key = 0
    for resource_id in ids:
        for number in range(each):
            key += 1
            at = START + number * DAYS * 1440 // each * _MINUTE
            end = at + rng.randrange(5, max(6, DAYS * 1440 // each)) * _MINUTE
            title = {"title": "Inspection", "title_key": "inspection", "created_at": NOW, "modified_at": NOW}
            records.append({"id": key, "uid": f"b{key}", "kind": "booking", "number": f"BKG-{key:05}", **title})
            booked.append({"id": key, "service_id": service_id, "starts_at": at, "ends_at": end})
            moments = {"starts_at": at, "ends_at": end, "works_from": at, "works_until": end}
            needs.append({"booking_id": key, "position": 0, "resource_id": resource_id, **moments})
    for table, rows in ((Record, records), (Booking, booked), (BookingResource, needs)):
        for first in range(0, len(rows), 2_000):
            tx.execute(insert(table), rows[first : first + 2_000])


if __name__ == "__main__":
    sys.exit(main())
