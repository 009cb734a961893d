"""The same cases in a store: their clocks worked out from what is written down about them, and kept.

A part of `python -m tests.benchmarks.sla`. Told are the time for clocks of which nothing is kept yet, all of which are
written, and for those of which everything is kept as it is, as after a night without a tick.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time

from sqlalchemy import Connection, func, insert, select

from store.cases.clocks import refresh_clocks
from store.chunks import chunked
from store.engine import Store, open_store
from store.schema.records import Case, Record
from store.schema.service import BusinessCalendar, Queue, ServiceLevel
from store.schema.service import CaseEvent as StoredEvent
from store.sla.clock import CaseEvent
from store.sla.stored import holidays_as_json, hours_as_json, terms_as_json
from store.sla.terms import Sla
from store.types import new_uid

LIMIT = 10.0  # seconds of the processor for 50,000 cases: a step of the service that nobody waits for


def timed_in_store(cases: Sequence[Sequence[CaseEvent]], queues: Mapping[str, Sla], now: datetime) -> int:
    """Work out and keep the clocks of these cases, in a store of its own, and print what it took."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(str(Path(folder) / "store.db"))
        with store.write() as tx:
            fill(tx, cases, queues, now)
        spent = [_refreshed(store, len(cases), now, told) for told in ("for the first time", "again, all the same")]
        store.close()
    limit = LIMIT * len(cases) / 50_000
    print(f"  {max(spent) / limit:.2f} x the limit of {limit:.1f} s")
    return int(max(spent) > limit)


def _refreshed(store: Store, count: int, now: datetime, told: str) -> float:
    started, processor = perf_counter(), process_time()
    with store.write() as tx:
        refresh_clocks(tx, range(1, count + 1), now=now)
        kept = tx.execute(select(func.count()).where(Case.sla_state != "")).scalar_one()
    spent, took = process_time() - processor, perf_counter() - started
    print(f"{count:,} cases in a store, {told}: {took:.2f} s, {spent:.2f} s of the processor; {kept:,} are owed")
    return spent


def fill(tx: Connection, cases: Sequence[Sequence[CaseEvent]], queues: Mapping[str, Sla], now: datetime) -> None:
    """Write the queues with what they promise, and the cases with what happened to them; keys are counted from 1."""
    for name, sla in queues.items():
        calendar = {"name": name, "zone": sla.calendar.zone, "hours": hours_as_json(sla.calendar)}
        calendar["holidays"] = holidays_as_json(sla.calendar)
        tx.execute(insert(BusinessCalendar).values(id=int(name) + 1, uid=new_uid(), **calendar))
        promised = {"promised": terms_as_json(sla.terms), "warn_share": sla.terms.warn_share}
        level = {"id": int(name) + 1, "calendar_id": int(name) + 1, "name": name, **promised}
        tx.execute(insert(ServiceLevel).values(uid=new_uid(), **level))
        tx.execute(insert(Queue).values(id=int(name) + 1, uid=new_uid(), name=name, sla_id=int(name) + 1))
    for portion in chunked(range(len(cases)), 2_000):
        keys = [place + 1 for place in portion]
        dated = {"kind": "case", "title": "Case", "created_at": now, "modified_at": now}
        tx.execute(insert(Record), [{"id": key, "uid": new_uid(), "number": f"CAS-{key:05}", **dated} for key in keys])
        tx.execute(insert(Case), [{"id": key, **_standing(cases[key - 1])} for key in keys])
        tx.execute(
            insert(StoredEvent),
            [
                {"record_id": key, "at": event.at, "kind": event.kind, "value": _value(event)}
                for key in keys
                for event in cases[key - 1]
            ],
        )


def _standing(events: Sequence[CaseEvent]) -> dict[str, object]:
    queue = next(int(_value(event)) for event in events if event.kind == "queue")
    return {"queue_id": queue, "status": "in_progress", "priority": "normal"}


def _value(event: CaseEvent) -> str:
    return str(int(event.value) + 1) if event.kind == "queue" else event.value
