"""Writing a chunk so that one bad item costs only itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError, StatementError

from store.errors import Invalid

T = TypeVar("T")

#: An error of what is written. OperationalError (disk full, lock, lost server) is one of the store and goes through.
_ITEM_ERRORS = (IntegrityError, DataError, StatementError, ValueError, OverflowError, Invalid)


def could_not_store(error: Exception) -> str:
    """Why an item was set aside, in one line: what the database said, without the statement and its values."""
    said = str(error.orig if isinstance(error, DBAPIError) and error.orig else error)
    return f"It could not be stored: {said.splitlines()[0] if said else error.__class__.__name__}"


def write_apart(
    tx: Connection,
    items: Sequence[T],
    write: Callable[[Sequence[T]], object],
    set_aside: Callable[[T, Exception], None],
) -> None:
    """Write all items together; if that fails, halves, until the bad one stands alone and is set aside."""
    if not items:
        return
    try:
        with tx.begin_nested():
            write(items)
    except OperationalError:
        raise
    except _ITEM_ERRORS as error:
        if len(items) == 1:
            set_aside(items[0], error)
            return
        half = len(items) // 2
        write_apart(tx, items[:half], write, set_aside)
        write_apart(tx, items[half:], write, set_aside)
