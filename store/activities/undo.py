"""Notes, phone calls and tasks as undo sees them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.activities.calls import follow_calls
from store.activities.state import read_activities, set_activity_deleted, write_activity
from store.history.ledger import Change
from store.history.undoable import Standing, same
from store.linking.timelines import refresh_timelines


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The activities as they stand now."""
    return {
        uid: Standing(stored.state["subject"], None if stored.deleted else stored.state)
        for uid, stored in read_activities(tx, uids).items()
    }


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring activities to what `after` says and the timelines with them."""
    stored = read_activities(tx, [change.uid for change in changes])
    for change in changes:
        one = stored[change.uid]
        if change.after is None:
            set_activity_deleted(tx, one, now)
            continue
        if one.deleted:
            set_activity_deleted(tx, one, None)
        wanted = dict(change.after)
        if not change.is_edit:
            wanted |= {name: None for name in one.state if name not in wanted}
        differing = {name: value for name, value in wanted.items() if not same(one.state.get(name), value)}
        if differing:
            write_activity(tx, one, differing)
    keys = [one.activity_id for one in stored.values()]
    refresh_timelines(tx, keys)
    follow_calls(tx, keys, now=now)


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of an activity."""
    return name.replace("_", " ")
