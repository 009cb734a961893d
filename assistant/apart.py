"""Work on many things at once, in which one bad thing costs only itself.

What cannot be worked on goes to quarantine with its reason, so that nothing waits behind it and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

from store.engine import Store
from store.errors import StoreBusy, StoreFull, StoreTooNew, StoreUnreachable
from store.sync.quarantine import Unread, put_aside

T = TypeVar("T")
R = TypeVar("R")

#: What could not be linked, compared with other records, read for proposals, looked at by triage rules, or read for
#: follow-ups is called in quarantine; behind it stands the uid of the activity or the number of the record.
LINKING, COMPARING, PROPOSING, TRIAGE = "linking/", "comparing/", "proposing/", "triage/"
FOLLOWING = "following/"

_OF_EVERYTHING = (StoreBusy, StoreFull, StoreUnreachable, StoreTooNew, MemoryError)
_OF_VALUES = (IntegrityError, DataError)


def apart(items: Sequence[T], work: Callable[[Sequence[T]], R], fails: Callable[[T, Exception], None]) -> list[R]:
    """What `work` says of all items; where it raises, of halves, until the bad one stands alone and `fails` is told.

    Raises StoreBusy, StoreFull, StoreUnreachable, and whatever else the database says that is not about values.
    """
    try:
        return [work(items)]
    except Exception as error:  # the edge of a worker: what one thing does to the code is not foreseen
        if _concerns_everything(error):
            raise
        if len(items) == 1:
            fails(items[0], error)
            return []
        half = len(items) // 2
        return [*apart(items[:half], work, fails), *apart(items[half:], work, fails)]


def _concerns_everything(error: Exception) -> bool:
    """Whether it is an error of the store or the machine and not of what is worked on."""
    return isinstance(error, _OF_EVERYTHING) or (isinstance(error, DBAPIError) and not isinstance(error, _OF_VALUES))


def give_up(
    store: Store,
    source: str,
    holds: str,
    sentence: str,
    error: Exception,
    *,
    done: Callable[[Connection], None],
    now: datetime,
) -> None:
    """Keep what failed and why, and let it wait no longer, which `done` writes. The error is named without its words,
    which may be those of a mail."""
    with store.write() as tx:
        put_aside(tx, Unread(source, holds, f"{sentence} ({type(error).__name__})."), now=now)
        done(tx)
