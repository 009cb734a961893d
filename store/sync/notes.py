"""What sync did with an item, noted in words where it happened: the history a person reads beside the item."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from store.schema.merging import SyncNote


def note(tx: Connection, mailbox_id: int, item_id: int | None, what: str, detail: str = "", *, now: datetime) -> None:
    """Write down one event; `what` is one of the words of `SyncNote.what`, `detail` what a person reads behind it."""
    tx.execute(insert(SyncNote).values(mailbox_id=mailbox_id, item_id=item_id, at=now, what=what, detail=detail))
