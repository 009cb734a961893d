"""The full-text index: writing documents, and the ids of those that match, newest first, on both databases.

The id of a document says what it describes and when: for an activity its second since 1970 and its id side by side,
for a record its id counted up from the smallest 64-bit integer. So results stream newest first by walking the ids
backwards, records lie in the negative range, and no join is needed to know what was found.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    SQLColumnExpression,
    TextClause,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
)
from sqlalchemy import table as lightweight_table
from sqlalchemy.sql import text as sql

from store.schema.search import SearchDocument
from store.search_text import Phrase

_ACTIVITY_BITS = 30
_ACTIVITY_MASK = (1 << _ACTIVITY_BITS) - 1
_FIRST_RECORD = -(1 << 63)
_LOOKUP = 500  # ids per IN list
_WORDS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Document:
    """What search finds an activity or a record by; both texts have been through `store.search_text.indexed`."""

    title: str
    body: str
    occurred_at: datetime | None = None  # of the activity
    activity_id: int | None = None
    record_id: int | None = None

    @property
    def id(self) -> int:
        if self.activity_id is not None and self.occurred_at is not None:
            return activity_document_id(self.occurred_at, self.activity_id)
        if self.record_id is not None:
            return record_document_id(self.record_id)
        raise ValueError("a document describes an activity at an instant, or a record")


def activity_document_id(occurred_at: datetime, activity_id: int) -> int:
    """Second and activity in one integer; instants before 1970 count as 1970. Room for 2**30 activities until 2242."""
    seconds = min(max(int(occurred_at.timestamp()), 0), (1 << 33) - 1)
    return seconds << _ACTIVITY_BITS | activity_id & _ACTIVITY_MASK


def record_document_id(record_id: int) -> int:
    return _FIRST_RECORD + record_id


def activity_id_of(document_id: int) -> int:
    return document_id & _ACTIVITY_MASK


def add_documents(tx: Connection, documents: Iterable[Document]) -> None:
    """Index the documents, each in place of an earlier one of the same activity or record."""
    # FTS5 writes out what it has gathered whenever an id is not above the one before.
    ordered = sorted(documents, key=lambda document: document.id)
    if not ordered:
        return
    remove_documents(
        tx,
        activity_ids=[d.activity_id for d in ordered if d.activity_id is not None],
        record_ids=[d.record_id for d in ordered if d.record_id is not None],
    )
    rows = [
        {
            "id": document.id,
            "activity_id": document.activity_id,
            "record_id": document.record_id,
            "title": document.title,
            "body": document.body,
        }
        for document in ordered
    ]
    tx.execute(insert(SearchDocument), rows)
    if tx.dialect.name == "sqlite":
        for index, portion in _by_index(rows):
            tx.execute(sql(f"INSERT INTO {index} (rowid, title, body) VALUES (:id, :title, :body)"), portion)


def redate_documents(tx: Connection, occurred_at: Mapping[int, datetime]) -> None:
    """Let search show these activities at another time."""
    for start in range(0, len(wanted := sorted(occurred_at)), _LOOKUP):
        columns = (SearchDocument.title, SearchDocument.body, SearchDocument.activity_id)
        portion = SearchDocument.activity_id.in_(wanted[start : start + _LOOKUP])
        add_documents(
            tx,
            [
                Document(row.title, row.body, occurred_at=occurred_at[row.activity_id], activity_id=row.activity_id)
                for row in tx.execute(select(*columns).where(portion)).all()
            ],
        )


def remove_documents(tx: Connection, *, activity_ids: Collection[int] = (), record_ids: Collection[int] = ()) -> None:
    """Take the documents of these activities and records out of the index; unknown ones are ignored."""
    for key, ids in ((SearchDocument.activity_id, activity_ids), (SearchDocument.record_id, record_ids)):
        wanted = sorted(ids)
        for start in range(0, len(wanted), _LOOKUP):
            _remove(tx, key.in_(wanted[start : start + _LOOKUP]))


def _remove(tx: Connection, condition: ColumnElement[bool]) -> None:
    columns = (SearchDocument.id, SearchDocument.title, SearchDocument.body)
    found = [dict(row) for row in tx.execute(select(*columns).where(condition)).mappings()]
    if not found:
        return
    if tx.dialect.name == "sqlite":
        for index, portion in _by_index(found):
            # An index without its own copy of the text has to be told what it forgets.
            statement = f"INSERT INTO {index} ({index}, rowid, title, body) VALUES ('delete', :id, :title, :body)"
            tx.execute(sql(statement), portion)
    tx.execute(delete(SearchDocument).where(SearchDocument.id.in_([row["id"] for row in found])))


def _by_index(rows: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The SQLite indexes with the rows that belong into each."""
    records = [row for row in rows if row["id"] < 0]
    activities = [row for row in rows if row["id"] >= 0]
    return [(name, rows) for name, rows in (("search_index", activities), ("record_index", records)) if rows]


