"""Companies found by misspelt names: the name index beside an exhaustive comparison with rapidfuzz's WRatio.

`python -m tests.benchmarks.names [--accounts 100000 1000000] [--queries 1000] [--store URL]`. Names and noise are
those of tests/benchmarks/company_names.py. A query is right when the first record found is the one meant; the
exhaustive comparison sees every title through rapidfuzz's own `default_process`, with `--folded` also as the index
folds them. Times are of one text in a process that has asked before; processor time is printed beside them, because
with SQLite that is all the work, whatever else the machine does. The limits (p99 of 10 ms per 100,000 accounts) are
those of SQLite; PostgreSQL is printed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import sqrt
from pathlib import Path

from rapidfuzz import fuzz, process, utils
from sqlalchemy import func, insert, select, text

from store.engine import Store, open_store
from store.names.fold import company_key
from store.names.index import find_names
from store.names.indexing import forget_names, index_names
from store.names.rebuilding import rebuild_names
from store.schema.names import NameWord
from store.schema.records import Account, Record
from store.types import new_uid
from tests.benchmarks.company_names import Namer, misspelt

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECALL = 0.98  # of the exhaustive comparison's top-1
P99 = 10.0  # ms per 100,000 accounts
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Query:
    """A misspelt name and the account that is meant."""

    text: str
    record_id: int


@dataclass(frozen=True, slots=True)
class Answers:
    """Which queries were answered rightly, and how long each took, in milliseconds."""

    right: tuple[bool, ...]
    times: tuple[float, ...]
    own: tuple[float, ...]

    @property
    def share(self) -> float:
        return sum(self.right) / len(self.right)

    def __str__(self) -> str:
        low, high = interval(sum(self.right), len(self.right))
        times, own = (
            "   ".join(
                f"{name} {percentile(some, at):.1f}" for name, at in (("median", 0.5), ("p95", 0.95), ("p99", 0.99))
            )
            for some in (self.times, self.own)
        )
        return f"top-1 {self.share:.4f} [{low:.4f}, {high:.4f}]   ms: {times}   processor ms: {own}"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--store", help="the URL of an empty store; one size only")
    parser.add_argument("--no-exhaustive", action="store_true", help="only the index; without anything to compare with")
    parser.add_argument("--folded", action="store_true", help="compare exhaustively with folded names too")
    options = parser.parse_args(arguments)
    for accounts in options.accounts:
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(options.store or str(Path(folder) / "names.db"))
            titles = fill(store, accounts, options.seed)
            _say(f"\n{store.engine.dialect.name}, {accounts:,} accounts, {options.queries:,} queries")
            _build(store, accounts)
            queries = noisy(accounts, options.queries, options.seed)
            ours = indexed(store, queries)
            _say(f"  index       {ours}")
            limit = P99 * accounts / 100_000
            wall, own = percentile(ours.times, 0.99), percentile(ours.own, 0.99)
            _say(f"  p99 = {wall / limit:.3f} x {limit:.0f} ms, processor {own / limit:.3f} x")
            if not options.no_exhaustive:
                _compare(ours, exhaustive(titles, queries), "exhaustive")
            if options.folded:
                _compare(ours, exhaustive(titles, queries, folded=True), "exhaustive, folded")
            store.close()


def fill(store: Store, accounts: int, seed: int) -> list[str]:
    """Accounts with the keys 1 to `accounts`, without their names in the index; returns the titles in that order."""
    titles = [company.title for company in Namer(seed).companies(accounts)]
    for start in range(0, accounts, _CHUNK):
        keys = range(start + 1, min(start + _CHUNK, accounts) + 1)
        rows = [
            {"id": key, "uid": new_uid(), "kind": "account", "number": f"ACC-{key:07}", "title": titles[key - 1],
             "created_at": NOW, "modified_at": NOW}
            for key in keys
        ]  # fmt: skip
        with store.write() as tx:
            tx.execute(insert(Record), rows)
            tx.execute(insert(Account), [{"id": key} for key in keys])
    return titles


def noisy(accounts: int, count: int, seed: int) -> list[Query]:
    """Queries for accounts drawn at random."""
    rng = random.Random(seed + 1)
    wanted = dict.fromkeys(rng.sample(range(accounts), min(count, accounts)))
    companies = {key: company for key, company in enumerate(Namer(seed).companies(accounts)) if key in wanted}
    return [Query(misspelt(companies[key], rng), key + 1) for key in wanted]


def indexed(store: Store, queries: Sequence[Query]) -> Answers:
    """The index's answers."""
    with store.read() as tx:
        for query in queries[:20]:
            find_names(tx, [query.text], kinds=("account",))
    right, times, own = [], [], []
    for query in queries:
        started, processor = time.perf_counter(), time.process_time()
        with store.read() as tx:
            found = find_names(tx, [query.text], kinds=("account",)).get(query.text, ())
        own.append((time.process_time() - processor) * 1000)
        times.append((time.perf_counter() - started) * 1000)
        right.append(bool(found) and found[0].record_id == query.record_id)
    return Answers(tuple(right), tuple(times), tuple(own))


