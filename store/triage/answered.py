"""What a person answers waits for nobody any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from store.history.ledger import Change
from store.schema.triage import Triage
from store.triage.rows import changed, set_states, triage_states
from store.triage.standing import State

_WAITING = (State.PENDING.value, State.UNDECIDED.value, State.SNOOZED.value)


def settle_answered(tx: Connection, activity_id: int, *, now: datetime) -> list[Change]:
    """A person answered this mail: if it waits, it is handled. Returns what changed, for the ledger."""
    waits = select(Triage.activity_id).where(Triage.activity_id == activity_id, Triage.state.in_(_WAITING))
    if tx.execute(waits).scalar() is None:
        return []
    before = triage_states(tx, [activity_id])
    set_states(tx, {activity_id: State.HANDLED}, decided_at=now, rule_id=None)
    return changed(before, triage_states(tx, [activity_id]))
