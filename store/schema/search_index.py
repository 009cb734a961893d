"""The full-text index over `search_document`: FTS5 on SQLite, a generated tsvector with GIN on PostgreSQL.

Documents hold text that was folded and split into words in Python (store.search_text), so that both
index the same words.
"""

from __future__ import annotations

from sqlalchemy import DDL, event

from store.schema.search import SearchDocument

SQLITE = """
CREATE VIRTUAL TABLE search_index USING fts5(
    title, body, content='search_document', content_rowid='id', prefix='2 3', tokenize='unicode61'
)
"""
# Records stand in an index of their own: finding the few names must not cost a walk through all the mail.
SQLITE_RECORDS = """
CREATE VIRTUAL TABLE record_index USING fts5(
    title, body, content='search_document', content_rowid='id', prefix='2 3 4', tokenize='unicode61'
)
"""
POSTGRESQL = """
ALTER TABLE search_document ADD COLUMN terms tsvector
GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || body)) STORED
"""
POSTGRESQL_INDEX = "CREATE INDEX ix_search_document_terms ON search_document USING gin (terms) WHERE id >= 0"
POSTGRESQL_RECORDS = "CREATE INDEX ix_search_document_record_terms ON search_document USING gin (terms) WHERE id < 0"

_DDL = {"sqlite": (SQLITE, SQLITE_RECORDS), "postgresql": (POSTGRESQL, POSTGRESQL_INDEX, POSTGRESQL_RECORDS)}
_table = SearchDocument.__table__
for _dialect, _statements in _DDL.items():
    for _statement in _statements:
        _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
        event.listen(_table, "after_create", _ddl.execute_if(dialect=_dialect))