def newest_activities(tx: Connection, phrases: Sequence[Phrase], *, before: int | None, limit: int) -> Select[int, int]:
    """Select `document_id` and `activity_id` of activities that match, newest first, older than document `before`."""
    document_id, matches = _matching(tx, phrases, "search_index")
    statement = select(
        document_id.label("document_id"), document_id.bitwise_and(_ACTIVITY_MASK).label("activity_id")
    ).where(matches, document_id >= 0)
    if before is not None:
        statement = statement.where(document_id < before)
    return statement.order_by(document_id.desc()).limit(limit)


def newest_records(tx: Connection, phrases: Sequence[Phrase], *, limit: int | None = None) -> Select[int]:
    """Select `record_id` of the records that match, newest first."""
    document_id, matches = _matching(tx, phrases, "record_index")
    statement = select((document_id - _FIRST_RECORD).label("record_id")).where(matches, document_id < 0)
    return statement if limit is None else statement.order_by(document_id.desc()).limit(limit)


def records_with_words(tx: Connection, words: Sequence[str], *, limit: int) -> dict[str, tuple[int, ...]]:
    """For each folded word the newest records that have it, at most `limit`; words that none has are left out."""
    found: dict[str, list[int]] = {}
    for start in range(0, len(words), _WORDS_AT_ONCE):
        portion = words[start : start + _WORDS_AT_ONCE]
        quoted = '"{}"' if tx.dialect.name == "sqlite" else "'{}'"
        asked = {f"word{at}": quoted.format(word) for at, word in enumerate(portion)}
        query = _word_query(tx.dialect.name, len(portion))
        for at, document_id in tx.execute(query, {"most": limit, **asked}).all():
            found.setdefault(portion[at], []).append(document_id - _FIRST_RECORD)
    return {word: tuple(ids) for word, ids in found.items()}


@cache
def _word_query(dialect: str, count: int) -> TextClause:
    """One statement for so many words, each looked up by itself; it is made once, because every mail may ask."""
    template = {
        "sqlite": "SELECT {at} AS place, rowid AS id FROM record_index WHERE record_index MATCH :word{at}"
        " ORDER BY rowid DESC LIMIT :most",
        "postgresql": "SELECT {at} AS place, id FROM search_document WHERE terms @@ to_tsquery('simple', :word{at})"
        " AND id < 0 ORDER BY id DESC LIMIT :most",
    }[dialect]
    return sql(" UNION ALL ".join(f"SELECT * FROM ({template.format(at=at)}) AS found{at}" for at in range(count)))


def _matching(
    tx: Connection, phrases: Sequence[Phrase], index: str
) -> tuple[SQLColumnExpression[int], ColumnElement[bool]]:
    """The column with the id of a document, and the condition that the document matches."""
    if tx.dialect.name == "sqlite":
        rowid = lightweight_table(index, column("rowid", BigInteger)).c.rowid
        return rowid, literal_column(index).bool_op("MATCH")(_fts5(phrases))
    query = func.to_tsquery("simple", _tsquery(phrases))
    return SearchDocument.id, literal_column("search_document.terms").bool_op("@@")(query)


def _fts5(phrases: Sequence[Phrase]) -> str:
    """The query in FTS5's language; words hold only letters and digits, so quotation marks need no escape."""
    return " AND ".join(f'"{" ".join(phrase.words)}"{"*" if phrase.prefix else ""}' for phrase in phrases)


def _tsquery(phrases: Sequence[Phrase]) -> str:
    """The query in the language of to_tsquery."""
    return " & ".join(
        "(" + " <-> ".join(f"'{word}'" for word in phrase.words) + (":*" if phrase.prefix else "") + ")"
        for phrase in phrases
    )
