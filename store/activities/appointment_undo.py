"""Appointments as undo sees them. What goes back here goes back in their calendars too, silently."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.activities.appointment_state import read_appointments, set_appointment_deleted, write_appointment_state
from store.activities.calendar_acts import bring_back, put_everywhere, remove_everywhere
from store.actor import SYSTEM
from store.history.ledger import Change
from store.history.undoable import Standing, same
from store.linking.timelines import refresh_timelines

_LABELS = {
    "start_wall": "start",
    "end_wall": "end",
    "starts_at": "start",
    "ends_at": "end",
    "series": "recurrence",
    "people": "attendees",
    "text": "description",
}


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The appointments as they stand now."""
    return {
        uid: Standing(stored.state.get("subject", "the appointment"), None if stored.deleted else stored.state)
        for uid, stored in read_appointments(tx, uids).items()
    }


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Bring appointments to what `after` says, and tell their calendars."""
    found = read_appointments(tx, [change.uid for change in changes])
    for change in changes:
        stored = found[change.uid]
        summary = f"Undo: {stored.state.get('subject', '')[:80]}"
        if change.after is None:
            set_appointment_deleted(tx, stored, now)
            remove_everywhere(tx, stored.activity_id, summary, by=SYSTEM, now=now)
            continue
        wanted = {**stored.state, **change.after} if change.is_edit else dict(change.after)
        if not same(wanted, stored.state):
            write_appointment_state(tx, stored, wanted)
        if stored.deleted:
            set_appointment_deleted(tx, stored, None)
            bring_back(tx, stored.activity_id, summary, by=SYSTEM, now=now)
        else:
            put_everywhere(tx, stored.activity_id, summary, by=SYSTEM, now=now)
    refresh_timelines(tx, [stored.activity_id for stored in found.values()])


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of an appointment."""
    return _LABELS.get(name, name.replace("_", " "))
