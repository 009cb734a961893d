"""Lists of records with their saved views, and the way to a single record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from store.access import sees_record
from store.actor import Actor
from store.queries.cells import cells
from store.queries.paging import AnyRow, AnySelect, Count, Page, Window, counted, cut, windowed
from store.queries.record_detail import (
    EmploymentRow,
    PersonRow,
    ProductLine,
    RecordDetail,
    people_of,
    record_detail,
)
from store.queries.record_names import find_record, named_from
from store.queries.views import ORDERS, SORTS, VIEWS, View, still_open, view_condition
from store.schema.people import User
from store.schema.records import TABLES, Case, Opportunity, Record
from store.schema.scheduling import Booking
from store.search import newest_records
from store.search_text import is_one_letter, parse_query

__all__ = [
    "SORTS",
    "VIEWS",
    "EmploymentRow",
    "PersonRow",
    "ProductLine",
    "RecordDetail",
    "RecordRow",
    "View",
    "count_records",
    "find_record",
    "list_records",
    "open_cases_of",
    "open_opportunities_of",
    "people_of",
    "record_detail",
]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in a list; `cells` are the columns of its kind (`store.queries.cells.COLUMNS`).

    `owner` is a name, '' for none. `position` is where the row stands in the order of its list.
    """

    record_id: int
    uid: str
    kind: str
    number: str
    title: str
    owner: str
    modified_at: datetime
    last_activity_at: datetime | None
    cells: dict[str, Any]
    position: tuple[Any, ...] = field(default=(), repr=False)


_COLUMNS = (
    Record.id,
    Record.uid,
    Record.kind,
    Record.number,
    Record.title,
    User.name.label("owner"),
    Record.modified_at,
    Record.last_activity_at,
)


def list_records(
    tx: Connection,
    kind: str,
    *,
    by: Actor,
    view: str = "all",
    text: str = "",
    today: date,
    sort: str = "title",
    after: RecordRow | None = None,
    before: RecordRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[RecordRow]:
    """A page of the records of a kind in one of its `VIEWS` and `SORTS`, narrowed to those that `text` finds.

    `today` is the reader's date. Sorts by time and amount start with the newest and the largest.
    """
    window = Window(after.position if after else None, before.position if before else None, from_end, limit)
    statement = _chosen(tx, listed(kind, sort), kind, by=by, view=view, text=text, today=today)
    page = cut(tx.execute(windowed(statement, ORDERS[sort], window)).all(), window)
    return Page(record_rows(tx, kind, page.rows, by), page.more)


def count_records(tx: Connection, kind: str, *, by: Actor, view: str = "all", text: str = "", today: date) -> Count:
    """How many records the list holds."""
    statement = select(Record.id).join(TABLES[kind], _own_key(kind) == Record.id)
    return counted(tx, _chosen(tx, statement, kind, by=by, view=view, text=text, today=today))


def open_cases_of(tx: Connection, record_id: int, *, by: Actor, limit: int = 50) -> tuple[RecordRow, ...]:
    """The open cases of an account or a contact, the most recently active first."""
    return _open_below(tx, "case", or_(Case.account_id == record_id, Case.contact_id == record_id), by, limit)


def open_opportunities_of(tx: Connection, record_id: int, *, by: Actor, limit: int = 50) -> tuple[RecordRow, ...]:
    """The open opportunities of an account or a contact, the most recently active first."""
    below = or_(Opportunity.account_id == record_id, Opportunity.contact_id == record_id)
    return _open_below(tx, "opportunity", below, by, limit)


def next_bookings_of(
    tx: Connection, record_id: int, *, now: datetime, by: Actor, limit: int = 5
) -> tuple[RecordRow, ...]:
    """What is booked for an account or a contact and still to come, the next one first."""
    coming = (or_(Booking.account_id == record_id, Booking.contact_id == record_id), Booking.starts_at >= now)
    statement = listed("booking", "starts").where(*coming, still_open("booking"), sees_record(by))
    first = statement.where(Record.deleted_at.is_(None)).order_by(Booking.starts_at, Record.id).limit(limit)
    return record_rows(tx, "booking", tuple(tx.execute(first).all()), by)


def _open_below(tx: Connection, kind: str, below: ColumnElement[bool], by: Actor, limit: int) -> tuple[RecordRow, ...]:
    statement = listed(kind, "activity").where(below, still_open(kind), Record.deleted_at.is_(None), sees_record(by))
    rows = tx.execute(windowed(statement, ORDERS["activity"], Window(limit=limit))).all()
    return record_rows(tx, kind, tuple(rows[:limit]), by)


def listed(kind: str, sort: str) -> AnySelect:
    """What `record_rows` needs of the records of a kind; `sort` is one of `SORTS`."""
    keys: list[Any] = [key.label(f"key_{position}") for position, key in enumerate(ORDERS[sort].keys)]
    return (
        select(*_COLUMNS, *keys)
        .join(TABLES[kind], _own_key(kind) == Record.id)
        .outerjoin(User, User.id == Record.owner_id)
    )


def _chosen(
    tx: Connection, statement: AnySelect, kind: str, *, by: Actor, view: str, text: str, today: date
) -> AnySelect:
    statement = statement.where(
        Record.kind == kind,
        Record.deleted_at.is_(None),
        sees_record(by),
        view_condition(kind, view, by=by, today=today),
    )
    phrases = parse_query(text)
    if not phrases:
        return statement
    return statement.where(named_from(text) if is_one_letter(phrases) else Record.id.in_(newest_records(tx, phrases)))


def _own_key(kind: str) -> Any:
    return TABLES[kind].__table__.c.id


def record_rows(tx: Connection, kind: str, rows: tuple[AnyRow, ...], by: Actor) -> tuple[RecordRow, ...]:
    """Rows of `listed` with their cells."""
    held = cells(tx, kind, [row.id for row in rows], by=by)
    return tuple(
        RecordRow(
            record_id=row.id,
            uid=row.uid,
            kind=row.kind,
            number=row.number,
            title=row.title,
            owner=row.owner or "",
            modified_at=row.modified_at,
            last_activity_at=row.last_activity_at,
            cells=held.get(row.id, {}),
            position=tuple(row[len(_COLUMNS) :]),
        )
        for row in rows
    )
