"""Notes, phone calls and tasks that people add to records. Each act is one operation that can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from store.access import sees_activity, sees_record
from store.activities.calls import follow_calls
from store.activities.state import (
    OWN_KINDS,
    StoredActivity,
    insert_activity,
    read_activities,
    set_activity_deleted,
    write_activity,
)
from store.actor import Actor
from store.dates import parse_date
from store.errors import Invalid, NotFound, Stale
from store.history.ledger import Change, record_operation
from store.history.undoable import same
from store.linking.timelines import TimelineEntry, refresh_timelines, write_timeline
from store.linking.undo import link_states
from store.records.fields import PRIORITIES
from store.records.references import find_user_uid
from store.records.state import State, compact
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.people import User
from store.schema.records import Record
from store.types import new_uid

_LABELS = {"note": "note", "phone_call": "phone call", "task": "task"}
_DIRECTIONS = ("in", "out")
_LONGEST_SUBJECT = 300  # characters
_LONGEST_TEXT = 1_000_000
_EDITABLE = {
    "note": ("subject", "text", "occurred_at"),
    "phone_call": ("subject", "text", "occurred_at", "direction", "number", "minutes"),
    "task": ("subject", "text", "due_on", "priority", "owner", "completed_at"),
}


@dataclass(frozen=True, slots=True)
class Added:
    """What was added, and the operation that undoes it."""

    activity_id: int
    uid: str
    operation_uid: str


@dataclass(frozen=True, slots=True)
class _Regarding:
    record_id: int
    uid: str
    kind: str
    number: str
    title: str


def add_note(
    tx: Connection,
    record_id: int,
    text: str,
    *,
    subject: str = "",
    occurred_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Added:
    """Write a note on a record; its subject is the first line unless given. Raises Invalid, NotFound."""
    values = {"text": text, "subject": subject or _first_line(text), "occurred_at": occurred_at or now}
    return _add(tx, "note", record_id, values, who=by.name, by=by, now=now)


def log_phone_call(
    tx: Connection,
    record_id: int,
    subject: str,
    *,
    text: str = "",
    direction: str = "out",
    number: str = "",
    minutes: int | str | None = None,
    occurred_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Added:
    """Write down a phone call; `direction` is in or out. Raises Invalid, NotFound."""
    values = {
        "subject": subject or _first_line(text),
        "text": text,
        "direction": direction,
        "number": number,
        "minutes": minutes,
        "occurred_at": occurred_at or now,
    }
    return _add(tx, "phone_call", record_id, values, who="", by=by, now=now)


def add_task(
    tx: Connection,
    record_id: int,
    subject: str,
    *,
    due_on: date | str | None = None,
    priority: str = "normal",
    text: str = "",
    owner: int | str | None = None,
    by: Actor,
    now: datetime,
) -> Added:
    """Add a task, for the actor unless `owner` names another user. Raises Invalid, NotFound."""
    values = {
        "subject": subject,
        "text": text,
        "due_on": due_on,
        "priority": priority,
        "owner": owner,
        "occurred_at": now,
    }
    return _add(tx, "task", record_id, values, who="", by=by, now=now)


def complete_task(tx: Connection, activity_id: int, *, done: bool = True, by: Actor, now: datetime) -> str:
    """Tick a task off, or open it again; returns the operation's uid. Raises NotFound, Invalid."""
    stored = _own(tx, activity_id, by)
    if stored.kind != "task":
        raise Invalid(f"A {_LABELS[stored.kind]} is not a task and cannot be completed.")
    completed = now.isoformat() if done else None
    return _edit(tx, stored, {"completed_at": completed}, "complete_task", "Completed" if done else "Reopened", by, now)


