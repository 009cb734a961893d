"""Notes, phone calls and tasks as one JSON value each (see store.records.state for the form)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store import blobs
from store.chunks import chunked
from store.records.lists import encode
from store.records.state import State, compact
from store.schema.activities import Activity, PhoneCall, Task
from store.schema.base import Base
from store.schema.people import User
from store.search import Document, add_documents, remove_documents
from store.search_text import indexed

#: Kinds that people write here; mail and appointments belong to their mailboxes.
OWN_KINDS = ("note", "phone_call", "task")
_PREVIEW = 200  # characters
_TABLES: dict[str, tuple[type[Base], tuple[str, ...]]] = {
    "phone_call": (PhoneCall, ("number", "minutes")),
    "task": (Task, ("due_on", "priority", "completed_at")),
}
_INSTANTS = ("occurred_at", "completed_at")


@dataclass(frozen=True, slots=True)
class StoredActivity:
    """An activity as it stands. `state` is complete whether or not the activity is deleted."""

    activity_id: int
    uid: str
    kind: str
    version: int
    deleted: bool
    owner_id: int | None
    state: State


def read_activities(tx: Connection, uids: Collection[str]) -> dict[str, StoredActivity]:
    """The notes, calls and tasks with these uids, deleted ones included."""
    found: dict[str, StoredActivity] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(
                Activity.id,
                Activity.uid,
                Activity.kind,
                Activity.version,
                Activity.deleted_at,
                Activity.owner_id,
                Activity.subject,
                Activity.occurred_at,
                Activity.who,
                Activity.direction,
                Activity.text_blob_id,
                User.uid.label("owner"),
            )
            .outerjoin(User, User.id == Activity.owner_id)
            .where(Activity.uid.in_(portion), Activity.kind.in_(OWN_KINDS))
        ).all()
        for row in rows:
            state = {
                "subject": row.subject,
                "occurred_at": row.occurred_at.isoformat(),
                "who": row.who,
                "direction": row.direction,
                "owner": row.owner,
                "text": blobs.read(tx, row.text_blob_id).decode(),
                **_details(tx, row.kind, row.id),
            }
            deleted = row.deleted_at is not None
            found[row.uid] = StoredActivity(
                row.id, row.uid, row.kind, row.version, deleted, row.owner_id, compact(state)
            )
    return found


def insert_activity(tx: Connection, uid: str, kind: str, state: Mapping[str, Any], *, now: datetime) -> int:
    """Insert a note, call or task and let search find it; returns its key."""
    values = _common(tx, state) | {"uid": uid, "kind": kind, "created_at": now}
    activity_id = tx.execute(insert(Activity).values(values).returning(Activity.id)).scalar_one()
    if kind in _TABLES:
        table, columns = _TABLES[kind]
        details = {name: _decode(name, state[name]) for name in columns if state.get(name) is not None}
        tx.execute(insert(table).values(id=activity_id, **details))
    index_activity(tx, activity_id, state)
    return activity_id


def write_activity(tx: Connection, stored: StoredActivity, changes: Mapping[str, Any]) -> None:
    """Set the parts named in `changes`, count the version up."""
    state = {**stored.state, **changes}
    values = _common(tx, state) | {"version": Activity.version + 1}
    tx.execute(update(Activity).where(Activity.id == stored.activity_id).values(values))
    if stored.kind in _TABLES:
        table, columns = _TABLES[stored.kind]
        details = {name: _decode(name, changes[name]) for name in columns if name in changes}
        if details:
            tx.execute(update(table).where(table.__table__.c.id == stored.activity_id).values(details))
    index_activity(tx, stored.activity_id, state)


def set_activity_deleted(tx: Connection, stored: StoredActivity, at: datetime | None) -> None:
    """Delete (softly) or bring back."""
    values = {"deleted_at": at, "version": Activity.version + 1}
    tx.execute(update(Activity).where(Activity.id == stored.activity_id).values(values))
    if at is None:
        index_activity(tx, stored.activity_id, stored.state)
    else:
        remove_documents(tx, activity_ids=[stored.activity_id])


def index_activity(tx: Connection, activity_id: int, state: Mapping[str, Any]) -> None:
    """Let search find it by its words."""
    words = indexed(f"{state.get('who') or ''} {state.get('number') or ''} {state.get('text') or ''}")
    at = datetime.fromisoformat(state["occurred_at"])
    add_documents(tx, [Document(indexed(state["subject"]), words, occurred_at=at, activity_id=activity_id)])


def preview(text: str) -> str:
    """The beginning of a text on one line."""
    return " ".join(text[: 4 * _PREVIEW].split())[:_PREVIEW]


def _common(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `activity` from a complete state."""
    text = state.get("text") or ""
    owner = state.get("owner")
    blob = blobs.content(text.encode()) if text else None
    return {
        "subject": state["subject"],
        "occurred_at": datetime.fromisoformat(state["occurred_at"]),
        "who": state.get("who") or "",
        "direction": state.get("direction") or "",
        "preview": preview(text),
        "owner_id": tx.execute(select(User.id).where(User.uid == owner)).scalar_one() if owner else None,
        "text_blob_id": blobs.put(tx, [blob])[blob.sha256] if blob else None,
    }


def _details(tx: Connection, kind: str, activity_id: int) -> dict[str, Any]:
    if kind not in _TABLES:
        return {}
    table, columns = _TABLES[kind]
    row = tx.execute(select(table.__table__).where(table.__table__.c.id == activity_id)).mappings().one()
    return {name: encode(row[name]) for name in columns}


def _decode(name: str, value: Any) -> Any:
    if name in _INSTANTS:
        return datetime.fromisoformat(value) if value else None
    if name == "due_on":
        return date.fromisoformat(value) if value else None
    return value if value is not None or name == "minutes" else ""
