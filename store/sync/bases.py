"""What a mailbox's item and the store agreed on last: the bases of three-way merges (see mail_sync.merge)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.schema.merging import SyncBase
from store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Base:
    """`fields` is empty before the first agreement; `slots` says which of the server's places holds which value."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[str, Any] = field(default_factory=dict)


def read_bases(tx: Connection, item_ids: Collection[int]) -> dict[int, Base]:
    """The bases of those items that have one."""
    found: dict[int, Base] = {}
    for portion in chunked(item_ids):
        rows = tx.execute(
            select(SyncBase.item_id, SyncBase.fields, SyncBase.slots).where(SyncBase.item_id.in_(portion))
        )
        found.update({row.item_id: Base(row.fields, row.slots) for row in rows})
    return found


def read_base(tx: Connection, item_id: int) -> Base:
    """The base of one item, an empty one where it has none."""
    return read_bases(tx, [item_id]).get(item_id, Base())


def save_bases(tx: Connection, bases: Mapping[int, Base], *, now: datetime) -> None:
    """Remember what was agreed on, in place of what was before."""
    rows = [
        {"item_id": key, "fields": dict(base.fields), "slots": dict(base.slots), "synced_at": now}
        for key, base in bases.items()
    ]
    if rows:
        statement = upsert(tx, SyncBase)
        updated = {name: statement.excluded[name] for name in ("fields", "slots", "synced_at")}
        tx.execute(statement.on_conflict_do_update(index_elements=["item_id"], set_=updated), rows)
