"""Letting the clocks of all cases tick: safe to call anywhere, any time."""

from __future__ import annotations

from datetime import datetime

from store.cases.ticking import due_cases, tick
from store.engine import Store

_BATCH = 50  # cases that may hold up others while they are written


def tick_clocks(store: Store, *, now: datetime) -> int:
    """Look at every case whose clocks are due, some in each transaction; returns of how many clocks something was
    told."""
    told, seen = 0, set[int]()
    while True:
        with store.read() as tx:  # without the write lock, which others need
            due = [key for key in due_cases(tx, now=now, limit=_BATCH) if key not in seen]
        if not due:
            return told
        seen.update(due)
        with store.write() as tx:
            told += tick(tx, due, now=now)
