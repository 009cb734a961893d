"""What is kept of things that could not be read: their raw bytes, to look at and to save."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from store import blobs
from store.actor import Actor
from store.errors import NotFound
from store.queries.status import sees_quarantined
from store.schema.activities import Blob
from store.schema.ledger import Quarantine

SHOWN = 64 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class RawEntry:
    """The beginning of an entry's bytes as they came, and how many there are; no bytes where they could not be kept."""

    source: str
    holds: str
    head: bytes
    size: int


def quarantine_raw(tx: Connection, quarantine_id: int, *, by: Actor) -> RawEntry:
    """The first `SHOWN` bytes of an entry that `by` may read. Raises NotFound."""
    row = tx.execute(
        select(Quarantine.source, Quarantine.holds, Quarantine.raw_blob_id, Blob.size)
        .outerjoin(Blob, Blob.id == Quarantine.raw_blob_id)
        .where(Quarantine.id == quarantine_id, sees_quarantined(by))
    ).one_or_none()
    if row is None:
        raise NotFound("nothing in quarantine is called so")
    head = bytearray()
    for chunk in blobs.chunks(tx, row.raw_blob_id) if row.raw_blob_id is not None else ():
        head += chunk
        if len(head) >= SHOWN:
            break
    return RawEntry(row.source, row.holds, bytes(head[:SHOWN]), row.size or 0)


def quarantine_chunks(tx: Connection, quarantine_id: int, *, by: Actor) -> Iterator[bytes]:
    """All bytes of an entry, a chunk at a time, while the transaction lasts. Raises NotFound."""
    found = (Quarantine.id == quarantine_id, Quarantine.raw_blob_id.is_not(None), sees_quarantined(by))
    blob_id = tx.execute(select(Quarantine.raw_blob_id).where(*found)).scalar()
    if blob_id is None:
        raise NotFound("its bytes could not be kept")
    return blobs.chunks(tx, blob_id)
