"""How long a what-if takes with 200 resources and 20,000 bookings, from the store to the repairs.

    python -m tests.benchmarks.whatif [--runs 3]

Prints for each change the bookings that break, those that can be done all the same, the time on the clock and the
processor time (the least of the runs), and the latter as a ratio to what it may take: 1 s, and 20 s where a day of all
200 breaks. Ends with 1 when one takes longer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assistant.scheduling.plans.changes import Change, Closed, Moved, Off, OtherHours, Without
from assistant.scheduling.plans.whatif import what_if
from store.actor import SYSTEM
from store.engine import Store, open_store
from store.scheduling.reading import read_setup
from tests.benchmarks.board import NOW, make

LIMIT, LIMIT_OF_ALL = 1.0, 20.0  # seconds
_TUESDAY = datetime(2026, 10, 13, tzinfo=UTC)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    wanted = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        make(path)
        store = open_store(str(path))
        for name, change in _changes(store).items():
            runs = [_asked(store, change) for _ in range(wanted.runs)]
            steps, done = runs[0][:2]
            wall, cpu = (min(run[place] for run in runs) for place in (2, 3))
            ratio = cpu / (LIMIT_OF_ALL if isinstance(change, Closed) else LIMIT)
            worst = max(worst, ratio)
            print(f"{name}: {steps:,} break, {done:,} can be done; {wall:.2f} s, processor {cpu:.2f} s: {ratio:.2f} x")
        store.close()
    return int(worst > 1)


def _changes(store: Store) -> dict[str, Change]:
    with store.read() as tx:
        setup = read_setup(tx)
    first, site = next(iter(setup.resources)), next(iter(setup.sites))
    return {
        "sick for the week": Off(first, _TUESDAY, _TUESDAY + timedelta(days=5), "ill"),
        "other hours": OtherHours(first, "Mon-Fri 09:00-15:00", date(2026, 10, 13)),
        "taken out": Without(first, date(2026, 10, 13)),
        "site closed for a day": Closed(site, date(2026, 10, 21)),
        "moved by a day": Moved(600, datetime(2026, 10, 20, 9, tzinfo=UTC)),
    }


def _asked(store: Store, change: Change) -> tuple[int, int, float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    with store.read() as tx:
        found = what_if(tx, change, by=SYSTEM, now=NOW)
    return len(found.steps), len(found.done), time.perf_counter() - wall, time.process_time() - cpu


if __name__ == "__main__":
    sys.exit(main())
