"""A follow-up as the ledger keeps it: JSON; others are named by uid, instants and wall times are ISO 8601."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.following.keeping import wait_again
from store.following.values import WITHDRAWN
from store.history.ledger import Change
from store.history.undoable import Standing, Undoable
from store.kept.sorts import keys_of, uids_of
from store.schema.following import FollowUp
from store.schema.mail import Email
from store.schema.people import User
from store.schema.records import Record

State = dict[str, Any]

_PLAIN = ("kind", "text", "state", "due_wall", "zone", "recurrence", "closed_why")
_INSTANTS = ("due_at", "snoozed_until", "closed_at")
_DAYS = ("brought_on",)
_REFERENCES = {"user": ("user_id", User), "record": ("record_id", Record), "customer": ("customer_id", Record)}


@dataclass(frozen=True, slots=True)
class Stored:
    """A follow-up as it stands."""

    follow_up_id: int
    uid: str
    user_id: int
    state: State


def read_follow_up(tx: Connection, follow_up_id: int) -> Stored | None:
    """One follow-up by its key, whatever became of it."""
    uid = tx.execute(select(FollowUp.uid).where(FollowUp.id == follow_up_id)).scalar()
    return None if uid is None else _read(tx, [uid])[uid]


def write_follow_up(tx: Connection, follow_up_id: int, changes: Mapping[str, Any]) -> None:
    """Set the values that `changes` names."""
    values = columns_of(tx, changes)
    statement = update(FollowUp).where(FollowUp.id == follow_up_id)
    tx.execute(statement.values(version=FollowUp.version + 1, **values))


def columns_of(tx: Connection, state: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a state, or of a part of one."""
    values: dict[str, Any] = {name: state[name] for name in _PLAIN if name in state}
    for name in _INSTANTS:
        if name in state:
            values[name] = state[name] and datetime.fromisoformat(state[name])
    for name in _DAYS:
        if name in state:
            values[name] = state[name] and date.fromisoformat(state[name])
    for name, (column, table) in _REFERENCES.items():
        if name in state:
            values[column] = state[name] and keys_of(tx, table, [state[name]])[state[name]]
    return values


def _read(tx: Connection, uids: Collection[str]) -> dict[str, Stored]:
    rows: list[Any] = []
    for portion in chunked(uids):
        rows += tx.execute(select(FollowUp.__table__).where(FollowUp.uid.in_(portion))).mappings()
    users = uids_of(tx, User, [row["user_id"] for row in rows])
    records = uids_of(tx, Record, [row[name] for row in rows for name in ("record_id", "customer_id")])
    return {row["uid"]: Stored(row["id"], row["uid"], row["user_id"], _state(row, users, records)) for row in rows}


def _state(row: Mapping[str, Any], users: Mapping[int, str], records: Mapping[int, str]) -> State:
    state: State = {name: row[name] for name in _PLAIN}
    state |= {name: row[name] and row[name].isoformat() for name in (*_INSTANTS, *_DAYS)}
    state["user"] = users[row["user_id"]]
    return state | {name: records.get(row[f"{name}_id"]) for name in ("record", "customer")}


def _standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    return {
        uid: Standing(
            one.state["text"] or one.state["kind"].replace("_", " "),
            None if one.state["state"] == WITHDRAWN else one.state,
        )
        for uid, one in _read(tx, uids).items()
    }


def _restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    stored = _read(tx, [change.uid for change in changes])
    for change in changes:
        after = {"state": WITHDRAWN} if change.after is None else change.after
        write_follow_up(tx, stored[change.uid].follow_up_id, after)
    # What it waits for may have happened since.
    for portion in chunked([change.uid for change in changes]):
        mails = select(FollowUp.activity_id).where(FollowUp.uid.in_(portion), FollowUp.activity_id.is_not(None))
        wait_again(tx, Email.id.in_(mails))


def _label(_tx: Connection, _uid: str, name: str) -> str:
    return name.replace("_", " ")


UNDOABLE = {str(FollowUp.__tablename__): Undoable(_standing, _restore, _label)}
