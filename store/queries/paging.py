"""Keyset pages and counts that stop: what every list query is built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from sqlalchemy import Connection, Row, Select, SQLColumnExpression, func, select, tuple_

COUNT_LIMIT = 10_000

RowT = TypeVar("RowT")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
AnySelect: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Rows in list order; `more` tells whether there are further ones in the direction that was read."""

    rows: tuple[RowT, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Count:
    """A number of rows; counting stops at 10,000."""

    value: int
    capped: bool = False

    def __str__(self) -> str:
        return f"{self.value:,}+" if self.capped else f"{self.value:,}"


@dataclass(frozen=True, slots=True)
class Order:
    """The keys of a list, all in one direction; together they are unique, so that no row is skipped or repeated."""

    keys: tuple[SQLColumnExpression[Any], ...]
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Which page: the one behind `after`, the one that ends before `before`, the last one, or else the first.

    Positions are the key values of the row in question.
    """

    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    from_end: bool = False
    limit: int = 50

    @property
    def backwards(self) -> bool:
        return self.from_end or self.before is not None


def windowed(statement: AnySelect, order: Order, window: Window) -> AnySelect:
    """The statement limited to the window and one row more, in reading order (backwards for a page before a row)."""
    descending = order.descending != window.backwards
    position = window.before if window.before is not None else window.after
    if position is not None and not window.from_end:
        keys = tuple_(*order.keys)
        statement = statement.where(keys < position if descending else keys > position)
    return statement.order_by(*(key.desc() if descending else key.asc() for key in order.keys)).limit(window.limit + 1)


def cut(rows: Sequence[RowT], window: Window) -> Page[RowT]:
    """The page of what `windowed` read: without the row too many, in list order."""
    kept = rows[: window.limit]
    return Page(tuple(reversed(kept)) if window.backwards else tuple(kept), more=len(rows) > window.limit)


def counted(tx: Connection, statement: AnySelect) -> Count:
    """How many rows the statement finds, stopping at the limit."""
    capped = statement.order_by(None).limit(COUNT_LIMIT + 1).subquery()
    found = tx.execute(select(func.count()).select_from(capped)).scalar_one()
    return Count(min(found, COUNT_LIMIT), capped=found > COUNT_LIMIT)
