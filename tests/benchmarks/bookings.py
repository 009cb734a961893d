"""Whether eight schedulers who want the same ever book it twice, and what that costs them.

    python -m tests.benchmarks.bookings [--bookings 5000] [--processes 8] [--sqlite-only]

So many acts (bookings, and among them moves, cancellations and undos) by processes of their own on one store, on SQLite
and on PostgreSQL (a throw-away server). Prints how they ended, double bookings counted anew minute by minute, acts per
second, and that as a ratio to a single process in the same run. Ends with an error for a double booking, a failed write
or a deadlock.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from store.engine import connect, open_store
from tests.store import postgresql
from tests.store.scheduling.competing import compete, double_bookings, set_up

_DAYS = 10
_ALONE = 10  # a single process does one in so many, to compare


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bookings", type=int, default=5_000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--sqlite-only", action="store_true")
    parser.add_argument("--child", nargs=3, metavar=("URL", "SEED", "ACTS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        url, seed, acts = arguments.child
        store = connect(url)
        print(json.dumps(compete(store, int(seed), int(acts), quarters=_DAYS * 96)))
        store.close()
        return
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _stores(Path(folder), sqlite_only=arguments.sqlite_only):
            wrong += _measure(name, url, arguments.bookings, arguments.processes)
    sys.exit(1 if wrong else 0)


def _measure(name: str, url: str, acts: int, processes: int) -> int:
    """Print how it went on one store; returns how much went wrong."""
    store = open_store(url)
    set_up(store)
    _, alone = _compete(url, acts // _ALONE, 1, first_seed=1_000)
    ended, together = _compete(url, acts, processes, first_seed=1)
    with store.read() as tx:
        double = double_bookings(tx)
    store.close()
    print(f"{name}: {acts:,} acts by {processes} processes, {acts / together:.0f} a second")
    single = acts // _ALONE / alone
    print(f"  one process alone: {single:.0f} a second, ratio {acts / together / single:.2f}")
    print(f"  {', '.join(f'{what} {count:,}' for what, count in sorted(ended.items()))}")
    print(f"  double bookings: {len(double)}, failed: {ended['failed']}")
    return len(double) + ended["failed"]


def _compete(url: str, acts: int, processes: int, *, first_seed: int) -> tuple[Counter[str], float]:
    """How the acts ended, and the seconds from the first process's start to the last one's end."""
    share = acts // processes
    began = time.perf_counter()
    line = [sys.executable, "-m", "tests.benchmarks.bookings", "--child", url]
    children = [
        subprocess.Popen([*line, str(first_seed + number), str(share)], stdout=subprocess.PIPE, text=True)
        for number in range(processes)
    ]
    ended = Counter[str]()
    for child in children:
        said, _ = child.communicate()
        ended.update(json.loads(said) if child.returncode == 0 else {"failed": 1})
    return ended, time.perf_counter() - began


def _stores(folder: Path, *, sqlite_only: bool) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{folder / 'store.db'}"
    if sqlite_only:
        return
    bin_dir = postgresql.programs()
    if bin_dir is None:
        print("PostgreSQL's server is not installed, so it was left out.")
        return
    with postgresql.server(bin_dir) as server, _database(server) as url:
        yield "PostgreSQL", url


@contextmanager
def _database(server: postgresql.Server) -> Iterator[str]:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE bookings"))
    engine.dispose()
    yield server.database("bookings")


if __name__ == "__main__":
    main()
