"""Content-addressed bytes: the same content is stored once, in chunks, packed where that pays."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, tuple_, update

from store.schema.activities import Activity, Attachment, Blob, BlobChunk
from store.schema.ledger import Quarantine
from store.schema.mail import Email
from store.schema.outbox import OutgoingFile

CHUNK = 256 * 1024
_PACKABLE_FROM = 200  # bytes; below that packing costs more than it saves
_LOOKUP = 500  # ids per IN list
_REFERENCES = (
    Activity.text_blob_id,
    Activity.html_blob_id,
    Attachment.blob_id,
    Email.source_blob_id,
    OutgoingFile.blob_id,
    Quarantine.raw_blob_id,
)


@dataclass(frozen=True, slots=True)
class Content:
    """Bytes with their digest, so that hashing happens outside the transaction."""

    sha256: bytes
    data: bytes


def content(data: bytes) -> Content:
    return Content(hashlib.sha256(data).digest(), data)


def put(tx: Connection, contents: Sequence[Content]) -> dict[bytes, int]:
    """Store what is not yet there; returns the blob id for each digest."""
    wanted = {item.sha256: item.data for item in contents}
    known = _known(tx, list(wanted))
    fresh = [(digest, data) for digest, data in wanted.items() if digest not in known]
    if not fresh:
        return known
    packed = [(digest, len(data), *_pack(data)) for digest, data in fresh]
    tx.execute(
        insert(Blob), [{"sha256": digest, "size": size, "packing": packing} for digest, size, packing, _ in packed]
    )
    known |= _known(tx, [digest for digest, _ in fresh])
    tx.execute(
        insert(BlobChunk),
        [
            {"blob_id": known[digest], "seq": seq, "data": chunk}
            for digest, _, _, chunks in packed
            for seq, chunk in enumerate(chunks)
        ],
    )
    return known


def put_stream(tx: Connection, chunks: Iterable[bytes]) -> tuple[int, int]:
    """Store a stream without holding it whole; returns (blob id, size in bytes)."""
    digest, size = hashlib.sha256(), 0
    # The digest is known only at the end; a random stand-in keeps the unique column honest meanwhile.
    stand_in = os.urandom(32)
    blob_id = tx.execute(insert(Blob).values(sha256=stand_in, size=0, packing="").returning(Blob.id)).scalar_one()
    for seq, chunk in enumerate(_regrouped(chunks)):
        digest.update(chunk)
        size += len(chunk)
        tx.execute(insert(BlobChunk).values(blob_id=blob_id, seq=seq, data=chunk))
    found = tx.execute(select(Blob.id).where(Blob.sha256 == digest.digest())).scalar()
    if found is not None:
        tx.execute(delete(BlobChunk).where(BlobChunk.blob_id == blob_id))
        tx.execute(delete(Blob).where(Blob.id == blob_id))
        return found, size
    tx.execute(update(Blob).where(Blob.id == blob_id).values(sha256=digest.digest(), size=size))
    return blob_id, size


def chunks(tx: Connection, blob_id: int) -> Iterator[bytes]:
    """The content of a blob, a chunk at a time."""
    packing = tx.execute(select(Blob.packing).where(Blob.id == blob_id)).scalar()
    seq = 0
    while True:
        data = tx.execute(
            select(BlobChunk.data).where(tuple_(BlobChunk.blob_id, BlobChunk.seq) == (blob_id, seq))
        ).scalar()
        if data is None:
            return
        yield zlib.decompress(data) if packing == "zlib" else data
        seq += 1


def read(tx: Connection, blob_id: int | None) -> bytes:
    """The whole content; b'' for None."""
    return b"" if blob_id is None else b"".join(chunks(tx, blob_id))


def read_texts(tx: Connection, blob_ids: Collection[int], most: int) -> dict[int, str]:
    """The beginnings of many texts by blob id, of each the chunks that begin within its first `most` bytes."""
    found: dict[int, list[bytes]] = {}
    wanted = sorted(blob_ids)
    for start in range(0, len(wanted), _LOOKUP):
        rows = tx.execute(
            select(BlobChunk.blob_id, BlobChunk.data, Blob.packing)
            .join(Blob, Blob.id == BlobChunk.blob_id)
            .where(BlobChunk.blob_id.in_(wanted[start : start + _LOOKUP]), BlobChunk.seq <= most // CHUNK)
            .order_by(BlobChunk.blob_id, BlobChunk.seq)
        )
        for blob_id, data, packing in rows:
            found.setdefault(blob_id, []).append(zlib.decompress(data) if packing == "zlib" else data)
    return {blob_id: b"".join(parts).decode("utf-8", "replace") for blob_id, parts in found.items()}


def drop_unused(tx: Connection, blob_ids: Collection[int]) -> None:
    """Forget these contents for good where nothing refers to them any more."""
    wanted = sorted(blob_ids)
    unused = set(wanted)
    for start in range(0, len(wanted), _LOOKUP):
        for column in _REFERENCES:
            unused -= set(tx.execute(select(column).where(column.in_(wanted[start : start + _LOOKUP]))).scalars())
    wanted = sorted(unused)
    for start in range(0, len(wanted), _LOOKUP):
        portion = wanted[start : start + _LOOKUP]
        tx.execute(delete(BlobChunk).where(BlobChunk.blob_id.in_(portion)))
        tx.execute(delete(Blob).where(Blob.id.in_(portion)))


def _known(tx: Connection, digests: list[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for start in range(0, len(digests), _LOOKUP):
        rows = tx.execute(select(Blob.sha256, Blob.id).where(Blob.sha256.in_(digests[start : start + _LOOKUP])))
        found.update({bytes(row.sha256): row.id for row in rows})
    return found


def _pack(data: bytes) -> tuple[str, list[bytes]]:
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
    if len(data) < _PACKABLE_FROM:
        return "", pieces
    packed = [zlib.compress(piece, 1) for piece in pieces]
    return ("zlib", packed) if sum(map(len, packed)) < 0.9 * len(data) else ("", pieces)


def _regrouped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for chunk in chunks:
        held += chunk
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    yield bytes(held)
