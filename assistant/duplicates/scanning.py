"""Looking for duplicates: records that are new or changed are compared with those that may be the same, a bounded step
at a time. What waits is a fact in the store, however it came in, so a killed process goes on where it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from assistant.apart import COMPARING, apart, give_up
from assistant.duplicates.likeness import Likeness, Reason, likeness
from store.actor import SYSTEM
from store.duplicates.candidates import candidates, read_compared, set_compared, uncompared
from store.duplicates.facts import Compared
from store.duplicates.pairs import Likely, store_pairs
from store.engine import Store
from store.proposals.keeping import retire_outdated
from store.schema.records import Record

#: Records compared in one step.
BATCH = 50


def compare_waiting(store: Store, *, now: datetime, limit: int = BATCH) -> tuple[int, int]:
    """Compare the next records that wait; returns how many those were and how many pairs were found anew."""
    with store.read() as tx:  # without the write lock, which others need while nothing waits or names are compared
        waiting = uncompared(tx, limit=limit)
    if not waiting:
        return 0, 0

    def fails(record_id: int, error: Exception) -> None:
        with store.read() as tx:
            number = tx.execute(select(Record.number).where(Record.id == record_id)).scalar_one()
        done = partial(set_compared, versions={record_id: waiting[record_id]})
        give_up(
            store, f"{COMPARING}{number}", "record", "It could not be compared with others", error, done=done, now=now
        )

    def work(portion: Sequence[int]) -> int:
        return _compare_portion(store, {key: waiting[key] for key in portion}, now)

    return len(waiting), sum(apart(list(waiting), work, fails))


def _compare_portion(store: Store, waiting: Mapping[int, int], now: datetime) -> int:
    with store.read() as tx:
        found = compare(tx, list(waiting))
    with store.write() as tx:
        living = read_compared(
            tx, {*found, *(each.record_id for likely in found.values() for each in likely)}, by=SYSTEM
        )
        kept = {
            key: [each for each in likely if each.record_id in living] for key, likely in found.items() if key in living
        }
        new = store_pairs(tx, kept, now=now)
        retire_outdated(tx, list(waiting), now=now)
        set_compared(tx, waiting)
    return new


def compare(tx: Connection, record_ids: Sequence[int]) -> dict[int, list[Likely]]:
    """For each of these records those that are likely to be the same."""
    records = read_compared(tx, record_ids, by=SYSTEM)
    ones = list(records.values())
    others = candidates(tx, ones)
    known = records | read_compared(tx, {key for keys in others for key in keys} - records.keys(), by=SYSTEM)
    found: dict[int, list[Likely]] = {}
    for one, keys in zip(ones, others, strict=True):
        measured = ((key, likeness(one, known[key])) for key in keys if key in known and known[key].kind == one.kind)
        found[one.record_id] = [
            Likely(key, each.probability, tuple(map(as_evidence, each.reasons)))
            for key, each in measured
            if each.is_proposed
        ]
    return found


def best_likeness(one: Compared, others: Mapping[int, Compared]) -> list[tuple[Compared, Likeness]]:
    """Those of the others that are likely to be the same, the likeliest first."""
    measured = [(other, likeness(one, other)) for other in others.values() if other.kind == one.kind]
    proposed = [(other, each) for other, each in measured if each.is_proposed]
    return sorted(proposed, key=lambda pair: (-pair[1].probability, pair[0].record_id))


def as_evidence(reason: Reason) -> dict[str, Any]:
    """A reason as the store keeps it; `weight` is below zero where it speaks against the pair."""
    return {"rule": reason.rule, "quote": reason.quote, "source": reason.source, "weight": reason.weight}
