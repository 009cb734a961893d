"""The declarative base: named constraints, typed columns, no lazy loading (rows are read by column selects)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from sqlalchemy import ForeignKey, Index, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from store.types import Amount, Instant, Json, Key, StorableText, new_uid

Id = Annotated[int, mapped_column(Key, primary_key=True, autoincrement=True)]
Uid = Annotated[str, mapped_column(Text, unique=True, default=new_uid)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        str: StorableText(),
        int: Key,
        datetime: Instant,
        Decimal: Amount,
        dict[str, Any]: Json,
        list[str]: Json,
        list[int]: Json,
        list[dict[str, Any]]: Json,
    }


#: AUTOINCREMENT: an id never comes back after a delete, so that a stale id cannot name another row.
NEVER_REUSED = {"sqlite_autoincrement": True}


#: Where `partial_index` keeps its condition for PostgreSQL until `store.schema.tables` hands it over.
POSTGRESQL_WHERE = "postgresql_where"


def partial_index(name: str, *columns: str, where: str, on_postgresql: str = "", unique: bool = False) -> Index:
    """An index of the rows that fulfil a condition; `on_postgresql` says it where the two databases differ.

    Naming a PostgreSQL option here would load its dialect, 30 ms that a start on SQLite does without.
    """
    condition = text(on_postgresql or where)
    return Index(name, *columns, unique=unique, sqlite_where=text(where), info={POSTGRESQL_WHERE: condition})


def record_key() -> Any:
    """The key of a record kind's own table: it shares the key of `record`."""
    return mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)


def activity_key() -> Any:
    """The key of an activity kind's own table: it shares the key of `activity`."""
    return mapped_column(ForeignKey("activity.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
