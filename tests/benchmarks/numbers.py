"""Team numbers of a large desk, timed.

    python -m tests.benchmarks.numbers [--cases 50000] [--seed 0]

A store with so many cases of a year in twenty queues, with their status changes, pauses, reopenings and promises. Read
are the numbers of the last 30 days and of the whole year, by queue, each three times; the fastest is told, with its
processor time, by which limits are held. Ends with 1 when one is missed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import Connection, insert

from store.actor import SYSTEM
from store.chunks import chunked
from store.engine import Store, open_store
from store.numbers.figures import Numbers
from store.numbers.periods import period
from store.queries.numbers import team_numbers
from store.schema.records import Case, Record
from store.schema.service import BusinessCalendar, CaseEvent, Queue, ServiceLevel
from store.types import new_uid

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)
LIMITS = {30: 0.75, 365: 5.0}  # days -> processor seconds for 50,000 cases
_HOUR = timedelta(hours=1)
_STAY_OPEN = 0.1  # of the cases


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        with store.write() as tx:
            events = fill(tx, options.cases, random.Random(options.seed))
        print(f"{options.cases:,} cases of a year with {events:,} events")
        for days, limit in LIMITS.items():
            missed |= timed(store, days, limit * options.cases / 50_000)
        store.close()
    return missed


def timed(store: Store, days: int, limit: float) -> int:
    """Read the numbers of so many days and print what it took."""
    cut = period((NOW - timedelta(days=days)).date(), NOW)
    runs = []
    for _ in range(3):
        started, processor = perf_counter(), process_time()
        with store.read() as tx:
            found: Numbers = team_numbers(tx, cut, now=NOW, by=SYSTEM)
        runs.append((process_time() - processor, perf_counter() - started))
    spent, took = min(runs)
    total, share = found.total, found.total.promises.share or 0.0
    print(
        f"{days} days: {took:.2f} s, {spent:.2f} s of the processor; {spent / limit:.2f} x the limit of {limit:.2f} s"
    )
    print(f"  {total.created:,} opened, {total.resolved:,} resolved, {total.reopened:,} reopened, {total.open:,} open")
    print(f"  {len(found.groups)} queues, {len(found.all.parts)} {cut.unit}s, promises kept {share:.0%}")
    return int(spent > limit)


def fill(tx: Connection, count: int, rng: random.Random) -> int:
    """Write so many cases with what happened to them; returns how many events there are."""
    hours = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = {"uid": new_uid(), "name": "Office", "zone": "Europe/Berlin", "hours": hours}
    calendar_id = tx.execute(insert(BusinessCalendar).values(calendar).returning(BusinessCalendar.id)).scalar_one()
    sla = {"uid": new_uid(), "name": "Gold", "calendar_id": calendar_id, "promised": {}, "warn_share": 0.8}
    sla_id = tx.execute(insert(ServiceLevel).values(sla).returning(ServiceLevel.id)).scalar_one()
    queues = [
        tx.execute(
            insert(Queue).values(uid=new_uid(), name=f"Queue {n}", sla_id=sla_id).returning(Queue.id)
        ).scalar_one()
        for n in range(20)
    ]
    written = 0
    for portion in chunked(range(1, count + 1), 2_000):
        records, cases, events = [], [], []
        for key in portion:
            record, case, own = _case(key, rng, queues, sla_id)
            records.append(record)
            cases.append(case)
            events += own
        tx.execute(insert(Record), records)
        tx.execute(insert(Case), cases)
        tx.execute(insert(CaseEvent), events)
        written += len(events)
    return written


def _case(
    key: int, rng: random.Random, queues: list[int], sla_id: int
) -> tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]:
    created = NOW - timedelta(days=365) * rng.random()
    turns = [("created", "normal", created), *_turns(rng, created)]
    known = [turn for turn in turns if turn[2] < NOW]
    status = next((value for kind, value, _ in reversed(known) if kind != "created"), "new")
    closed = known[-1][2] if status == "resolved" else None
    answered = next((at for kind, _, at in known if kind == "status"), None)
    record = {"id": key, "uid": new_uid(), "kind": "case", "number": f"CAS-{key:06}", "title": f"Case {key}"}
    record |= {"created_at": created, "modified_at": created, "extra": {}}
    case = {"id": key, "queue_id": rng.choice(queues), "status": status, "resolved_at": closed, "sla_id": sla_id}
    case |= {"response_due_at": created + 8 * _HOUR, "resolution_due_at": created + 96 * _HOUR}
    case |= {"first_response_at": answered}
    events = [{"record_id": key, "kind": kind, "value": value, "at": at} for kind, value, at in known]
    return record, case, events


def _turns(rng: random.Random, at: datetime) -> Iterator[tuple[str, str, datetime]]:
    """In progress, maybe waiting for a while, mostly resolved, and now and then opened again."""
    yield "status", "in_progress", (at := at + rng.expovariate(0.3) * _HOUR)
    if rng.random() < 0.5:
        yield "status", "waiting", (at := at + rng.expovariate(0.1) * _HOUR)
        yield "status", "in_progress", (at := at + rng.expovariate(0.05) * _HOUR)
    if rng.random() < _STAY_OPEN:
        return
    yield "status", "resolved", (at := at + rng.expovariate(0.03) * _HOUR)
    if rng.random() < 0.06:
        yield "reopened", "in_progress", (at := at + rng.expovariate(0.02) * _HOUR)
        yield "status", "resolved", at + rng.expovariate(0.05) * _HOUR


if __name__ == "__main__":
    sys.exit(main())
