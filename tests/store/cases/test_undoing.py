"""Whatever is done to a case and taken back again: its events and clocks are as if it had not been done."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import Connection

from store.actor import SYSTEM
from store.cases.clocks import judge
from store.engine import Store
from store.errors import Invalid
from store.history.operations import undo
from store.records.writing import create_record, edit_record
from tests.store.cases.scene import HOUR, T0, add_queue, add_sla, case_row, events_of
from tests.store.scenes import add_user

_VALUES: dict[str, tuple[Any, ...]] = {
    "status": ("in_progress", "on_hold", "waiting", "resolved", "cancelled"),
    "priority": ("low", "normal", "high", "urgent"),
    "queue": (None, "Support", "Second line"),
    "owner": (None, "Kim Abercrombie"),
}


@pytest.mark.parametrize("seed", range(3))
def test_undo_of_everything_done_leaves_a_case_as_it_was(store: Store, seed: int) -> None:
    rng = random.Random(seed)
    with store.write() as tx:
        add_user(tx)
        add_queue(tx, sla_id=add_sla(tx))
        add_queue(tx, "Second line", sla_id=add_sla(tx, "Later", 240, 960))
        case = create_record(tx, "case", {"title": "Leak", "queue": "Support"}, by=SYSTEM, now=T0).record_id
        stood, done = [_stands(tx, case)], []
        for step in range(1, 9):
            # Now and then two acts in one moment, as by a script.
            now = T0 + (step - step % 3 // 2) * HOUR
            wanted = {name: rng.choice(_VALUES[name]) for name in rng.sample(list(_VALUES), rng.choice((1, 1, 2)))}
            try:
                done.append(edit_record(tx, case, {"resolution": "Done", **wanted}, by=SYSTEM, now=now))
            except Invalid:  # a closed case is only opened again
                continue
            stood.append(_stands(tx, case))
        undone = []
        for uid, before in zip(reversed(done), reversed(stood[:-1]), strict=True):
            undone.append(undo(tx, uid, by=SYSTEM, now=T0 + 10 * HOUR))
            assert _stands(tx, case) == before
        for uid, after in zip(reversed(undone), stood[1:], strict=True):
            undo(tx, uid, by=SYSTEM, now=T0 + 10 * HOUR)
            assert _stands(tx, case) == after


def _stands(tx: Connection, case: int) -> tuple[Any, ...]:
    """Its events, its fields, and what its clocks say at one later moment."""
    row = case_row(tx, case)
    fields = (row.status, row.priority, row.queue_id, row.resolved_at, row.first_response_at, row.sla_id)
    return events_of(tx, case), fields, judge(tx, [case], now=T0 + 10 * HOUR)[case].clocks
