"""Choices in conflicts as undo sees them. A choice taken back is a question again, with the sides it had."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.history.ledger import Change
from store.history.undoable import Standing
from store.schema.merging import SyncConflict
from store.sync.bases import Base, read_base, save_bases


def standing(tx: Connection, uids: Collection[str]) -> dict[str, Standing]:
    """The conflicts as they stand now."""
    found: dict[str, Standing] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(SyncConflict.uid, SyncConflict.field, SyncConflict.choice).where(SyncConflict.uid.in_(portion))
        )
        found.update({row.uid: Standing(f"the conflict in {row.field}", {"choice": row.choice}) for row in rows})
    return found


def restore(tx: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Open conflicts again, and let the merge start from where both sides once agreed; or choose again."""
    for change in changes:
        choice = (change.after or {}).get("choice", "")
        row = tx.execute(
            select(SyncConflict.id, SyncConflict.item_id, SyncConflict.field, SyncConflict.sides).where(
                SyncConflict.uid == change.uid
            )
        ).one()
        base = read_base(tx, row.item_id)
        side = row.sides["theirs" if choice else "base"]
        fields = {**base.fields, **(side if row.field == "series" else {row.field: side})}
        if not choice and row.sides["base"] is None and row.field != "series":
            del fields[row.field]  # the sides had never agreed
        save_bases(tx, {row.item_id: Base(fields, base.slots)}, now=now)
        resolved = {"choice": choice, "resolved_at": now if choice else None}
        tx.execute(update(SyncConflict).where(SyncConflict.id == row.id).values(**resolved))


def label(_tx: Connection, _uid: str, name: str) -> str:
    """What people call a part of a conflict."""
    return name
