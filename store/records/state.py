"""A record with all its parts as one JSON value: what is edited, kept as before and after, and compared for undo.

A state holds field names with plain values: dates and instants as ISO 8601, amounts as decimal strings, other records,
users and queues by uid, lists as lists. Empty values are left out, so that two states are the same record when equal.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.chunks import chunked
from store.keys import allocate
from store.records.fields import FIELDS, FieldType
from store.records.lists import encode, read_lists
from store.scheduling.booked import delete_booked, insert_booked
from store.schema.base import Base
from store.schema.knowledge import FormerAddress
from store.schema.people import User
from store.schema.records import TABLES, AccountDomain, Employment, OpportunityLine, Record, RecordAddress
from store.schema.scheduling import Service
from store.schema.service import Queue
from store.search_text import title_key

State = dict[str, Any]

#: Kept by the lifecycle rules, not typed in.
_INSTANTS = {
    "opportunity": ("closed_at",),
    "case": ("resolved_at",),
    "lead": ("qualified_at",),
    "booking": ("starts_at", "ends_at"),
}
_RECORDS = {"lead": ("became_account", "became_contact", "became_opportunity")}
_SERVICES = {"booking": ("service",)}
_IN_RECORD = ("title", "owner", "extra")
_LISTS = ("emails", "former_emails", "domains", "lines", "employments", "resources")


@dataclass(frozen=True, slots=True)
class Stored:
    """A record as it stands. `state` is complete whether or not the record is deleted."""

    record_id: int
    uid: str
    kind: str
    number: str
    version: int
    deleted: bool
    owner_id: int | None
    state: State


@dataclass(frozen=True, slots=True)
class New:
    """A record to be inserted."""

    uid: str
    number: str
    state: State
    created_at: datetime


def compact(state: Mapping[str, Any]) -> State:
    """Without empty values."""
    return {key: value for key, value in state.items() if value not in (None, "", [], {})}


def read_states(tx: Connection, uids: Collection[str]) -> dict[str, Stored]:
    """The records with these uids that exist, deleted ones included."""
    found: dict[str, Stored] = {}
    for portion in chunked(uids):
        found.update({stored.uid: stored for stored in _read(tx, portion)})
    return found


def read_state(tx: Connection, record_id: int) -> Stored | None:
    """One record by its key, deleted or not."""
    uid = tx.execute(select(Record.uid).where(Record.id == record_id)).scalar()
    return None if uid is None else read_states(tx, [uid])[uid]


def insert_states(tx: Connection, kind: str, records: Sequence[New], *, now: datetime) -> list[int]:
    """Insert records of one kind with all their parts; returns their keys in order. References must exist."""
    if not records:
        return []
    ids = allocate(tx, Record, len(records))
    uids = _Ids.load(tx, [record.state for record in records])
    tx.execute(
        insert(Record),
        [
            {
                "id": record_id,
                "uid": record.uid,
                "kind": kind,
                "number": record.number,
                "title": record.state.get("title", ""),
                "owner_id": uids.user(record.state.get("owner")),
                "extra": record.state.get("extra", {}),
                "created_at": record.created_at,
                "modified_at": now,
            }
            for record_id, record in zip(ids, records, strict=True)
        ],
    )
    columns = _columns(kind)
    rows = [
        {"id": record_id, **{name: uids.column(kind, name, record.state.get(name)) for name in columns}}
        for record_id, record in zip(ids, records, strict=True)
    ]
    tx.execute(insert(TABLES[kind]), [{_column_of(kind, key): value for key, value in row.items()} for row in rows])
    _insert_lists(tx, uids, {record_id: record.state for record_id, record in zip(ids, records, strict=True)})
    return ids


def write_state(tx: Connection, stored: Stored, changes: Mapping[str, Any], *, now: datetime) -> None:
    """Set the fields named in `changes` (empty values clear them), count the version up."""
    write_states(tx, [(stored, changes)], now=now)


def write_states(tx: Connection, written: Sequence[tuple[Stored, Mapping[str, Any]]], *, now: datetime) -> None:
    """Set the fields of each record that its changes name; what is the same for many of a kind is written at once."""
    uids = _Ids.load(tx, [dict(changes) for _, changes in written])
    alike: dict[tuple[str, str], tuple[Mapping[str, Any], list[int]]] = {}
    for stored, changes in written:
        said = json.dumps(changes, sort_keys=True)
        alike.setdefault((stored.kind, said), (changes, []))[1].append(stored.record_id)
    for (kind, _), (changes, record_ids) in alike.items():
        for portion in chunked(record_ids):
            _write(tx, uids, kind, portion, changes, now)


def _write(
    tx: Connection, uids: _Ids, kind: str, record_ids: Sequence[int], changes: Mapping[str, Any], now: datetime
) -> None:
    record: dict[str, Any] = {"version": Record.version + 1, "modified_at": now}
    if "title" in changes:
        record |= {"title": changes["title"] or "", "title_key": title_key(changes["title"] or "")}
    if "owner" in changes:
        record["owner_id"] = uids.user(changes["owner"])
    if "extra" in changes:
        record["extra"] = changes["extra"] or {}
    tx.execute(update(Record).where(Record.id.in_(record_ids)).values(record))
    table = TABLES[kind]
    own = {_column_of(kind, name): uids.column(kind, name, changes[name]) for name in _columns(kind) if name in changes}
    if own:
        tx.execute(update(table).where(table.__table__.c.id.in_(record_ids)).values(own))
    lists = {name: changes[name] or [] for name in _LISTS if name in changes}
    for record_id in record_ids if lists else ():
        _delete_lists(tx, record_id, lists)
        _insert_lists(tx, uids, {record_id: lists})


def set_deleted(tx: Connection, record_ids: Collection[int], at: datetime | None, *, now: datetime) -> None:
    """Delete (softly) or bring back."""
    for portion in chunked(record_ids):
        tx.execute(
            update(Record)
            .where(Record.id.in_(portion))
            .values(deleted_at=at, version=Record.version + 1, modified_at=now)
        )


@dataclass(frozen=True, slots=True)
class _Ids:
    """Keys of the records, users and queues that states name by uid."""

    records: Mapping[str, int]
    users: Mapping[str, int]
    queues: Mapping[str, int]
    services: Mapping[str, int]

    @classmethod
    def load(cls, tx: Connection, states: Sequence[State]) -> _Ids:
        users = {state["owner"] for state in states if state.get("owner")}
        references = {name for kind in FIELDS for name, type_ in _columns(kind).items() if type_ is FieldType.RECORD}
        records = {state[name] for state in states for name in references if state.get(name)}
        records |= {line["product"] for state in states for line in state.get("lines") or () if line.get("product")}
        records |= {job["account"] for state in states for job in state.get("employments") or ()}
        queues = {state["queue"] for state in states if state.get("queue")}
        services = {state["service"] for state in states if state.get("service")}
        return cls(
            _keys(tx, Record, records), _keys(tx, User, users), _keys(tx, Queue, queues), _keys(tx, Service, services)
        )

    def record(self, uid: str | None) -> int | None:
        return self.records[uid] if uid else None

    def user(self, uid: str | None) -> int | None:
        return self.users[uid] if uid else None

    def column(self, kind: str, name: str, value: Any) -> Any:
        """The value of a column of the kind's own table."""
        type_ = _columns(kind)[name]
        if type_ is FieldType.RECORD:
            return self.record(value)
        if type_ is FieldType.QUEUE:
            return self.queues[value] if value else None
        if type_ is Service:
            return self.services[value] if value else None
        if type_ is datetime:
            return datetime.fromisoformat(value) if value else None
        if type_ is FieldType.DATE:
            return date.fromisoformat(value) if value else None
        if type_ is FieldType.AMOUNT:
            return Decimal(value) if value not in (None, "") else None
        if type_ in (FieldType.INTEGER, FieldType.PERCENT):
            return value
        if type_ is FieldType.FLAG:
            return bool(value)
        return value or ""


