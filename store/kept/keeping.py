"""Writing one thing that is kept for everybody down: added, changed or deleted, as one operation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.actor import RESTRICTED, Actor
from store.errors import Invalid, NotAllowed, NotFound
from store.history.ledger import Change, record_operation
from store.history.undoable import same
from store.kept.sorts import Sort, State, insert_state, read_state, set_deleted, write_state
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class Saved:
    """A thing that was saved, and the operation that undoes it."""

    id: int
    uid: str
    operation_uid: str


@dataclass(frozen=True, slots=True)
class Put:
    """A thing that was written, for an operation of several."""

    id: int
    uid: str
    change: Change


def put(tx: Connection, sort: Sort, key: int | None, state: State, *, by: Actor, now: datetime) -> Put:
    """As `save`, for the caller to record."""
    _check_allowed(sort, by)
    state["name"] = " ".join(state["name"].split())
    check_name(tx, sort, key, state["name"])
    sort.check(tx, key, state)
    if key is None:
        uid = new_uid()
        key = insert_state(tx, sort, uid, state)
        sort.follow_up(tx, sort, key, None, state, now=now)
        return Put(key, uid, Change(sort.name, uid, None, state))
    made = _change(tx, sort, key, state, now)
    return Put(key, made.uid, made)


def save(tx: Connection, sort: Sort, key: int | None, state: State, *, by: Actor, now: datetime) -> Saved:
    """Add a thing, or bring the one with this key to the state. Raises Invalid, NotFound, NotAllowed."""
    done = put(tx, sort, key, state, by=by, now=now)
    verb, said = ("create", "Created") if key is None else ("edit", "Edited")
    summary = f"{said} {sort.noun} {state['name']}"
    uid = record_operation(tx, f"{verb}_{sort.name}", summary, [done.change], by=by, now=now)
    return Saved(done.id, done.uid, uid)


def change(tx: Connection, sort: Sort, key: int, state: State, summary: str, *, by: Actor, now: datetime) -> str:
    """Set the values that `state` names; returns the operation's uid. Raises NotFound, NotAllowed."""
    _check_allowed(sort, by)
    changed = _change(tx, sort, key, state, now)
    return record_operation(tx, f"edit_{sort.name}", summary, [changed], by=by, now=now)


def remove(tx: Connection, sort: Sort, key: int, *, by: Actor, now: datetime) -> str:
    """Delete a thing; returns the operation's uid. Raises Invalid while it is in use, NotFound, NotAllowed."""
    _check_allowed(sort, by)
    stored = read_state(tx, sort, key)
    if stored is None or stored.deleted:
        raise NotFound(f"this {sort.noun} is not there any more")
    name = stored.state["name"]
    if used := sort.uses(tx, sort, key):
        raise Invalid(f"The {sort.noun} {name} cannot go: {used}.")
    set_deleted(tx, sort, key, now)
    sort.follow_up(tx, sort, key, stored.state, None, now=now)
    change = Change(sort.name, stored.uid, stored.state, None)
    return record_operation(tx, f"delete_{sort.name}", f"Deleted {sort.noun} {name}", [change], by=by, now=now)


def _change(tx: Connection, sort: Sort, key: int, state: State, now: datetime) -> Change:
    stored = read_state(tx, sort, key)
    if stored is None or stored.deleted:
        raise NotFound(f"this {sort.noun} is not there any more")
    changes = {name: value for name, value in state.items() if not same(stored.state.get(name), value)}
    write_state(tx, sort, key, changes)
    sort.follow_up(tx, sort, key, stored.state, {**stored.state, **changes}, now=now)
    return Change(sort.name, stored.uid, {name: stored.state.get(name) for name in changes}, changes)


def _check_allowed(sort: Sort, by: Actor) -> None:
    if by.role == RESTRICTED:
        raise NotAllowed(sort.team)


def check_name(tx: Connection, sort: Sort, key: int | None, name: str) -> None:
    """Raises Invalid for a name that is none, or another one's."""
    if not name:
        raise Invalid(f"Give the {sort.noun} a name.")
    if not sort.unique:
        return
    columns = sort.columns
    others = select(columns.id).where(func.lower(columns.name) == name.lower(), columns.deleted_at.is_(None))
    if tx.execute(others.where(columns.id != (key or 0))).first() is not None:
        raise Invalid(f"There is another {sort.noun} with the name {name}.")
