"""Lessons as undo sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.linking.patterns import look_at_fitting
from store.schema.activities import Activity
from store.schema.knowledge import Learned
from store.schema.people import User
from store.schema.records import Record


def lesson_states(tx: Connection, uids: Collection[str]) -> dict[str, dict[str, Any]]:
    """The lessons with these uids that exist, as the ledger keeps them: record, activity and user by uid."""
    found: dict[str, dict[str, Any]] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(
                Learned.uid,
                Learned.kind,
                Learned.value,
                Record.uid.label("record"),
                Activity.uid.label("activity"),
                User.uid.label("user"),
                Learned.created_at,
            )
            .join(Record, Record.id == Learned.record_id)
            .outerjoin(Activity, Activity.id == Learned.activity_id)
            .outerjoin(User, User.id == Learned.user_id)
            .where(Learned.uid.in_(portion))
        )
        for row in rows.mappings():
            state = {**row, "created_at": row["created_at"].isoformat()}
            found[state.pop("uid")] = state
    return found


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The lessons as they stand; a forgotten one has no row."""
    states = lesson_states(tx, uids)
    return {uid: Standing("the lesson", states.get(uid)) for uid in uids}


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring lessons to what `after` says; mail that they fit is decided again."""
    for portion in chunked([change.uid for change in changes]):
        tx.execute(delete(Learned).where(Learned.uid.in_(portion)))
    for change in changes:
        if change.after is not None:
            tx.execute(insert(Learned).values(uid=change.uid, **_row(tx, change.after)))
    states = [change.after or change.before or {} for change in changes]
    look_at_fitting(tx, {(state["kind"], state["value"]) for state in states})


def _row(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": state["kind"],
        "value": state["value"],
        "record_id": tx.execute(select(Record.id).where(Record.uid == state["record"])).scalar_one(),
        "activity_id": tx.execute(select(Activity.id).where(Activity.uid == state.get("activity"))).scalar(),
        "user_id": tx.execute(select(User.id).where(User.uid == state.get("user"))).scalar(),
        "created_at": datetime.fromisoformat(state["created_at"]),
    }
