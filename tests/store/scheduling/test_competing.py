"""Schedulers at the same time: nothing is booked twice, nobody waits for ever and no write fails.

`python -m tests.benchmarks.bookings` does it with processes, and many more bookings.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from store.engine import Store
from tests.store.scheduling.competing import compete, double_bookings, set_up

_SCHEDULERS, _ACTS = 3, 12


def test_schedulers_who_want_the_same_never_book_twice(store: Store) -> None:
    set_up(store)
    with ThreadPoolExecutor(_SCHEDULERS) as threads:
        ended = list(threads.map(lambda seed: compete(store, seed, _ACTS, quarters=24), range(_SCHEDULERS)))
    done = sum(ended, Counter[str]())
    with store.read() as tx:
        assert double_bookings(tx) == []
    assert sum(done.values()) == _SCHEDULERS * _ACTS
    assert done["book"] > 0 < done["book: taken"]
