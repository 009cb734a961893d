"""Keeping the name index in step with the records, in the transaction that changes them.

Accounts stand in it by their title, contacts by theirs, leads by their own name and by their company.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, tuple_, update

from store.chunks import chunked
from store.keys import allocate
from store.names.dictionary import known_words
from store.names.fold import company_key, person_key
from store.names.packed import RECORDS, WORDS, pack, unpack
from store.names.pieces import index_words, pieces
from store.schema.names import NamePiece, NamePosting, NameWord, RecordName
from store.schema.records import Lead, Record
from store.upsert import upsert

#: Parts of the index, which are looked up apart, so that a company's many leads do not stand before its account.
ACCOUNT, CONTACT, LEAD, LEAD_COMPANY = range(4)
#: Parts that hold names of companies; the others hold names of people.
COMPANIES = (ACCOUNT, LEAD_COMPANY)
#: The kinds of record that have names, and the fields they stand in.
NAME_FIELDS = {"account": ("title",), "contact": ("title",), "lead": ("title", "company")}

#: (record, part) -> its folded name
_Keys = dict[tuple[int, int], str]


def index_names(tx: Connection, record_ids: Collection[int]) -> None:
    """Let the index say what these records are called now; it forgets those that are deleted or have no name."""
    for portion in chunked(sorted(set(record_ids))):
        before, after = _indexed(tx, portion), folded_names(tx, portion)
        gone = {place: key for place, key in before.items() if after.get(place) != key}
        new = {place: key for place, key in after.items() if before.get(place) != key}
        _remove(tx, gone)
        _add(tx, new)


def forget_names(tx: Connection, record_ids: Collection[int]) -> None:
    """Take these records out of the index, whatever they are called; unknown ones are ignored."""
    for portion in chunked(sorted(set(record_ids))):
        _remove(tx, _indexed(tx, portion))


def folded_names(tx: Connection, record_ids: Sequence[int]) -> _Keys:
    """The folded names that living records have."""
    query = (
        select(Record.id, Record.kind, Record.title, Lead.company)
        .outerjoin(Lead, Lead.id == Record.id)
        .where(Record.id.in_(record_ids), Record.kind.in_(NAME_FIELDS), Record.deleted_at.is_(None))
    )
    keys: _Keys = {}
    for record_id, kind, title, company in tx.execute(query):
        match kind:
            case "account":
                keys[record_id, ACCOUNT] = company_key(title)
            case "contact":
                keys[record_id, CONTACT] = person_key(title)
            case _:
                keys[record_id, LEAD] = person_key(title)
                keys[record_id, LEAD_COMPANY] = company_key(company or "")
    return {place: key for place, key in keys.items() if key}


def _indexed(tx: Connection, record_ids: Sequence[int]) -> _Keys:
    query = select(RecordName.record_id, RecordName.part, RecordName.key).where(RecordName.record_id.in_(record_ids))
    return {(record_id, part): key for record_id, part, key in tx.execute(query)}


def _add(tx: Connection, keys: Mapping[tuple[int, int], str]) -> None:
    if not keys:
        return
    rows = [{"record_id": record_id, "part": part, "key": key} for (record_id, part), key in sorted(keys.items())]
    tx.execute(insert(RecordName), rows)
    words = _words_of(keys)
    known = known_words(tx, words)
    known |= _new_words(tx, [word for word in words if word not in known])
    for (part, chunk), added in _postings(keys, known).items():
        stored = _stored_postings(tx, part, chunk, added)
        values = [
            {"word_id": word, "part": part, "chunk": chunk, "records": stored.get(word, b"") + pack(records)}
            for word, records in sorted(added.items())
        ]
        statement = upsert(tx, NamePosting)
        tx.execute(
            statement.on_conflict_do_update(
                index_elements=["word_id", "part", "chunk"], set_={"records": statement.excluded.records}
            ),
            values,
        )


def _remove(tx: Connection, keys: Mapping[tuple[int, int], str]) -> None:
    """Words stay in the dictionary: they are found there again, and a word without records leads nowhere."""
    if not keys:
        return
    tx.execute(delete(RecordName).where(tuple_(RecordName.record_id, RecordName.part).in_(list(keys))))
    for (part, chunk), removed in _postings(keys, known_words(tx, _words_of(keys))).items():
        for word, data in _stored_postings(tx, part, chunk, removed).items():
            gone = set(removed[word])
            row = (NamePosting.word_id == word, NamePosting.part == part, NamePosting.chunk == chunk)
            if left := [record_id for record_id in unpack(data) if record_id not in gone]:
                tx.execute(update(NamePosting).where(*row).values(records=pack(left)))
            else:
                tx.execute(delete(NamePosting).where(*row))


def _words_of(keys: Mapping[tuple[int, int], str]) -> list[str]:
    return list(dict.fromkeys(word for key in keys.values() for word in index_words(key)))


def _new_words(tx: Connection, words: Sequence[str]) -> dict[str, int]:
    """Put words into the dictionary, where they are found by their pieces."""
    if not words:
        return {}
    made = dict(zip(words, allocate(tx, NameWord, len(words)), strict=True))
    tx.execute(insert(NameWord), [{"id": key, "word": word} for word, key in made.items()])
    by_chunk: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for word, key in made.items():
        for piece in pieces(word):
            by_chunk[key // WORDS][piece].append(key)
    statement = upsert(tx, NamePiece)
    for chunk, added in by_chunk.items():
        stored = _stored_pieces(tx, chunk, added)
        tx.execute(
            statement.on_conflict_do_update(
                index_elements=["piece", "chunk"], set_={"words": statement.excluded.words}
            ),
            [
                {"piece": piece, "chunk": chunk, "words": stored.get(piece, b"") + pack(keys)}
                for piece, keys in sorted(added.items())
            ],
        )
    return made


def _postings(
    keys: Mapping[tuple[int, int], str], known: Mapping[str, int]
) -> dict[tuple[int, int], dict[int, list[int]]]:
    """(part, chunk) -> word -> records."""
    found: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (record_id, part), key in sorted(keys.items()):
        for word in index_words(key):
            if word in known:
                found[part, record_id // RECORDS][known[word]].append(record_id)
    return found


def _stored_postings(tx: Connection, part: int, chunk: int, words: Iterable[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for portion in chunked(list(words)):
        query = select(NamePosting.word_id, NamePosting.records).where(
            NamePosting.word_id.in_(portion), NamePosting.part == part, NamePosting.chunk == chunk
        )
        found.update(tx.execute(query).all())
    return found


def _stored_pieces(tx: Connection, chunk: int, wanted: Iterable[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for portion in chunked(list(wanted)):
        query = select(NamePiece.piece, NamePiece.words).where(NamePiece.piece.in_(portion), NamePiece.chunk == chunk)
        found.update(tx.execute(query).all())
    return found
