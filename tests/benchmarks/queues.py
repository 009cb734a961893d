"""How soon queues answer with 50,000 cases in five queues, some of them open: their queries, the keys of their screen.

    python -m tests.benchmarks.queues [STORE] [--open 5000] [--size 120x40]

Makes the store (in STORE, to be used again, or in a folder that goes afterwards). Prints for each key the 95th
percentile of the time from the press until the answer is painted with what it asked for, as a ratio to 50 ms, and for
the queries the median of ten.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, text
from textual.events import Key

from assistant.compose import Services, compose
from store.actor import SYSTEM
from store.engine import open_store
from store.queries.queues import VIEWS, queue_loads, queue_work
from store.queues.giving import next_member
from store.queues.reading import queue_by_name
from store.queues.saving import save_calendar, save_queue, save_sla
from store.queues.values import CalendarValues, QueueValues, SlaValues
from store.queues.written import holidays_from, promises_from, week_from
from store.schema.people import User
from store.schema.records import Account, Case, Counter, Record
from store.schema.service import CaseEvent
from store.sla.clock import CaseEvent as Event
from store.sla.clock import clocks
from store.sla.hours import BusinessCalendar
from store.sla.terms import SlaTerms
from tests.benchmarks.ui import Took, painted, report
from tui.app import RegardingApp

CASES, QUEUES, USERS, ACCOUNTS = 50_000, 5, 20, 1_000
NOW = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)  # a Tuesday
_HOURS = BusinessCalendar("Europe/Berlin", week_from("Mon-Fri 08:00-18:00"), holidays_from("2026-12-25"))
_TERMS = SlaTerms(
    promises_from("urgent 30 min; high 2 h; normal 4 h"), promises_from("urgent 4 h; high 8 h; normal 24 h")
)
_STATUSES = ("new", "new", "in_progress", "in_progress", "waiting", "on_hold")
_PRIORITIES = ("normal", "normal", "high", "urgent", "low")

ROUNDS = 8
WALK: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("arrow", ("down",) * 5),
    ("page", ("pagedown",) * 6),
    ("end, home", ("end", "home")),
    ("view", ("v",) * 5),
    ("another queue", ("tab", "down", "down", "up", "up", "tab")),
    ("select", ("space", "space", "escape")),
    ("give, dialog", ("g", "escape")),
    ("priority, dialog", ("U", "escape")),
    ("take", ("y",)),
    ("undo", ("ctrl+z",)),
)


def make(path: Path, still_open: int) -> None:
    """A store with cases only, so many of them open."""
    store = open_store(str(path))
    with store.write() as tx:
        users = [{"id": key, "uid": f"u{key}", "name": f"User {key}", "created_at": NOW} for key in range(1, USERS + 1)]
        users[0] |= {"email": "user1@alpine.example"}
        for user in users:
            tx.execute(insert(User).values(user))
        hours = save_calendar(tx, CalendarValues("Office", _HOURS), by=SYSTEM, now=NOW).id
        sla = save_sla(tx, SlaValues("Standard", hours, _TERMS), by=SYSTEM, now=NOW).id
        members = tuple(range(1, USERS + 1))
        made = [
            save_queue(
                tx, QueueValues(f"Queue {number}", assignment="least_loaded", sla_id=sla, member_ids=members),
                by=SYSTEM, now=NOW,
            ).id
            for number in range(QUEUES)
        ]  # fmt: skip
        _records(tx, made, sla, CASES // still_open)
    with store.write() as tx:
        tx.execute(text("ANALYZE"))
    store.close()


def _records(tx: Connection, queues: list[int], sla: int, every: int) -> None:
    """One case of `every` so many is open."""
    when = {"created_at": NOW, "modified_at": NOW}
    accounts = range(1, ACCOUNTS + 1)
    columns = ("uid", "number", "title")
    named = [dict(zip(columns, (f"a{key}", f"ACC-{key:05}", f"Account {key}"), strict=True)) for key in accounts]
    tx.execute(
        insert(Record),
        [{"id": key, "kind": "account", **one, **when} for key, one in zip(accounts, named, strict=True)],
    )
    tx.execute(insert(Account), [{"id": key} for key in accounts])
    records, cases, events = [], [], []
    for number in range(CASES):
        key, priority = ACCOUNTS + 1 + number, _PRIORITIES[number % 5]
        status = "resolved" if number % every else _STATUSES[number // every % 6]
        at = NOW - timedelta(minutes=number % 20_000)
        owner = None if number // every % 4 == 0 else number // every % USERS + 1
        records.append(
            {"id": key, "uid": f"c{key}", "kind": "case", "number": f"CAS-{key:05}", "title": f"Case {key}",
             "owner_id": owner, "created_at": at, "modified_at": at}
        )  # fmt: skip
        happened = (("created", priority), ("queue", str(queues[number // every % QUEUES])), ("status", status))
        own = [Event(at, *each) for each in happened]
        found = clocks(own, _TERMS, _HOURS, NOW)
        cases.append(
            {"id": key, "account_id": number % ACCOUNTS + 1, "status": status, "priority": priority, "sla_id": sla,
             "queue_id": queues[number // every % QUEUES], "sla_state": found.state or "", "sla_next_at": found.next_at,
             "response_due_at": found.first_response.due_at if found.first_response else None,
             "resolution_due_at": found.resolution.due_at if found.resolution else None}
        )  # fmt: skip
        events += [{"record_id": key, "at": one.at, "kind": one.kind, "value": one.value} for one in own]
    for table, rows in ((Record, records), (Case, cases), (CaseEvent, events)):
        tx.execute(insert(table), rows)
    tx.execute(insert(Counter).values(kind="case", value=CASES + ACCOUNTS))


def queries(services: Services) -> None:
    """The median time of each query."""
    with services.store.read() as tx:
        queue = queue_by_name(tx, "Queue 1").queue_id
        last = queue_work(tx, None, by=SYSTEM, now=NOW, from_end=True, limit=50).rows[0]
    asked: list[tuple[str, Callable[[Connection], Any]]] = [
        ("counts of all queues", lambda tx: queue_loads(tx, by=services.actor)),
        ("last page of all queues", lambda tx: queue_work(tx, None, by=services.actor, now=NOW, from_end=True)),
        ("page before that", lambda tx: queue_work(tx, None, by=services.actor, now=NOW, before=last)),
    ]
    for view in VIEWS:
        for name, key in (("all queues", None), ("one queue", queue)):
            asked.append((f"{name}: {view}", partial(queue_work, queue_id=key, view=view, by=services.actor, now=NOW)))
    for name, query in asked:
        took = []
        for _ in range(10):
            begun = time.perf_counter()
            with services.store.read() as tx:
                query(tx)
            took.append(time.perf_counter() - begun)
        print(f"{name:26} {statistics.median(took) * 1000:5.0f} ms")
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        with services.store.write() as tx:
            next_member(tx, queue, now=NOW)
        took.append(time.perf_counter() - begun)
    print(f"{'whose turn, least loaded':26} {statistics.median(took) * 1000:5.0f} ms")


async def keys(services: Services, size: tuple[int, int]) -> dict[str, list[Took]]:
    """Each key, from press to paint."""
    gc.disable()  # as tui.entry does; the app turns it on again after its first paint
    app = RegardingApp(services)
    found: dict[str, list[Took]] = defaultdict(list)
    async with app.run_test(size=size) as pilot:
        await pilot.pause(3)
        for key in ("6", "Q"):
            app.post_message(Key(key, key))
            await painted(app)
        for _ in range(ROUNDS):
            for name, pressed in WALK:
                for key in pressed:
                    wall, cpu = time.perf_counter(), time.process_time()
                    app.post_message(Key(key, key if len(key) == 1 else None))
                    await painted(app, besides={"count", "queues"})
                    found[name].append(Took(time.perf_counter() - wall, time.process_time() - cpu))
                    await asyncio.sleep(0.1)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("store", nargs="?", type=Path)
    parser.add_argument("--open", type=int, default=5_000, help="how many of the cases are open")
    parser.add_argument("--size", default="120x40", help="columns x lines")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = wanted.store or Path(folder) / "store.db"
        if not path.exists():
            begun = time.perf_counter()
            make(path, wanted.open)
            print(f"made in {time.perf_counter() - begun:.0f} s")
        services = compose(str(path), user_email="user1@alpine.example", clock=lambda: NOW)
        queries(services)
        width, height = map(int, wanted.size.split("x"))
        took = asyncio.run(keys(services, (width, height)))
        services.close()
    print("from key to painted answer, 95th percentile")
    for name, each in took.items():
        print(report(name, each))
    print(report("all keys", [one for each in took.values() for one in each]))


if __name__ == "__main__":
    main()