def exhaustive(titles: Sequence[str], queries: Sequence[Query], *, folded: bool = False) -> Answers:
    """The answers of a comparison with every title."""
    prepare = company_key if folded else utils.default_process
    prepared = [prepare(title) for title in titles]
    right, times, own = [], [], []
    for query in queries:
        started, processor = time.perf_counter(), time.process_time()
        best = process.extractOne(prepare(query.text), prepared, scorer=fuzz.WRatio)
        own.append((time.process_time() - processor) * 1000)
        times.append((time.perf_counter() - started) * 1000)
        right.append(best is not None and best[2] + 1 == query.record_id)
    return Answers(tuple(right), tuple(times), tuple(own))


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z, share = 1.96, right / count
    middle, width = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - width) / (1 + z * z / count), (middle + width) / (1 + z * z / count)


def ratio_interval(ours: Sequence[bool], theirs: Sequence[bool], rounds: int = 2_000) -> tuple[float, float]:
    """The 95 % interval of the ratio of two shares over the same queries, by resampling the queries."""
    rng, pairs = random.Random(5), list(zip(ours, theirs, strict=True))
    ratios = []
    for _ in range(rounds):
        drawn = rng.choices(pairs, k=len(pairs))
        ratios.append(sum(one for one, _ in drawn) / max(1, sum(other for _, other in drawn)))
    ratios.sort()
    return ratios[int(rounds * 0.025)], ratios[int(rounds * 0.975)]


def _compare(ours: Answers, theirs: Answers, name: str) -> None:
    _say(f"  {name}  {theirs}")
    low, high = ratio_interval(ours.right, theirs.right)
    _say(f"  top-1 = {ours.share / theirs.share:.4f} [{low:.4f}, {high:.4f}] x {name}, limit {RECALL} x")


def _build(store: Store, accounts: int) -> None:
    before = _size(store)
    started = time.perf_counter()
    with store.write() as tx:
        rebuild_names(tx)
    took = time.perf_counter() - started
    with store.read() as tx:
        words = tx.execute(select(func.count()).select_from(NameWord)).scalar_one()
    grown = (_size(store) - before) / 1e6
    _say(f"  built in {took:.1f} s ({accounts / took:,.0f} names/s), {grown:.0f} MB, {words:,} different words")
    for size in (1, 100):
        portions = [range(start, start + size) for start in range(1, 1 + 20 * size, size)]
        with store.write() as tx:
            forget_names(tx, [key for portion in portions for key in portion])
        started = time.perf_counter()
        for portion in portions:
            with store.write() as tx:
                index_names(tx, portion)
        _say(f"  added by {size}: {(time.perf_counter() - started) * 1000 / 20 / size:.2f} ms for each")


def _size(store: Store) -> int:
    """Bytes of the whole store."""
    if store.path is None:
        with store.read() as tx:
            return int(tx.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
    with store.engine.connect() as tx:
        tx.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return store.path.stat().st_size


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
