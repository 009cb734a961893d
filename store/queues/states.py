"""Queues, business hours, promises and contracts as JSON values: what the ledger keeps and undo puts back.

Others are named by uid, days are ISO 8601; a queue's members are listed in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.chunks import chunked
from store.schema.base import Base
from store.schema.people import User
from store.schema.records import Record
from store.schema.service import (
    BusinessCalendar,
    Entitlement,
    EntitlementContact,
    Queue,
    QueueMember,
    ServiceLevel,
)
from store.upsert import upsert

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a thing: the column that holds it, and the table that it refers to."""

    column: str
    refers_to: type[Base] | None = None
    is_date: bool = False


def _plain(*names: str) -> dict[str, Part]:
    return {name: Part(name) for name in names}


@dataclass(frozen=True, slots=True)
class Sort:
    """One of the four sorts of things: `noun` names it to people, `labels` its values."""

    table: type[Base]
    noun: str
    parts: Mapping[str, Part]
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its table, by which the ledger knows it."""
        return str(self.table.__tablename__)

    @property
    def columns(self) -> Any:
        """The columns of its table."""
        return self.table.__table__.c


CALENDAR = Sort(BusinessCalendar, "business hours", _plain("name", "zone", "hours", "holidays"))
SLA = Sort(
    ServiceLevel,
    "SLA",
    {**_plain("name", "promised", "warn_share"), "calendar": Part("calendar_id", BusinessCalendar)},
    {"calendar": "Business hours", "promised": "Promised times", "warn_share": "Warning"},
)
QUEUE = Sort(
    Queue,
    "queue",
    {
        **_plain("name", "kind", "address", "assignment", "reopen_days"),
        "sla": Part("sla_id", ServiceLevel),
        "escalate_user": Part("escalate_user_id", User),
        "escalate_queue": Part("escalate_queue_id", Queue),
    },
    {"sla": "SLA", "escalate_user": "Escalates to", "escalate_queue": "Escalates to", "reopen_days": "Reopen days"},
)
ENTITLEMENT = Sort(
    Entitlement,
    "contract",
    {
        **_plain("name", "cases_total"),
        "account": Part("account_id", Record),
        "sla": Part("sla_id", ServiceLevel),
        "starts_on": Part("starts_on", is_date=True),
        "ends_on": Part("ends_on", is_date=True),
    },
    {"sla": "SLA", "starts_on": "From", "ends_on": "Until", "cases_total": "Cases", "contacts": "Who may call"},
)
SORTS = (CALENDAR, SLA, QUEUE, ENTITLEMENT)


@dataclass(frozen=True, slots=True)
class Stored:
    """A thing as it stands; `state` is complete also where it is deleted."""

    id: int
    uid: str
    deleted: bool
    state: State


def read_states(tx: Connection, sort: Sort, uids: Collection[str]) -> dict[str, Stored]:
    """The things with these uids, deleted ones included."""
    rows: list[Any] = []
    columns = sort.columns
    for portion in chunked(uids):
        rows += tx.execute(select(sort.table.__table__).where(columns.uid.in_(portion))).mappings()
    names = _uids(tx, sort, rows)
    lists = _read_lists(tx, sort, [row["id"] for row in rows])
    return {
        row["uid"]: Stored(
            row["id"],
            row["uid"],
            row["deleted_at"] is not None,
            {name: _encoded(row[part.column], part, names) for name, part in sort.parts.items()}
            | lists.get(row["id"], {}),
        )
        for row in rows
    }


def read_state(tx: Connection, sort: Sort, key: int) -> Stored | None:
    """One thing by its key."""
    uid = tx.execute(select(sort.columns.uid).where(sort.columns.id == key)).scalar()
    return None if uid is None else read_states(tx, sort, [uid])[uid]


def insert_state(tx: Connection, sort: Sort, uid: str, state: State) -> int:
    """Add a thing; returns its key."""
    values = _columns(tx, sort, state)
    key: int = tx.execute(insert(sort.table).values(uid=uid, **values).returning(sort.columns.id)).scalar_one()
    _write_lists(tx, sort, key, state)
    return key


def write_state(tx: Connection, sort: Sort, key: int, changes: Mapping[str, Any]) -> None:
    """Set the values that `changes` names."""
    values = _columns(tx, sort, changes)
    if values:
        tx.execute(update(sort.table).where(sort.columns.id == key).values(values))
    _write_lists(tx, sort, key, changes)


def set_deleted(tx: Connection, sort: Sort, key: int, at: datetime | None) -> None:
    """Delete it, or bring it back."""
    tx.execute(update(sort.table).where(sort.columns.id == key).values(deleted_at=at))


def uids_of(tx: Connection, table: type[Base], keys: Iterable[int | None]) -> dict[int, str]:
    """The uids of rows by their keys."""
    return _mapped(tx, table, "id", "uid", {key for key in keys if key is not None})


def keys_of(tx: Connection, table: type[Base], uids: Iterable[str | None]) -> dict[str, int]:
    """The keys of rows by their uids."""
    return _mapped(tx, table, "uid", "id", {uid for uid in uids if uid is not None})


def _mapped(tx: Connection, table: type[Base], known: str, wanted: str, values: Collection[Any]) -> dict[Any, Any]:
    columns = table.__table__.c
    found: dict[Any, Any] = {}
    for portion in chunked(values):
        rows = tx.execute(select(columns[known], columns[wanted]).where(columns[known].in_(portion)))
        found.update({row[0]: row[1] for row in rows})
    return found


def _uids(tx: Connection, sort: Sort, rows: Collection[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """The uids of what rows refer to, by column and key."""
    found: dict[tuple[str, int], str] = {}
    for part in sort.parts.values():
        if part.refers_to is not None:
            uids = uids_of(tx, part.refers_to, (row[part.column] for row in rows))
            found |= {(part.column, key): uid for key, uid in uids.items()}
    return found


def _encoded(value: Any, part: Part, uids: Mapping[tuple[str, int], str]) -> Any:
    if value is None:
        return None
    if part.refers_to is not None:
        return uids[part.column, value]
    return value.isoformat() if part.is_date else value


def _columns(tx: Connection, sort: Sort, state: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, part in sort.parts.items():
        if name not in state:
            continue
        value = state[name]
        if value is not None and part.refers_to is not None:
            value = keys_of(tx, part.refers_to, [value])[value]
        elif value is not None and part.is_date:
            value = date.fromisoformat(value)
        values[part.column] = value
    return values


def _read_lists(tx: Connection, sort: Sort, keys: Collection[int]) -> dict[int, State]:
    reader = _LIST_READERS.get(sort.name)
    return {} if reader is None else reader(tx, keys)


def _members(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"members": [], "away": []} for key in keys}
    for portion in chunked(keys):
        rows = tx.execute(
            select(QueueMember.queue_id, QueueMember.away, User.uid)
            .join(User, User.id == QueueMember.user_id)
            .where(QueueMember.queue_id.in_(portion))
            .order_by(QueueMember.queue_id, QueueMember.position, QueueMember.user_id)
        )
        for row in rows:
            found[row.queue_id]["members"].append(row.uid)
            if row.away:
                found[row.queue_id]["away"].append(row.uid)
    return found


def _callers(tx: Connection, keys: Collection[int]) -> dict[int, State]:
    found: dict[int, State] = {key: {"contacts": []} for key in keys}
    for portion in chunked(keys):
        rows = tx.execute(
            select(EntitlementContact.entitlement_id, Record.uid)
            .join(Record, Record.id == EntitlementContact.contact_id)
            .where(EntitlementContact.entitlement_id.in_(portion))
            .order_by(EntitlementContact.entitlement_id, EntitlementContact.contact_id)
        )
        for entitlement_id, uid in rows:
            found[entitlement_id]["contacts"].append(uid)
    return found


_LIST_READERS: dict[str, Callable[[Connection, Collection[int]], dict[int, State]]] = {
    QUEUE.name: _members,
    ENTITLEMENT.name: _callers,
}


def _write_lists(tx: Connection, sort: Sort, key: int, state: Mapping[str, Any]) -> None:
    if sort is QUEUE and ("members" in state or "away" in state):
        _write_members(tx, key, state)
    if sort is ENTITLEMENT and "contacts" in state:
        tx.execute(delete(EntitlementContact).where(EntitlementContact.entitlement_id == key))
        contacts = keys_of(tx, Record, state["contacts"])
        rows = [{"entitlement_id": key, "contact_id": contacts[uid]} for uid in state["contacts"]]
        if rows:
            tx.execute(insert(EntitlementContact), rows)


def _write_members(tx: Connection, key: int, state: Mapping[str, Any]) -> None:
    """Who stays a member keeps their turn."""
    stands = _members(tx, [key])[key]
    members = state.get("members", stands["members"]) or []
    away = set(state.get("away", stands["away"]) or [])
    users = keys_of(tx, User, members)
    kept = [users[uid] for uid in members]
    tx.execute(delete(QueueMember).where(QueueMember.queue_id == key, QueueMember.user_id.not_in(kept)))
    for position, uid in enumerate(members):
        values = {"position": position, "away": uid in away}
        row = upsert(tx, QueueMember).values(queue_id=key, user_id=users[uid], **values)
        unique = [QueueMember.queue_id, QueueMember.user_id]
        tx.execute(row.on_conflict_do_update(index_elements=unique, set_=values))
