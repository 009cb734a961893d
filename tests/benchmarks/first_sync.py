"""The first sync of a large mailbox over EWS: when today's mail can be read, how fast the rest comes, what it costs.

    python -m tests.benchmarks.first_sync [--items 100000] [--bare]

The sandbox, the sync and the reader that it is compared with (fetching the same mails without storing them) run in
processes of their own, one after the other. Memory is the peak resident size after a tenth, after a half and at the
end: what is held must not grow with what was read, so the second half may add little to the first. What does grow is
what SQLite keeps of the store, up to its two caps; `--bare` takes them away and shows what is left.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import event, select

from assistant.compose import utc_now
from assistant.connecting import EXCHANGE, exchange_connector
from assistant.pulling import SyncProgress
from assistant.syncing import sync_mailbox
from store.engine import Store, open_store
from store.schema.activities import Activity
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.benchmarks.ews import ADDRESS, PASSWORD, measure
from tests.peak import mapped_bytes, peak_bytes

LIMIT = 5.0  # seconds until today's mail can be read
COMPARED = 2_000  # mails that are read without being stored
GROWTH = 1.1  # the peak at the end, of that after a half
MARKS = (0.1, 0.5, 1.0)  # shares of the mails after which memory is told
BARE = ("cache_size=-512", "mmap_size=0")


class Watched:
    """Looks at the store after every commit."""

    def __init__(self, store: Store, items: int) -> None:
        self.store, self.items = store, items
        self.started = perf_counter()
        self.newest_after = 0.0
        self.peaks: list[tuple[int, int]] = []  # each with what of it are files

    def look(self, progress: SyncProgress) -> None:
        if not self.newest_after and self._is_readable(f"Offer {self.items - 1}"):
            self.newest_after = perf_counter() - self.started
        if len(self.peaks) < len(MARKS) and progress.done >= MARKS[len(self.peaks)] * self.items:
            self.peaks.append((peak_bytes(), mapped_bytes()))

    def _is_readable(self, subject: str) -> bool:
        with self.store.read() as tx:
            return tx.execute(select(Activity.id).where(Activity.subject == subject)).scalar() is not None


def run_sync(url: str, items: int, *, bare: bool) -> None:
    """Sync once into a fresh store and print what was seen as JSON."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        store = open_store(str(Path(folder) / "store.db"))
        if bare:
            strip(store)
        with store.write() as tx:
            settings = {"service_endpoint": url, "login": "basic"}
            add_mailbox(tx, address=ADDRESS, provider=EXCHANGE, settings=settings, now=utc_now())
            (mailbox,) = sync_mailboxes(tx)
        watched = Watched(store, items)
        connector = exchange_connector(lambda _: PASSWORD, clock=utc_now)
        report = sync_mailbox(store, mailbox, connector, clock=utc_now, progress=watched.look)
        seconds = perf_counter() - watched.started
        kept = kept_by_sqlite(store)
        peaks = [*watched.peaks[: len(MARKS) - 1], (peak_bytes(), mapped_bytes())]
        store.close()
    print(json.dumps([report.new, seconds, watched.newest_after, peaks, kept, report.error]))


def strip(store: Store) -> None:
    """Let SQLite keep next to nothing of the store."""

    @event.listens_for(store.engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        for pragma in BARE:
            connection.execute(f"PRAGMA {pragma}").close()

    store.engine.dispose()


def kept_by_sqlite(store: Store) -> tuple[int, int]:
    """The bytes that a connection may keep of pages, and of the file mapped."""
    with store.read() as tx:
        pages = int(tx.exec_driver_sql("PRAGMA cache_size").scalar_one())  # negative: in KiB
        return -pages * 1024, int(tx.exec_driver_sql("PRAGMA mmap_size").scalar_one())


def compare(url: str, items: int, more: Sequence[str]) -> int:
    """Measure and print; 1 when a limit is missed."""
    command = [sys.executable, "-m", "tests.benchmarks.first_sync", "--sync", "--url", url, "--items", str(items)]
    command += more
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    new, seconds, newest, peaks, kept, error = json.loads(done.stdout)
    reading = measure("mails", url, min(items, COMPARED))
    print(f"today's mail could be read after {newest:.1f} s (limit {LIMIT:.0f} s)")
    print(f"{new:,} mails stored, linked and searchable in {seconds:.0f} s: {new / seconds:.0f}/s")
    print(f"reading them without storing: {reading.rate:.0f}/s; the sync has {new / seconds / reading.rate:.2f}x of it")
    told = ", ".join(
        f"{peak / 1e6:.0f} MB after {share:.0%} ({mapped / 1e6:.0f} of files)"
        for share, (peak, mapped) in zip(MARKS, peaks, strict=True)
    )
    print(f"peak memory {told} (limit {GROWTH}x from half to end)")
    print(f"of the store SQLite keeps up to {kept[0] / 1e6:.0f} MB of pages and {kept[1] / 1e6:.0f} MB mapped")
    if error:
        print(error)
    return int(bool(error) or new != items or newest > LIMIT or peaks[-1][0] > peaks[-2][0] * GROWTH)


def main() -> int:
    """1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--bare", action="store_true", help="without SQLite's page cache and mapped file")
    parser.add_argument("--sync", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.sync:
        run_sync(options.url, options.items, bare=options.bare)
        return 0
    command = [sys.executable, "-m", "tests.benchmarks.ews", "--serve", "--items", str(options.items)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin is not None and server.stdout is not None
        missed = compare(server.stdout.readline().strip(), options.items, ["--bare"] * options.bare)
        server.stdin.close()
    return missed


if __name__ == "__main__":
    sys.exit(main())