def edit_activity(
    tx: Connection,
    activity_id: int,
    values: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Change parts of a note, phone call or task; returns the operation's uid.

    Raises NotFound, Invalid, and Stale when it is no longer at `expected_version`.
    """
    stored = _own(tx, activity_id, by)
    if expected_version is not None and expected_version != stored.version:
        raise Stale(stored.state["subject"])
    return _edit(tx, stored, _checked(tx, stored.kind, values), "edit_activity", "Edited", by, now)


def delete_activity(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """Delete a note, phone call or task; returns the operation's uid. Raises NotFound, Invalid."""
    stored = _own(tx, activity_id, by)
    set_activity_deleted(tx, stored, now)
    refresh_timelines(tx, [activity_id])
    follow_calls(tx, [activity_id], now=now)
    summary = f"Deleted {_LABELS[stored.kind]} {stored.state['subject']}"
    change = Change("activity", stored.uid, stored.state, None)
    return record_operation(tx, "delete_activity", summary, [change], by=by, now=now)


def _add(
    tx: Connection, kind: str, record_id: int, values: Mapping[str, Any], *, who: str, by: Actor, now: datetime
) -> Added:
    regarding = _regarding(tx, record_id, by)
    state = _checked(tx, kind, values)
    state["owner"] = state.get("owner") or _user_uid(tx, by)
    state["who"] = who or _who(tx, kind, regarding, state)
    state = compact(state)
    uid, link_uid = new_uid(), new_uid()
    activity_id = insert_activity(tx, uid, kind, state, now=now)
    tx.execute(
        insert(Link).values(
            uid=link_uid,
            activity_id=activity_id,
            record_id=record_id,
            state="linked",
            is_primary=True,
            score=1.0,
            rule="user",
            evidence=[],
            engine_version=0,
            decided_by="user",
            user_id=by.user_id,
            decided_at=now,
        )
    )
    at = datetime.fromisoformat(state["occurred_at"])
    write_timeline(tx, [TimelineEntry(record_id, activity_id, kind, at)])
    follow_calls(tx, [activity_id], now=now)
    changes = [
        Change("activity", uid, None, state),
        Change("link", link_uid, None, link_states(tx, [link_uid])[link_uid]),
    ]
    summary = f"Added {_LABELS[kind]} to {regarding.number} {regarding.title}"
    return Added(activity_id, uid, record_operation(tx, f"add_{kind}", summary, changes, by=by, now=now))


def _edit(
    tx: Connection, stored: StoredActivity, changes: State, name: str, verb: str, by: Actor, now: datetime
) -> str:
    changes = {key: value for key, value in changes.items() if not same(stored.state.get(key), value)}
    summary = f"{verb} {_LABELS[stored.kind]} {stored.state['subject']}"
    if changes:
        write_activity(tx, stored, changes)
    if "occurred_at" in changes:
        refresh_timelines(tx, [stored.activity_id])
    follow_calls(tx, [stored.activity_id], now=now)
    before = {key: stored.state.get(key) for key in changes}
    return record_operation(tx, name, summary, [Change("activity", stored.uid, before, changes)], by=by, now=now)


def _checked(tx: Connection, kind: str, values: Mapping[str, Any]) -> State:
    state: State = {}
    for name, value in values.items():
        if name == "occurred_at" and kind == "task":
            state[name] = _instant(value)
        elif name not in _EDITABLE[kind]:
            raise Invalid(f"A {_LABELS[kind]} has no {name!r}; it has {', '.join(_EDITABLE[kind])}.")
        else:
            state[name] = _read(tx, name, value)
    return state


def _read(tx: Connection, name: str, value: Any) -> Any:
    match name:
        case "subject":
            return _subject(str(value or ""))
        case "text":
            return _text(str(value or ""))
        case "occurred_at" | "completed_at":
            return None if value is None and name == "completed_at" else _instant(value)
        case "due_on":
            if value in (None, ""):
                return None
            return value.isoformat() if isinstance(value, date) else parse_date(str(value)).isoformat()
        case "minutes":
            return _minutes(value)
        case "owner":
            return None if value in (None, "") else find_user_uid(tx, value)
        case "priority":
            return _one_of("Priority", str(value or "normal"), PRIORITIES)
        case "direction":
            return _one_of("Direction", str(value or "out"), _DIRECTIONS)
    return " ".join(str(value or "").split())[:_LONGEST_SUBJECT]


def _subject(text: str) -> str:
    subject = " ".join(text.split())
    if not subject:
        raise Invalid("It needs a subject or a text.")
    if len(subject) > _LONGEST_SUBJECT:
        raise Invalid(f"A subject has at most {_LONGEST_SUBJECT} characters.")
    return subject


def _text(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        raise Invalid(f"A text has at most {_LONGEST_TEXT:,} characters.")
    return text.replace("\r\n", "\n").replace("\x00", "").strip()


def _instant(value: Any) -> str:
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(f"{value!r} is not a time; write it as 2026-11-30T14:00+01:00.") from None
    if instant.tzinfo is None:
        raise Invalid(f"{value} needs a time zone, as in 2026-11-30T14:00+01:00.")
    return instant.isoformat()


def _minutes(value: Any) -> int | None:
    if value in (None, ""):
        return None
    if not str(value).strip().isdigit() or int(value) > 24 * 60:
        raise Invalid(f"{value!r} is not a number of minutes.")
    return int(value)


def _one_of(label: str, value: str, choices: tuple[str, ...]) -> str:
    if value.lower() not in choices:
        raise Invalid(f"{label}: {value!r} is none of {', '.join(choices)}.")
    return value.lower()


def _first_line(text: str) -> str:
    line = " ".join((text.strip().splitlines() or [""])[0].split())
    return line if len(line) <= 80 else line[:79].rstrip() + "…"


def _regarding(tx: Connection, record_id: int, by: Actor) -> _Regarding:
    columns = (Record.id, Record.uid, Record.kind, Record.number, Record.title)
    row = tx.execute(
        select(*columns).where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound()
    return _Regarding(*row)


def _who(tx: Connection, kind: str, regarding: _Regarding, state: State) -> str:
    """The other side of a call; who is to do a task."""
    if kind == "task":
        owner = state.get("owner")
        return tx.execute(select(User.name).where(User.uid == owner)).scalar() or "" if owner else ""
    return regarding.title if regarding.kind in ("contact", "lead") else ""


def _user_uid(tx: Connection, by: Actor) -> str | None:
    return None if by.user_id is None else tx.execute(select(User.uid).where(User.id == by.user_id)).scalar_one()


def _own(tx: Connection, activity_id: int, by: Actor) -> StoredActivity:
    row = tx.execute(
        select(Activity.uid, Activity.kind).where(
            Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by)
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    if row.kind not in OWN_KINDS:
        raise Invalid(f"An {row.kind} belongs to its mailbox: change it there.")
    return read_activities(tx, [row.uid])[row.uid]
