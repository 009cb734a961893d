"""Records as undo sees them: how they stand now, and putting them back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.actor import SYSTEM
from store.cases.following import Way
from store.history.ledger import Change
from store.history.undoable import Standing, same
from store.linking.reopening import requeue_mentions
from store.records.effects import Changed, follow_up
from store.records.fields import fields_of
from store.records.state import State, Stored, compact, read_states, set_deleted, write_state

_LABELS = {"lines": "Lines", "employments": "Employment", "former_emails": "Former addresses", "extra": "Custom fields"}


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The records as they stand now."""
    return {
        uid: Standing(f"{stored.number} {stored.state.get('title', '')}", None if stored.deleted else stored.state)
        for uid, stored in read_states(tx, uids).items()
    }


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring records to what `after` says: None deletes, a state where there was None brings back."""
    stored = read_states(tx, {change.uid for change in changes})
    gone = [stored[change.uid].record_id for change in changes if change.after is None]
    back = [stored[change.uid].record_id for change in changes if change.before is None]
    set_deleted(tx, gone, now, now=now)
    set_deleted(tx, back, None, now=now)
    restored = [_restored(tx, stored[change.uid], change, now) for change in changes]
    way: Way = "again" if any(change.again for change in changes) else "back"
    follow_up(tx, restored, by=SYSTEM, now=now, way=way)
    requeue_mentions(tx, [stored[change.uid].number for change in changes if change.before is None])


def label(tx: Connection, uid: str, name: str) -> str:
    """What people call a field of this record."""
    kind = read_states(tx, [uid])[uid].kind
    field = fields_of(kind).get(name)
    return field.label if field else _LABELS.get(name, name.replace("_", " "))


def _restored(tx: Connection, stored: Stored, change: Change, now: datetime) -> Changed:
    before = None if stored.deleted else stored.state
    if change.after is None:
        return Changed(stored.record_id, stored.kind, stored.number, before, None)
    whole = change.before is None
    wanted: State = dict(change.after)
    if whole:  # a state is complete, so what it leaves out is empty
        wanted |= {name: None for name in stored.state if name not in wanted}
    differing = {name: value for name, value in wanted.items() if not same(stored.state.get(name), value)}
    if differing:
        write_state(tx, stored, differing, now=now)
    after = compact(stored.state | wanted)
    return Changed(stored.record_id, stored.kind, stored.number, before, after)
