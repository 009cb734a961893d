"""Work on many things at once, in which one bad thing costs only itself.

What cannot be worked on goes to quarantine with its reason, so that nothing waits behind it and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection

from store.engine import Store
from store.errors import StoreBusy, StoreFull, StoreUnreachable
from store.sync.quarantine import Unread, put_aside

T = TypeVar("T")
R = TypeVar("R")

#: What an activity that could not be linked is called in quarantine, its uid behind it.
LINKING = "linking/"

#: Errors of the store and not of what is worked on: they concern everything and go through.
_OF_THE_STORE = (StoreBusy, StoreFull, StoreUnreachable)


def apart(items: Sequence[T], work: Callable[[Sequence[T]], R], fails: Callable[[T, Exception], None]) -> list[R]:
    """What `work` says of all items; where it raises, of halves, until the bad one stands alone and `fails` is told.

    Raises StoreBusy, StoreFull, StoreUnreachable.
    """
    try:
        return [work(items)]
    except _OF_THE_STORE:
        raise
    except Exception as error:  # noqa: BLE001 - the edge of a worker: what one thing does to the code is not foreseen
        if len(items) == 1:
            fails(items[0], error)
            return []
        half = len(items) // 2
        return [*apart(items[:half], work, fails), *apart(items[half:], work, fails)]


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
