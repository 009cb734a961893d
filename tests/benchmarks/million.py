"""How the store answers with a million activities: each figure as a value and as a ratio to its limit.

`python -m tests.benchmarks.million [--activities 1000000] [--store URL]`: a store that holds records already is
measured as it is, an empty one is filled first; without `--store` it is a SQLite file that goes afterwards. The
limits are those of SQLite on a laptop; PostgreSQL is printed beside the same limits.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from store.actor import Actor, actor_for
from store.engine import Store, open_store
from store.queries.agenda import agenda, tasks_due
from store.queries.inbox import inbox, inbox_counts
from store.queries.records import count_records, list_records
from store.queries.search import search
from store.queries.timeline import timeline
from store.schema.links import Timeline
from store.schema.records import Record
from tests.benchmarks.fill import BIG_ACCOUNT, NOW, RECORDS, fill
from tests.benchmarks.words import Writer

TODAY: date = NOW.date()
FILL_LIMIT = 180_000.0  # ms for a million
ROUNDS = 40


@dataclass(frozen=True, slots=True)
class Figure:
    """Times in milliseconds; `limit` is compared with the 95th percentile.

    `own` is processor time of this process: with SQLite that is all the work, whatever else the machine does.
    """

    name: str
    limit: float
    times: tuple[float, ...]
    own: tuple[float, ...]

    def __str__(self) -> str:
        p95, own = _p95(self.times), _p95(self.own)
        return (
            f"{self.name:44} median {sorted(self.times)[len(self.times) // 2]:8.2f} ms   p95 {p95:8.2f} ms"
            f" = {p95 / self.limit:6.3f} x {self.limit:.0f} ms{' ' if p95 <= self.limit else '!'}"
            f"  processor p95 {own:8.2f} ms = {own / self.limit:6.3f} x"
        )


def _p95(times: tuple[float, ...]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


class Bench:
    """Times queries, each in a transaction of its own, as a screen would run it."""

    def __init__(self, store: Store, by: Actor) -> None:
        self._store, self._by = store, by

    def time(self, name: str, limit: float, query: Callable[..., Any], *options: dict[str, Any]) -> None:
        """Run the query with each set of options in turn (`args` are positional) and print the figure."""
        times, own = [], []
        for option in options:
            started, processor = time.perf_counter(), time.process_time()
            with self._store.read() as tx:
                query(tx, *option.get("args", ()), by=self._by, **{k: v for k, v in option.items() if k != "args"})
            times.append((time.perf_counter() - started) * 1000)
            own.append((time.process_time() - processor) * 1000)
        sys.stdout.write(f"{Figure(name, limit, tuple(times), tuple(own))}\n")
        sys.stdout.flush()


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--activities", type=int, default=1_000_000)
    parser.add_argument("--store", help="a SQLAlchemy URL or a file")
    options = parser.parse_args(arguments)
    with _opened(options.store) as store:
        if _is_empty(store):
            started, processor = time.perf_counter(), time.process_time()
            fill(store, options.activities)
            took, own = (time.perf_counter() - started) * 1000, (time.process_time() - processor) * 1000
            limit = FILL_LIMIT * options.activities / 1_000_000
            sys.stdout.write(f"{Figure(f'fill with {options.activities:,} activities', limit, (took,), (own,))}\n")
        with store.read() as tx:
            sales = actor_for(tx, "user1@alpine.example")
        for by in (sales, replace(sales, role="restricted")):
            sys.stdout.write(f"\n{store.engine.dialect.name}, as a user with the role {by.role}\n")
            measure(store, by)


def measure(store: Store, by: Actor) -> None:
    bench = Bench(store, by)
    _timelines(store, bench, by)
    _searches(bench)
    _lists(bench)


def _timelines(store: Store, bench: Bench, by: Actor) -> None:
    # A restricted user owns the records whose id leaves their remainder; the big account belongs to another.
    subject = BIG_ACCOUNT if by.sees_every_record else _own_account(store, by)
    with store.read() as tx:
        size = tx.execute(select(func.count()).where(Timeline.subject_id == subject)).scalar_one()
        places = [_row_at(tx, subject, by, share) for share in (0.0, 0.25, 0.5, 0.75, 0.99)]
    rounds = [{"args": (subject,)}] * ROUNDS
    bench.time(f"timeline of {size:,}: first page", 20, timeline, *rounds)
    bench.time("timeline: by kind", 20, timeline, *[r | {"kind": k} for r in rounds for k in ("email", "task")])
    bench.time("timeline: at any depth", 20, timeline, *[{"args": (subject,), "after": p} for p in places * 8])
    notes = [{"args": (subject,), "after": place, "kind": "note"} for place in places * 8]
    bench.time("timeline: at any depth, by kind", 20, timeline, *notes)
    bench.time("timeline: from its end", 20, timeline, *[r | {"from_end": True} for r in rounds])


def _own_account(store: Store, by: Actor) -> int:
    with store.read() as tx:
        own = select(Record.id).where(Record.kind == "account", Record.owner_id == by.user_id)
        return tx.execute(own.order_by(Record.id).limit(1)).scalar_one()


def _row_at(tx: Connection, subject: int, by: Actor, share: float) -> Any:
    """A row at that share of the timeline; instants are spread evenly."""
    newest = timeline(tx, subject, by=by, limit=1).rows[0]
    oldest = timeline(tx, subject, by=by, limit=1, from_end=True).rows[0]
    return replace(newest, occurred_at=newest.occurred_at - (newest.occurred_at - oldest.occurred_at) * share)


def _searches(bench: Bench) -> None:
    rng, words = random.Random(3), Writer(seed=7, stretch=10).words

    # What people type: half common words, half any word.
    def word() -> str:
        return rng.choice(words[:300]) if rng.random() < 0.5 else rng.choice(words)

    def long_word(letters: int) -> str:
        return next(w for w in iter(word, None) if len(w) >= letters)

    for letters in (2, 3, 4, 5, 6):
        texts = [long_word(letters)[:letters] for _ in range(3 * ROUNDS)]
        bench.time(f"search: {letters} letters", 50, search, *[{"args": (text,)} for text in texts])
    common = [word[:letters] for word in words[:100] for letters in (2, 3, 4) if len(word) >= letters]
    bench.time("search: beginnings of the 100 commonest", 50, search, *[{"args": (text,)} for text in common])
    pairs = [f"{word()} {long_word(2)[: rng.randint(2, 6)]}" for _ in range(3 * ROUNDS)]
    bench.time("search: two words", 50, search, *[{"args": (text,)} for text in pairs])
    pairs = [f"{rng.choice(words[:100])} {rng.choice(words[:100])}" for _ in range(3 * ROUNDS)]
    bench.time("search: two of the 100 commonest", 50, search, *[{"args": (text,)} for text in pairs])
    phrases = [f'"{rng.choice(words[:60])} {rng.choice(words[:60])}"' for _ in range(ROUNDS)]
    bench.time("search: a phrase of two common words", 50, search, *[{"args": (text,)} for text in phrases])


def _lists(bench: Bench) -> None:
    bench.time("inbox: all mailboxes", 20, inbox, *[{}] * ROUNDS)
    for role in ("inbox", "sent"):
        bench.time(f"inbox: folder {role}", 20, inbox, *[{"folder_role": role}] * ROUNDS)
    bench.time("inbox: unread only", 20, inbox, *[{"unread_only": True, "folder_role": "inbox"}] * ROUNDS)
    bench.time("inbox: undecided only", 20, inbox, *[{"undecided_only": True}] * ROUNDS)
    bench.time("inbox: from its end", 20, inbox, *[{"from_end": True}] * ROUNDS)
    texts = ("th", "inv", "meeting", "the agreement", "zz", "qu")
    bench.time("inbox: filtered by text", 50, inbox, *[{"text": text} for text in texts * 8])
    bench.time("inbox: counts", 50, inbox_counts, *[{}] * 10)
    for kind, count in RECORDS.items():
        for sort in ("title", "modified", "activity"):
            options = {"args": (kind,), "today": TODAY, "sort": sort}
            bench.time(f"{kind} list of {count:,} by {sort}", 20, list_records, *[options] * 10)
        options = {"args": (kind,), "today": TODAY}
        views = [options | {"view": view} for view in ("mine", "silent")]
        bench.time(f"{kind} views mine, silent", 50, list_records, *views * 10)
        filters = [options | {"text": text} for text in ("a", "st", "thr", "mea")]
        bench.time(f"{kind} filtered by text", 50, list_records, *filters * 5)
        bench.time(f"{kind} count", 50, count_records, *[options] * 10)
    bench.time("agenda: a week", 20, agenda, *[{"start": NOW, "end": NOW + timedelta(days=7)}] * 10)
    bench.time("tasks due", 20, tasks_due, *[{"until": TODAY}] * 10)


def _is_empty(store: Store) -> bool:
    with store.read() as tx:
        return tx.execute(select(Record.id).limit(1)).scalar() is None


@contextmanager
def _opened(url: str | None) -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(url or str(Path(folder) / "million.db"))
        try:
            yield store
        finally:
            store.close()


if __name__ == "__main__":
    main(sys.argv[1:])
