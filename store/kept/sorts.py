"""Things with names that are kept for everybody (queues, sites, resources ...) as JSON: what the ledger keeps and what
undo puts back.

Others are named by uid, days and instants are ISO 8601. What a thing has of its own in other tables comes through its
`Lists`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Connection, insert, select, update

from store.chunks import chunked
from store.schema.base import Base

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a thing: the column that holds it, and the table that it refers to."""

    column: str
    refers_to: type[Base] | None = None
    is_date: bool = False
    is_instant: bool = False


def plain(*names: str) -> dict[str, Part]:
    """Values that stand in columns of their own names."""
    return {name: Part(name) for name in names}


@dataclass(frozen=True, slots=True)
class Lists:
    """What a thing holds in tables of its own: read by key, and written where a state names it."""

    read: Callable[[Connection, Collection[int]], dict[int, State]]
    write: Callable[[Connection, int, Mapping[str, Any]], None]


class FollowUp(Protocol):
    """Carry the consequences of a change through the store; None stands for a thing that is not there."""

    def __call__(
        self, tx: Connection, sort: Sort, key: int, before: State | None, after: State | None, /, *, now: datetime
    ) -> None: ...


def _free(_tx: Connection, _sort: Sort, _key: int) -> str:
    return ""


def _no_more(
    _tx: Connection, _sort: Sort, _key: int, _before: State | None, _after: State | None, *, now: datetime
) -> None:
    """Nothing follows."""


def _fits(_tx: Connection, _key: int | None, _state: Mapping[str, Any]) -> None:
    """Nothing more is asked of its values."""


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of things: `noun` names it to people, `labels` its values.

    `uses` says in words what would be left hanging without a thing, '' for nothing. `check` raises Invalid where what
    else the store holds does not let it have these values, also when undo brings them back. `unique` says that no two
    have one name.
    """

    table: type[Base]
    noun: str
    parts: Mapping[str, Part]
    labels: Mapping[str, str] = field(default_factory=dict)
    lists: Lists | None = None
    uses: Callable[[Connection, Sort, int], str] = _free
    follow_up: FollowUp = _no_more
    check: Callable[[Connection, int | None, Mapping[str, Any]], None] = _fits
    unique: bool = True
    team: str = "what a team works by is everybody's"

    @property
    def name(self) -> str:
        """The name of its table, by which the ledger knows it."""
        return str(self.table.__tablename__)

    @property
    def columns(self) -> Any:
        """The columns of its table."""
        return self.table.__table__.c


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
    lists = {} if sort.lists is None else sort.lists.read(tx, [row["id"] for row in rows])
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
    if sort.lists is not None:
        sort.lists.write(tx, key, state)
    return key


def write_state(tx: Connection, sort: Sort, key: int, changes: Mapping[str, Any]) -> None:
    """Set the values that `changes` names."""
    values = _columns(tx, sort, changes)
    if values:
        tx.execute(update(sort.table).where(sort.columns.id == key).values(values))
    if sort.lists is not None:
        sort.lists.write(tx, key, changes)


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
    return value.isoformat() if part.is_date or part.is_instant else value


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
        elif value is not None and part.is_instant:
            value = datetime.fromisoformat(value)
        values[part.column] = value
    return values
