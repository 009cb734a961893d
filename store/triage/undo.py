"""Where mails stand in triage, as undo sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.activities import Activity
from store.schema.people import User
from store.schema.service import Queue
from store.schema.triage import Rule, Triage
from store.triage.rows import begin, triage_states

_REFERS: Mapping[str, tuple[str, Any]] = {
    "queue": ("queue_id", Queue),
    "user": ("user_id", User),
    "rule": ("rule_id", Rule),
}
_LABELS = {"until": "snoozed until", "decided_at": "decided", "user": "given to"}


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The mails as they stand; one that never waited has no state."""
    mails = _mails(tx, uids)
    states = triage_states(tx, [key for key, _ in mails.values()])
    return {uid: Standing(f"“{subject[:80]}”", states.get(uid)) for uid, (_, subject) in mails.items()}


def yields(_change: Change, state: Mapping[str, Any] | None) -> bool:
    """What follows from links comes and goes with them; only what a person or a rule decided stands in the way."""
    return state is None or state["decided_at"] is None


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring mails to what `after` says."""
    mails = _mails(tx, [change.uid for change in changes])
    begin(tx, [mails[change.uid][0] for change in changes if change.after is not None])
    for change in changes:
        own = Triage.activity_id == mails[change.uid][0]
        if change.after is None:
            tx.execute(delete(Triage).where(own))
        else:
            tx.execute(update(Triage).where(own).values(_columns(tx, change.after)))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of it."""
    return _LABELS.get(name, name)


def _mails(tx: Connection, uids: Iterable[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for portion in chunked(list(uids)):
        rows = tx.execute(select(Activity.uid, Activity.id, Activity.subject).where(Activity.uid.in_(portion)))
        found.update({row.uid: (row.id, row.subject) for row in rows})
    return found


def _columns(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in state.items():
        if name in _REFERS:
            column, table = _REFERS[name]
            found[column] = tx.execute(select(table.id).where(table.uid == value)).scalar() if value else None
        elif name in ("until", "decided_at"):
            found[name] = datetime.fromisoformat(value) if value else None
        else:
            found[name] = value
    return found
