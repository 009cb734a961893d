"""Column types and ids shared by every table."""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine, UserDefinedType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

_LONGEST_NAME = 500  # characters; at four bytes each they fit an index row of PostgreSQL (2,704 bytes)
_NAME_HEAD = 460

# PostgreSQL refuses NUL in text, both refuse half of a surrogate pair; mail, cards and file names hold them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

#: SQLite gives AUTOINCREMENT only to INTEGER; PostgreSQL needs 64 bits.
Key = BigInteger().with_variant(Integer(), "sqlite")


def to_micros(instant: datetime) -> int:
    """UTC microseconds since 1970. Raises ValueError for a naive datetime."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC datetime of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)


def storable(text: str) -> str:
    """The text as a database takes it: surrogate pairs joined, halves of them and NUL replaced by U+FFFD."""
    if _UNSTORABLE.search(text) is None:
        return text
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\x00", "\ufffd")


def storable_name(text: str) -> str:
    """A name that indexes can hold: a very long one keeps its beginning, and a digest in place of the rest."""
    name = storable(text)
    if len(name) <= _LONGEST_NAME:
        return name
    return f"{name[:_NAME_HEAD]}~{hashlib.sha256(name.encode()).hexdigest()[:32]}"


def storable_json(value: Any) -> str:
    """JSON as a database takes it; the texts in it are treated as by `storable`."""
    written = json.dumps(value)
    # Escaped, NUL and surrogates begin like this; most values have none, and looking at every text takes longer.
    return json.dumps(_storable_value(value)) if "\\u0000" in written or "\\ud" in written else written


def _storable_value(value: Any) -> Any:
    match value:
        case str():
            return storable(value)
        case dict():
            return {storable(str(key)): _storable_value(part) for key, part in value.items()}
        case list() | tuple():
            return [_storable_value(part) for part in value]
        case _:
            return value


class StorableText(TypeDecorator[str]):
    """Text that every database takes, whatever a mail brought."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class StoredJson(TypeDecorator[Any]):
    """JSON text on SQLite, jsonb on PostgreSQL; None is SQL's NULL."""

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB  # 30 ms, which a start on SQLite does without

        return dialect.type_descriptor(JSONB(none_as_null=True))

    def coerce_compared_value(self, op: OperatorType | None, value: Any) -> TypeEngine[Any]:
        # A JSON column takes an index or a key, which is no JSON.
        return self.impl_instance.coerce_compared_value(op, value)


Json = StoredJson()


class _CodePointText(UserDefinedType[str]):
    """PostgreSQL text in the order of code points. Not `Text(collation=)`, which SQLAlchemy casts parameters to."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return 'TEXT COLLATE "C"'


#: Sorted by code point on both databases, so that keyset pages and their order agree.
BY_CODE_POINT = Text().with_variant(_CodePointText(), "postgresql")


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime: integer microseconds on SQLite, timestamptz on PostgreSQL. Naive values are refused."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Integer())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            if value.tzinfo is None:
                raise ValueError("an instant needs a time zone")
            return value
        return to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else from_micros(value)


class Amount(TypeDecorator[Decimal]):
    """A decimal quantity or sum of money with four places, stored as an integer of ten-thousandths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((value * 10_000).to_integral_value(ROUND_HALF_EVEN))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 10_000


def new_uid() -> str:
    """A time-ordered UUIDv7 (RFC 9562 section 5.7), the id used outside the store."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))
