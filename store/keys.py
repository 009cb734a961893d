"""Keys handed out in blocks, so that rows of many tables can be inserted in bulk with their keys known."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, text

from store.schema.base import Base


def allocate(tx: Connection, table: type[Base], count: int) -> list[int]:
    """`count` keys of `table` that nobody else will get. Must run inside a writing transaction."""
    name = table.__tablename__
    if tx.dialect.name == "postgresql":
        sequence = text(f"SELECT nextval(pg_get_serial_sequence('{name}', 'id')) FROM generate_series(1, :count)")
        return list(tx.execute(sequence, {"count": count}).scalars())
    # The write lock is ours; AUTOINCREMENT's own high-water mark follows the keys we insert.
    mark = tx.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": name}).scalar()
    if mark is None:
        key: Any = table.__table__.c.id
        mark = tx.execute(select(func.coalesce(func.max(key), 0))).scalar_one()
    return list(range(mark + 1, mark + 1 + count))