_REFERRING = (FieldType.RECORD, FieldType.QUEUE, Service)


@cache
def _columns(kind: str) -> Mapping[str, Any]:
    """State keys held by the kind's own table, with what they hold."""
    fields = {f.name: f.type for f in FIELDS[kind] if f.name not in _IN_RECORD and not f.is_list}
    kept = dict.fromkeys(_INSTANTS.get(kind, ()), datetime) | dict.fromkeys(_RECORDS.get(kind, ()), FieldType.RECORD)
    return fields | kept | dict.fromkeys(_SERVICES.get(kind, ()), Service)


@cache
def _column_of(kind: str, name: str) -> str:
    return f"{name}_id" if _columns(kind).get(name) in _REFERRING else name


def _keys(tx: Connection, table: type[Record | User | Queue | Service], uids: Collection[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for portion in chunked(uids):
        found.update({row.uid: row.id for row in tx.execute(select(table.uid, table.id).where(table.uid.in_(portion)))})
    return found


def _uids(tx: Connection, table: type[Record | User | Queue | Service], ids: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for portion in chunked(ids):
        found.update({row.id: row.uid for row in tx.execute(select(table.id, table.uid).where(table.id.in_(portion)))})
    return found


def _read(tx: Connection, uids: Sequence[str]) -> list[Stored]:
    base = tx.execute(
        select(
            Record.id,
            Record.uid,
            Record.kind,
            Record.number,
            Record.title,
            Record.owner_id,
            Record.version,
            Record.deleted_at,
            Record.extra,
        ).where(Record.uid.in_(uids))
    ).all()
    own: dict[int, dict[str, Any]] = {}
    for kind in {row.kind for row in base}:
        table = TABLES[kind].__table__
        ids = [row.id for row in base if row.kind == kind]
        own.update({row["id"]: dict(row) for row in tx.execute(select(table).where(table.c.id.in_(ids))).mappings()})
    lists = read_lists(tx, [row.id for row in base])
    owners = _uids(tx, User, {row.owner_id for row in base if row.owner_id is not None})
    queues = _uids(tx, Queue, _held(base, own, FieldType.QUEUE))
    services = _uids(tx, Service, _held(base, own, Service))
    others = _uids(tx, Record, _referred(base, own, lists))
    result = []
    for row in base:
        state: State = {"title": row.title, "owner": owners.get(row.owner_id), "extra": row.extra}
        for name, type_ in _columns(row.kind).items():
            value = own[row.id][_column_of(row.kind, name)]
            match type_:
                case FieldType.RECORD:
                    state[name] = others.get(value)
                case FieldType.QUEUE:
                    state[name] = queues.get(value)
                case _ if type_ is Service:
                    state[name] = services.get(value)
                case FieldType.FLAG:
                    state[name] = value or None
                case _:
                    state[name] = encode(value)
        state |= _named(lists.get(row.id, {}), others)
        deleted = row.deleted_at is not None
        result.append(Stored(row.id, row.uid, row.kind, row.number, row.version, deleted, row.owner_id, compact(state)))
    return result


def _referred(base: Sequence[Any], own: Mapping[int, Mapping[str, Any]], lists: Mapping[int, State]) -> set[int]:
    ids = _held(base, own, FieldType.RECORD)
    for parts in lists.values():
        ids |= {line["product"] for line in parts.get("lines", ())}
        ids |= {job["account"] for job in parts.get("employments", ())}
    return ids


def _held(base: Sequence[Any], own: Mapping[int, Mapping[str, Any]], type_: Any) -> set[int]:
    """The keys that columns of this type hold."""
    ids = {
        own[row.id][_column_of(row.kind, name)]
        for row in base
        for name, held in _columns(row.kind).items()
        if held is type_
    }
    return ids - {None}


def _named(parts: State, others: Mapping[int, str]) -> State:
    """Lists with the uids of other records in place of their keys."""
    named = dict(parts)
    for name, key in (("lines", "product"), ("employments", "account")):
        if name in parts:
            named[name] = [{**entry, key: others.get(entry[key])} for entry in parts[name]]
    return named


def _delete_lists(tx: Connection, record_id: int, names: Collection[str]) -> None:
    keys: dict[str, tuple[type[Base], Any]] = {
        "emails": (RecordAddress, RecordAddress.record_id),
        "former_emails": (FormerAddress, FormerAddress.record_id),
        "domains": (AccountDomain, AccountDomain.account_id),
        "lines": (OpportunityLine, OpportunityLine.opportunity_id),
        "employments": (Employment, Employment.contact_id),
    }
    for name in names:
        if name == "resources":
            delete_booked(tx, record_id)
            continue
        table, key = keys[name]
        tx.execute(delete(table).where(key == record_id))


def _insert_lists(tx: Connection, uids: _Ids, states: Mapping[int, Mapping[str, Any]]) -> None:
    rows: dict[type[Base], list[dict[str, Any]]] = {
        RecordAddress: [
            {"record_id": record_id, "email": email, "position": position}
            for record_id, state in states.items()
            for position, email in enumerate(state.get("emails") or ())
        ],
        FormerAddress: [
            {"record_id": record_id, "email": one["email"], "until": datetime.fromisoformat(one["until"])}
            for record_id, state in states.items()
            for one in state.get("former_emails") or ()
        ],
        AccountDomain: [
            {"account_id": record_id, "domain": domain}
            for record_id, state in states.items()
            for domain in state.get("domains") or ()
        ],
        OpportunityLine: [
            _line_row(uids, record_id, position, line)
            for record_id, state in states.items()
            for position, line in enumerate(state.get("lines") or ())
        ],
        Employment: [
            _job_row(uids, record_id, job)
            for record_id, state in states.items()
            for job in state.get("employments") or ()
        ],
    }
    for table, values in rows.items():
        if values:
            tx.execute(insert(table), values)
    insert_booked(tx, {key: state["resources"] for key, state in states.items() if state.get("resources")})


def _job_row(uids: _Ids, record_id: int, job: State) -> dict[str, Any]:
    return {
        "contact_id": record_id,
        "account_id": uids.record(job["account"]),
        "since": date.fromisoformat(job["since"]) if job.get("since") else None,
        "until": date.fromisoformat(job["until"]) if job.get("until") else None,
    }


def _line_row(uids: _Ids, record_id: int, position: int, line: State) -> dict[str, Any]:
    return {
        "uid": line["uid"],
        "opportunity_id": record_id,
        "product_id": uids.record(line.get("product")),
        "position": position,
        "description": line.get("description") or "",
        "quantity": Decimal(line["quantity"]),
        "unit_price": Decimal(line["unit_price"]),
    }
