"""Appointments as one JSON value each: what the ledger keeps of them, and how it is put back.

What servers count by themselves (sequence, time of the last change, what guests answered, the time a series stands at
on timelines) is no part of it, so that an echo of our own write never stands in the way of undo.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store import blobs
from store.activities.appointments import NewOccurrence, write_occurrences
from store.activities.parties import new_party, party_rows
from store.activities.state import preview
from store.chunks import chunked
from store.linking.clues import forget_clues
from store.linking.timelines import refresh_timelines
from store.records.state import State, compact
from store.schema.activities import Activity, ActivityParty, Appointment
from store.schema.mail import MailboxItem
from store.search import Document, add_documents, remove_documents
from store.search_text import indexed

_ACTIVITY = ("subject", "who", "private")
_COLUMNS = (
    "all_day",
    "start_wall",
    "end_wall",
    "timezone",
    "timezone_source",
    "location",
    "status",
    "busy",
    "sensitivity",
    "importance",
    "reminder_minutes",
    "recurring",
    "series",
)
_EMPTY: dict[str, Any] = {
    "all_day": False,
    "private": False,
    "recurring": False,
    "series": {},
    "reminder_minutes": None,
}
_PEOPLE = ("organizer", "required", "optional", "resource")


@dataclass(frozen=True, slots=True)
class StoredAppointment:
    """An appointment as it stands. `state` is complete whether or not the appointment is deleted."""

    activity_id: int
    uid: str
    deleted: bool
    state: State


def read_appointments(tx: Connection, uids: Collection[str]) -> dict[str, StoredAppointment]:
    """The appointments with these uids, deleted ones included."""
    found: dict[str, StoredAppointment] = {}
    columns = (
        Activity.id,
        Activity.uid,
        Activity.deleted_at,
        Activity.occurred_at,
        Activity.ends_at,
        Activity.text_blob_id,
        *(getattr(Activity, name) for name in _ACTIVITY),
        *(getattr(Appointment, name) for name in _COLUMNS),
    )
    for portion in chunked(uids):
        joined = select(*columns).join(Appointment, Appointment.id == Activity.id)
        for row in tx.execute(joined.where(Activity.uid.in_(portion))).mappings().all():
            state: State = {name: row[name] for name in (*_ACTIVITY, *_COLUMNS)}
            if not row["recurring"]:
                state["starts_at"] = row["occurred_at"].isoformat()
            state["ends_at"] = row["ends_at"].isoformat() if row["ends_at"] else None
            state["text"] = blobs.read(tx, row["text_blob_id"]).decode("utf-8", "replace")
            state["people"] = _people(tx, row["id"])
            state |= _of_copies(tx, row["id"])
            found[row["uid"]] = StoredAppointment(row["id"], row["uid"], row["deleted_at"] is not None, compact(state))
    return found


def write_appointment_state(tx: Connection, stored: StoredAppointment, state: Mapping[str, Any]) -> None:
    """Bring an appointment to a complete state. A series loses its occurrences until it is expanded again, which its
    missing `expanded_until` asks for."""
    state = compact(state)
    columns = {name: state.get(name, _EMPTY.get(name, "")) for name in _COLUMNS}
    recurring = columns["recurring"]
    tx.execute(
        update(Appointment)
        .where(Appointment.id == stored.activity_id)
        .values(**columns, **({"expanded_until": None} if recurring else {}))
    )
    text = state.get("text", "")
    content = blobs.content(text.encode())
    values: dict[str, Any] = {name: state.get(name, _EMPTY.get(name, "")) for name in _ACTIVITY}
    values |= {
        "version": Activity.version + 1,
        "preview": preview(text),
        "text_blob_id": blobs.put(tx, [content])[content.sha256],
        "link_state": "pending",
    }
    if state.get("ends_at"):
        values["ends_at"] = datetime.fromisoformat(state["ends_at"])
    if state.get("starts_at"):
        values["occurred_at"] = datetime.fromisoformat(state["starts_at"])
    tx.execute(update(Activity).where(Activity.id == stored.activity_id).values(**values))
    forget_clues(tx, [stored.activity_id])
    write_occurrences(tx, stored.activity_id, [] if recurring else [_only_time(state)])
    _write_people(tx, stored.activity_id, state.get("people", ()))
    _write_copies(tx, state, stored.state)
    index_appointment(tx, stored.activity_id, state)


def set_appointment_deleted(tx: Connection, stored: StoredAppointment, at: datetime | None) -> None:
    """Delete (softly) or bring back."""
    values = {"deleted_at": at, "version": Activity.version + 1}
    tx.execute(update(Activity).where(Activity.id == stored.activity_id).values(values))
    if at is None:
        index_appointment(tx, stored.activity_id, stored.state)
    else:
        remove_documents(tx, activity_ids=[stored.activity_id])
        forget_clues(tx, [stored.activity_id])
    refresh_timelines(tx, [stored.activity_id])


def index_appointment(tx: Connection, activity_id: int, state: Mapping[str, Any]) -> None:
    """Let search find it by its words and its people."""
    names = " ".join(f"{name} {email}" for _, email, name in state.get("people", ()))
    words = indexed(" ".join((state.get("location", ""), names, state.get("text", ""))))
    at = tx.execute(select(Activity.occurred_at).where(Activity.id == activity_id)).scalar_one()
    title = indexed(state.get("subject", ""))
    add_documents(tx, [Document(title, words, occurred_at=at, activity_id=activity_id)])


def _people(tx: Connection, activity_id: int) -> list[list[str]]:
    rows = tx.execute(
        select(ActivityParty.role, ActivityParty.email, ActivityParty.name)
        .where(ActivityParty.activity_id == activity_id)
        .order_by(ActivityParty.position)
    ).all()
    return [[row.role, row.email, row.name] for role in _PEOPLE for row in rows if row.role == role]


def _write_people(tx: Connection, activity_id: int, people: Collection[list[str]]) -> None:
    """Everybody keeps the answer that is known."""
    rows = tx.execute(
        select(ActivityParty.email, ActivityParty.response).where(ActivityParty.activity_id == activity_id)
    )
    answers = {row.email: row.response for row in rows if row.email}
    tx.execute(delete(ActivityParty).where(ActivityParty.activity_id == activity_id))
    parties = [
        new_party(role, email, name, "" if role == "organizer" else answers.get(email) or "none")
        for role, email, name in people
    ]
    if found := list(party_rows(activity_id, parties)):
        tx.execute(insert(ActivityParty), found)


def _of_copies(tx: Connection, activity_id: int) -> State:
    """What belongs to the mailboxes' copies, by the keys of their items."""
    rows = tx.execute(
        select(MailboxItem.id, MailboxItem.categories, MailboxItem.response).where(
            MailboxItem.activity_id == activity_id
        )
    ).all()
    return {
        "categories": {str(row.id): list(row.categories) for row in rows if row.categories},
        "answers": {str(row.id): row.response for row in rows if row.response not in ("", "organizer")},
    }


def _write_copies(tx: Connection, state: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    for name, column, empty in (("categories", "categories", []), ("answers", "response", "none")):
        then, now = before.get(name) or {}, state.get(name) or {}
        for item_id in then.keys() | now.keys():
            if then.get(item_id) != now.get(item_id):
                values = {column: now.get(item_id, empty)}
                tx.execute(update(MailboxItem).where(MailboxItem.id == int(item_id)).values(values))


def _only_time(state: Mapping[str, Any]) -> NewOccurrence:
    if state.get("all_day"):
        first, last = date.fromisoformat(state["start_wall"]), date.fromisoformat(state["end_wall"])
        starts, ends = (datetime.combine(day, time(), UTC) for day in (first, last))
        original, days = first.isoformat(), (first, last)
    else:
        starts = datetime.fromisoformat(state["starts_at"])
        ends = datetime.fromisoformat(state["ends_at"])
        original, days = starts.astimezone(UTC).isoformat(), None
    return NewOccurrence(
        original_start=original,
        starts_at=starts,
        ends_at=ends,
        on_date=days[0] if days else None,
        until_date=days[1] if days else None,
        title=state.get("subject", ""),
        location=state.get("location", ""),
        status=state.get("status", "confirmed"),
    )
