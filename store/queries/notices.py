"""Sentences that people have to be told: their own and everybody's, as far as they may see what they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.queries.paging import AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import RecordRef, refs
from store.schema.records import Record
from store.schema.triage import Notice

_NEWEST = Order((Notice.at, Notice.id), descending=True)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What was told; `record` is what it is about, None for something else. `seen_at` None: nobody saw it yet."""

    notice_id: int
    uid: str
    text: str
    record: RecordRef | None
    at: datetime
    seen_at: datetime | None
    position: tuple[Any, ...] = field(default=(), repr=False)


def notices(
    tx: Connection,
    *,
    unseen: bool = False,
    by: Actor,
    after: NoticeRow | None = None,
    before: NoticeRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[NoticeRow]:
    """A page of what `by` was told, the newest first; `unseen`: only what was not seen yet."""
    window = Window(after.position if after else None, before.position if before else None, from_end, limit)
    columns = (Notice.id, Notice.uid, Notice.text, Notice.record_id, Notice.at, Notice.seen_at)
    page = cut(tx.execute(windowed(_told(select(*columns), unseen, by), _NEWEST, window)).all(), window)
    known = refs(tx, {row.record_id for row in page.rows if row.record_id is not None}, by=by)
    rows = (
        NoticeRow(row.id, row.uid, row.text, known.get(row.record_id), row.at, row.seen_at, (row.at, row.id))
        for row in page.rows
    )
    return Page(tuple(rows), page.more)


def count_notices(tx: Connection, *, unseen: bool = True, by: Actor) -> Count:
    """How many there are."""
    return counted(tx, _told(select(Notice.id), unseen, by))


def told_of(tx: Connection, topics: Collection[str]) -> frozenset[str]:
    """Those of these topics that were told before."""
    found: set[str] = set()
    for portion in chunked(topics):
        found.update(tx.execute(select(Notice.topic).where(Notice.topic.in_(portion))).scalars())
    return frozenset(found)


def is_told(by: Actor) -> ColumnElement[bool]:
    """Condition on `notice` rows joined, outer, with the `record` they are about."""
    own = true() if by.is_system else or_(Notice.user_id == by.user_id, Notice.user_id.is_(None))
    return and_(own, or_(Notice.record_id.is_(None), and_(Record.deleted_at.is_(None), sees_record(by))))


def _told(statement: AnySelect, unseen: bool, by: Actor) -> AnySelect:
    told = statement.select_from(Notice).outerjoin(Record, Record.id == Notice.record_id).where(is_told(by))
    return told.where(Notice.seen_at.is_(None)) if unseen else told
