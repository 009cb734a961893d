"""Where the numbers and uids of merged records lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import aliased

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.schema.records import MergedRecord, Record


def merged_into(name: str) -> Select[int]:
    """The key of the record into which the one with this number or uid was merged."""
    old = aliased(Record)
    named = old.number.in_((name, name.upper())) | (old.uid == name.lower())
    return select(MergedRecord.into_id).join(old, old.id == MergedRecord.record_id).where(named)


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merged record was called, and the uid of the one it leads to."""

    number: str
    title: str
    into_uid: str


def all_merged(tx: Connection, kind: str, *, by: Actor) -> list[Merged]:
    """The merged records of a kind that lead to one that `by` sees, oldest first."""
    old = aliased(Record)
    rows = tx.execute(
        select(old.number, old.title, Record.uid)
        .select_from(MergedRecord)
        .join(old, old.id == MergedRecord.record_id)
        .join(Record, Record.id == MergedRecord.into_id)
        .where(old.kind == kind, Record.deleted_at.is_(None), sees_record(by))
        .order_by(old.id)
    )
    return [Merged(*row) for row in rows]


def accounts_once_named(tx: Connection, title_keys: Collection[str]) -> dict[str, int]:
    """The accounts (by key) that merged ones with these folded names lead to."""
    old = aliased(Record)
    found: dict[str, int] = {}
    for portion in chunked(title_keys):
        rows = tx.execute(
            select(old.title_key, Record.id)
            .select_from(MergedRecord)
            .join(old, old.id == MergedRecord.record_id)
            .join(Record, Record.id == MergedRecord.into_id)
            .where(old.kind == "account", old.title_key.in_(portion), Record.deleted_at.is_(None))
            .order_by(old.id.desc())
        )
        found.update((row.title_key, row.id) for row in rows)
    return found


def keys_by_number(tx: Connection, numbers: Collection[str]) -> dict[str, int]:
    """The keys of the records with these numbers; a number of a merged record is one of the record it leads to."""
    found: dict[str, int] = {}
    for portion in chunked(numbers):
        rows = tx.execute(
            select(Record.number, Record.id, MergedRecord.into_id)
            .outerjoin(MergedRecord, MergedRecord.record_id == Record.id)
            .where(Record.number.in_(portion))
        )
        found.update({row.number: row.into_id or row.id for row in rows})
    return found
