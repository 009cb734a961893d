"""How rows of other lists name a record."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.schema.links import Link
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class RecordRef:
    """Enough of a record to show and to open it."""

    record_id: int
    uid: str
    kind: str
    number: str
    title: str


REF_COLUMNS = (Record.id, Record.uid, Record.kind, Record.number, Record.title)


def refs(tx: Connection, record_ids: Collection[int], *, by: Actor) -> dict[int, RecordRef]:
    """The records that `by` may see, by id; deleted ones are left out."""
    if not record_ids:
        return {}
    found = tx.execute(
        select(*REF_COLUMNS).where(Record.id.in_(sorted(record_ids)), Record.deleted_at.is_(None), sees_record(by))
    )
    return {row.id: RecordRef(*row) for row in found}


def regarding(tx: Connection, activity_ids: Collection[int], *, by: Actor) -> dict[int, tuple[RecordRef, str]]:
    """What each activity is regarding and in which state: the linked primary, else the best suggestion."""
    if not activity_ids:
        return {}
    found = tx.execute(
        select(Link.activity_id, Link.state, *REF_COLUMNS)
        .join(Record, Record.id == Link.record_id)
        .where(
            Link.activity_id.in_(sorted(activity_ids)),
            Link.state.in_(("linked", "suggested")),
            Record.deleted_at.is_(None),
            sees_record(by),
        )
        # 'linked' sorts before 'suggested'; the id makes the choice between equals stable.
        .order_by(Link.state, Link.is_primary.desc(), Link.score.desc(), Link.id)
    )
    best: dict[int, tuple[RecordRef, str]] = {}
    for row in found:
        ref = RecordRef(row.id, row.uid, row.kind, row.number, row.title)
        best.setdefault(row.activity_id, (ref, row.state))
    return best
