"""The whole name index anew from the records.

It is gathered in memory, some 100 bytes for each name, and written in the order of its keys: record by record a
million names would touch every page of the index many times over.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from store.chunks import chunked
from store.keys import allocate
from store.names.indexing import NAME_FIELDS, folded_names
from store.names.packed import RECORDS, WORDS, pack
from store.names.pieces import index_words, pieces
from store.schema.base import Base
from store.schema.names import NamePiece, NamePosting, NameWord, RecordName
from store.schema.records import Record

_READ = 10_000  # records at a time
_WRITTEN = 10_000  # rows at a time


def rebuild_names(tx: Connection) -> int:
    """Write the index anew; returns how many records stand in it."""
    for table in (RecordName, NamePosting, NamePiece, NameWord):
        tx.execute(delete(table))
    gathered = _Gathered()
    count = 0
    for record_ids in _with_names(tx):
        keys = {place: key for some in chunked(record_ids) for place, key in folded_names(tx, some).items()}
        _write(tx, RecordName, ({"record_id": at[0], "part": at[1], "key": key} for at, key in sorted(keys.items())))
        for (record_id, part), key in sorted(keys.items()):
            gathered.add(record_id, part, key)
        count += len({record_id for record_id, _ in keys})
    gathered.write(tx)
    return count


def _with_names(tx: Connection) -> Iterator[list[int]]:
    """The living records that have names, in order."""
    last = tx.execute(select(func.max(Record.id))).scalar() or 0
    living = select(Record.id).where(Record.kind.in_(NAME_FIELDS), Record.deleted_at.is_(None)).order_by(Record.id)
    for start in range(0, last + 1, _READ):
        yield list(tx.execute(living.where(Record.id >= start, Record.id < start + _READ)).scalars())


@dataclass(slots=True)
class _Gathered:
    """The index in memory; words are numbered as they come."""

    words: dict[str, int] = field(default_factory=dict)
    postings: dict[tuple[int, int], array[int]] = field(default_factory=lambda: defaultdict(lambda: array("I")))
    pieces: dict[str, array[int]] = field(default_factory=lambda: defaultdict(lambda: array("I")))

    def add(self, record_id: int, part: int, key: str) -> None:
        for word in index_words(key):
            number = self.words.get(word)
            if number is None:
                number = self.words[word] = len(self.words)
                for piece in pieces(word):
                    self.pieces[piece].append(number)
            self.postings[number, part].append(record_id)

    def write(self, tx: Connection) -> None:
        keys = allocate(tx, NameWord, len(self.words))
        _write(tx, NameWord, ({"id": keys[number], "word": word} for word, number in self.words.items()))
        _write(tx, NamePosting, self._posting_rows(keys))
        _write(tx, NamePiece, self._piece_rows(keys))

    def _posting_rows(self, keys: Sequence[int]) -> Iterator[dict[str, Any]]:
        for (number, part), records in sorted(self.postings.items(), key=lambda each: each[0]):
            for chunk, some in groupby(records, lambda record_id: record_id // RECORDS):
                yield {"word_id": keys[number], "part": part, "chunk": chunk, "records": pack(some)}

    def _piece_rows(self, keys: Sequence[int]) -> Iterator[dict[str, Any]]:
        for piece, numbers in sorted(self.pieces.items()):
            for chunk, some in groupby((keys[number] for number in numbers), lambda word_id: word_id // WORDS):
                yield {"piece": piece, "chunk": chunk, "words": pack(some)}


def _write(tx: Connection, table: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    rest = iter(rows)
    while portion := list(islice(rest, _WRITTEN)):
        tx.execute(insert(table), portion)
