"""What could not be read waits here with its raw bytes and its reason; nothing is thrown away."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from store import blobs
from store.chunks import chunked
from store.schema.ledger import Quarantine
from store.types import new_uid, storable_name
from store.upsert import upsert


@dataclass(frozen=True, slots=True)
class Unread:
    """An item or a file that could not be read. `source` names it for good: a file's label, or mailbox/folder/item."""

    source: str
    holds: str
    reason: str
    raw: bytes = b""
    mailbox_id: int | None = None
    folder_id: int | None = None
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry to try again."""

    quarantine_id: int
    uid: str
    source: str
    holds: str
    mailbox_id: int | None
    folder_id: int | None
    remote_id: str
    raw: bytes


def put_aside(tx: Connection, unread: Unread, *, now: datetime) -> None:
    """Keep what could not be read; a further failure of the same item counts as another attempt."""
    raw_blob_id = blobs.put(tx, [blobs.content(unread.raw)]).popitem()[1] if unread.raw else None
    values = {
        "uid": new_uid(),
        "source": storable_name(unread.source),
        "holds": unread.holds,
        "mailbox_id": unread.mailbox_id,
        "folder_id": unread.folder_id,
        "remote_id": unread.remote_id,
        "reason": unread.reason,
        "raw_blob_id": raw_blob_id,
        "attempts": 1,
        "first_at": now,
        "last_at": now,
    }
    again = {
        "reason": unread.reason,
        "attempts": Quarantine.attempts + 1,
        "last_at": now,
        "resolved_at": None,
    }
    if raw_blob_id is not None:
        again["raw_blob_id"] = raw_blob_id
    tx.execute(upsert(tx, Quarantine).on_conflict_do_update(index_elements=["source"], set_=again), values)


def resolve(tx: Connection, sources: Collection[str], *, now: datetime) -> None:
    """These were read after all."""
    for portion in chunked(sorted(map(storable_name, sources))):
        tx.execute(
            update(Quarantine)
            .where(Quarantine.source.in_(portion), Quarantine.resolved_at.is_(None))
            .values(resolved_at=now)
        )


def waiting(tx: Connection, uid: str | None = None) -> list[Waiting]:
    """What waits in quarantine, oldest first, or the one entry named by (the beginning of) its uid."""
    query = select(
        Quarantine.id,
        Quarantine.uid,
        Quarantine.source,
        Quarantine.holds,
        Quarantine.mailbox_id,
        Quarantine.folder_id,
        Quarantine.remote_id,
        Quarantine.raw_blob_id,
    ).where(Quarantine.resolved_at.is_(None))
    if uid is not None:
        query = query.where(Quarantine.uid.startswith(uid, autoescape=True))
    rows = tx.execute(query.order_by(Quarantine.id)).all()
    return [Waiting(*row[:7], blobs.read(tx, row.raw_blob_id)) for row in rows]
