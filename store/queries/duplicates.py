"""Pairs of records that seem to be the same: the list of them, and one pair field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, literal_column, or_, select
from sqlalchemy.orm import aliased

from store.actor import Actor
from store.errors import NotFound
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.record_detail import RecordDetail, record_detail
from store.queries.refs import RecordRef
from store.records.fields import fields_of
from store.schema.proposals import Duplicate
from store.schema.records import Record

_LIKELIEST_FIRST = Order((Duplicate.score, Duplicate.id), descending=True)
# Literally as in the partial index, which is not used for a parameter.
_OPEN = Duplicate.state == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class DuplicateRow:
    """Two records of one kind that seem to be the same; `left` is the older one, which is kept unless a person says
    otherwise. `score` is a probability, `evidence` objects with `rule`, `quote` and `source`, for it and against it."""

    duplicate_id: int
    uid: str
    score: float
    left: RecordRef
    right: RecordRef
    evidence: tuple[Mapping[str, Any], ...]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class FieldPair:
    """A field as both records have it, as text ('' for empty). `united`: a merge keeps both, as it does addresses;
    elsewhere it keeps one, the winner's unless that is empty or a person chooses."""

    name: str
    label: str
    left: str
    right: str
    united: bool

    @property
    def differs(self) -> bool:
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class DuplicateDetail:
    """A pair with every field in which at least one of the two has something, in the order of forms."""

    row: DuplicateRow
    left: RecordDetail
    right: RecordDetail
    fields: tuple[FieldPair, ...]


def open_duplicates(
    tx: Connection,
    *,
    by: Actor,
    kind: str | None = None,
    record_id: int | None = None,
    after: DuplicateRow | None = None,
    before: DuplicateRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[DuplicateRow]:
    """The undecided pairs of what `by` may see, of one kind or with one record, the likeliest first."""
    window = Window(_position(after), _position(before), from_end, limit)
    statement = _pairs(by).where(_OPEN)
    if kind is not None:
        statement = statement.where(_LEFT.kind == kind)
    if record_id is not None:
        statement = statement.where(or_(Duplicate.left_id == record_id, Duplicate.right_id == record_id))
    page = cut(tx.execute(windowed(statement, _LIKELIEST_FIRST, window)).all(), window)
    return Page(tuple(map(_row, page.rows)), page.more)


def count_duplicates(tx: Connection, *, by: Actor) -> Count:
    """How many pairs wait for a decision of `by`."""
    return counted(tx, _pairs(by).where(_OPEN))


def find_duplicate(tx: Connection, uid: str, *, by: Actor) -> DuplicateRow:
    """The undecided pair with this uid. Raises NotFound."""
    row = tx.execute(_pairs(by).where(_OPEN, Duplicate.uid == uid)).one_or_none()
    if row is None:
        raise NotFound("no such pair of duplicates")
    return _row(row)


def duplicate_detail(tx: Connection, uid: str, *, by: Actor) -> DuplicateDetail:
    """One undecided pair, field by field. Raises NotFound."""
    row = find_duplicate(tx, uid, by=by)
    left = record_detail(tx, row.left.record_id, by=by)
    right = record_detail(tx, row.right.record_id, by=by)
    return DuplicateDetail(row, left, right, compared_fields(left, right))


def compared_fields(left: RecordDetail, right: RecordDetail) -> tuple[FieldPair, ...]:
    """Two records of one kind field by field, without the fields that are empty in both."""
    pairs = (
        FieldPair(name, field.label, _text(left.fields[name]), _text(right.fields[name]), field.is_list)
        for name, field in fields_of(left.kind).items()
    )
    return tuple(pair for pair in pairs if pair.left or pair.right)


def _text(value: Any) -> str:
    match value:
        case None | False:
            return ""
        case True:
            return "yes"
        case RecordRef():
            return f"{value.number} {value.title}"
        case tuple():
            return ", ".join(value)
        case Decimal():
            return f"{value.normalize() + 0:f}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


_LEFT, _RIGHT = aliased(Record, name="older"), aliased(Record, name="newer")


def _pairs(by: Actor) -> AnySelect:
    """Both records live and are seen by `by`."""
    columns = [
        column.label(f"{side}_{name}")
        for side, record in (("left", _LEFT), ("right", _RIGHT))
        for name, column in (
            ("id", record.id),
            ("uid", record.uid),
            ("kind", record.kind),
            ("number", record.number),
            ("title", record.title),
        )
    ]
    return (
        select(Duplicate.id, Duplicate.uid, Duplicate.score, Duplicate.evidence, Duplicate.found_at, *columns)
        .join(_LEFT, _LEFT.id == Duplicate.left_id)
        .join(_RIGHT, _RIGHT.id == Duplicate.right_id)
        .where(_living(_LEFT, by), _living(_RIGHT, by))
    )


def _living(record: type[Record], by: Actor) -> ColumnElement[bool]:
    seen = [] if by.sees_everything or by.sees_every_record else [record.owner_id == by.user_id]
    return and_(record.deleted_at.is_(None), *seen)


def _position(row: DuplicateRow | None) -> tuple[Any, ...] | None:
    return None if row is None else (row.score, row.duplicate_id)


def _row(row: AnyRow) -> DuplicateRow:
    return DuplicateRow(
        duplicate_id=row.id,
        uid=row.uid,
        score=row.score,
        left=RecordRef(row.left_id, row.left_uid, row.left_kind, row.left_number, row.left_title),
        right=RecordRef(row.right_id, row.right_uid, row.right_kind, row.right_number, row.right_title),
        evidence=tuple(row.evidence),
        found_at=row.found_at,
    )
