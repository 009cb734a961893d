"""How soon the schedule board answers keys with 200 resources and 20,000 bookings.

    python -m tests.benchmarks.board [--size 120x40] [--rounds 6]

Makes a store with 20,000 bookings in four working weeks and presses the keys of the board in the real user interface.
Prints for each kind of key the 95th percentile of the time from the press until the answer is painted, with all that is
seen read from the store, as a ratio to 50 ms: below 1.0 is inside the limit. Beside it stands the processor time of the
user interface's own thread, which other programs on the machine disturb less.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import random
import tempfile
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text
from textual.events import Key

from assistant.compose import Services, compose
from store.actor import SYSTEM
from store.engine import open_store
from store.scheduling.saving import write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.schema.people import User
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingResource
from tests.benchmarks.ui import Took, painted, report
from tui.app import RegardingApp

RESOURCES, BOOKINGS, DAYS = 200, 20_000, 20
NOW = datetime(2026, 10, 13, 8, tzinfo=UTC)  # a Tuesday
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)
_BY: dict[str, Any] = {"by": SYSTEM, "now": NOW}
_BATCH = 2_000

WALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("arrow down", ("down",) * 20),
    ("arrow aside", ("right",) * 10 + ("left",) * 5),
    ("page of resources", ("pagedown", "pagedown", "pagedown", "pageup", "pageup")),
    ("end, home", ("end", "home")),
    ("next booking", ("tab",) * 8),
    ("later, earlier", ("right_square_bracket", "right_square_bracket", "left_square_bracket")),
    ("today", ("t",)),
    ("further", ("minus",) * 4),
    ("page of resources, two weeks", ("pagedown", "pagedown", "pageup")),
    ("later, earlier, two weeks", ("right_square_bracket", "left_square_bracket")),
    ("arrow, two weeks", ("down", "right", "down", "left")),
    ("closer", ("plus",) * 4),
)


def make(path: Path) -> None:
    """A works with many technicians, whose weeks are full."""
    store = open_store(str(path))
    with store.write() as tx:
        user = {"uid": "u", "name": "Scheduler", "email": "scheduler@works.example", "role": "user", "created_at": NOW}
        tx.execute(insert(User), [user])
        write_thing(tx, SITE, {"name": "Works", "zone": "UTC"}, **_BY)
        ids = [
            write_thing(
                tx,
                RESOURCE,
                {"name": f"Technician {n:03}", "site": "Works", "hours": "Mon-Fri 07:00-12:00, 13:00-18:00"},
                **_BY,
            ).id
            for n in range(RESOURCES)
        ]
        service = write_thing(tx, SERVICE, {"name": "Inspection", "duration": 60, "rule": {"pick": 1}}, **_BY).id
        _book(tx, service, ids)
    with store.write() as tx:
        tx.execute(text("ANALYZE"))
    store.close()


def _book(tx: Connection, service_id: int, ids: list[int]) -> None:
    """Each has so many jobs a day, one after the other."""
    dice, a_day = random.Random(1), BOOKINGS // RESOURCES // DAYS
    records: list[dict[str, Any]] = []
    booked: list[dict[str, Any]] = []
    needs: list[dict[str, Any]] = []
    for resource_id in ids:
        for day in range(DAYS):
            start = MONDAY + timedelta(days=day // 5 * 7 + day % 5, hours=7)
            for _ in range(a_day):
                key = len(records) + 1
                start += timedelta(minutes=dice.randrange(5, 45))
                end = start + timedelta(minutes=60)
                named = {"title": f"Inspection, Customer {key}", "title_key": "inspection"}
                stamps = {"created_at": NOW, "modified_at": NOW}
                records.append(
                    {"id": key, "uid": f"b{key}", "kind": "booking", "number": f"BKG-{key:05}", **named, **stamps}
                )
                status = dice.choice(("hold", "confirmed", "confirmed"))
                booked.append(
                    {"id": key, "service_id": service_id, "starts_at": start, "ends_at": end, "status": status}
                )
                moments = {"starts_at": start, "ends_at": end, "works_from": start, "works_until": end}
                needs.append({"booking_id": key, "position": 0, "resource_id": resource_id, **moments})
                start = end
    for table, rows in ((Record, records), (Booking, booked), (BookingResource, needs)):
        for first in range(0, len(rows), _BATCH):
            tx.execute(insert(table), rows[first : first + _BATCH])


async def keys(services: Services, size: tuple[int, int], rounds: int) -> dict[str, list[Took]]:
    """Each key, from press to paint."""
    gc.disable()  # as tui.entry does; the app turns it on again after its first paint
    app = RegardingApp(services)
    found: dict[str, list[Took]] = defaultdict(list)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(3)  # what is prepared after the first paint is ready before a person has read it
        app.action_show_mode("board")
        await painted(app)
        await pilot.pause(1)
        for _ in range(rounds):
            for name, pressed in WALK:
                for key in pressed:
                    wall, cpu = time.perf_counter(), time.thread_time()
                    app.post_message(Key(key, key if len(key) == 1 else None))
                    await painted(app)
                    found[name].append(Took(time.perf_counter() - wall, time.thread_time() - cpu))
                    await asyncio.sleep(0.05)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", default="120x40", help="columns x lines")
    parser.add_argument("--rounds", type=int, default=6)
    wanted = parser.parse_args()
    width, height = map(int, wanted.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        make(path)
        services = compose(str(path), user_email="scheduler@works.example", clock=lambda: NOW)
        took = asyncio.run(keys(services, (width, height), wanted.rounds))
        services.close()
    print(f"{RESOURCES} resources, {BOOKINGS:,} bookings; from key to painted answer, 95th percentile")
    for name, each in took.items():
        print(report(name, each))
    print(report("all keys", [one for each in took.values() for one in each]))


if __name__ == "__main__":
    main()
