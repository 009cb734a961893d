"""How long `regarding ask` takes: `python -m tests.benchmarks.asking [--store FILE] [--times N]`.

From a cold shell on the demo company, beside `regarding --version`, which is the least that any command takes; and
warm, understood and answered, on a store with 100,000 contacts. Each beside its limit. Without `--store` the large one
is built anew.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median

from sqlalchemy import select

from assistant.chat.conversing import replies, understood
from assistant.chat.registry import Talk
from assistant.compose import Services, compose
from store.chunks import chunked
from store.engine import Store, open_store
from store.errors import StoreError
from store.names.indexing import index_names
from store.queries.records import list_records
from store.schema.records import Record
from tests.benchmarks import fill
from tests.requests.company import filled_store

_CONTACTS, _ACTIVITIES = 100_000, 20_000
_COLD, _WARM = 0.8, 0.05  # seconds
_NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
_ASKED = (
    "open cases for {account}", "what happened with {account} last month", "summary of {account}", "open {contact}",
    "mails from {contact} this week", "who is +43 512 555 019", "what's overdue", "what's new", "my day",
    "pipeline", "urgent tickets",
    "note for {account}: they moved to the new hall", "task: send the list to {contact} by friday",
    "log a call with {contact}: she decides on monday", "new case for {account}, gate stays locked, prio high",
    "remind me on monday to call {contact}", "write {contact} that we come on thursday",
    "will it rain tomorrow",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, help="a large store that was built before")
    parser.add_argument("--times", type=int, default=200, help="requests that are asked warm")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _cold(filled_store(Path(folder), now=_NOW))
    with _large(options.store) as path:
        _warm(path, options.times)


def _cold(store: Path) -> None:
    ask = _best("ask", "open cases for highland", "--store", str(store))
    bare = _best("--version")
    print(f"cold  {ask:.2f} s (limit {_COLD:.2f}); --version alone {bare:.2f} s")


def _best(*arguments: str, times: int = 5) -> float:
    """The quickest of several runs: others use the machine, too."""
    return min(_seconds(lambda: _run(arguments)) for _ in range(times))


def _run(arguments: tuple[str, ...]) -> None:
    command = [sys.executable, "-c", "from tui.entry import main; main()", *arguments]
    subprocess.run(command, check=True, capture_output=True)


def _seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


@contextmanager
def _large(path: Path | None) -> Iterator[Path]:
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "large.db"
        fill.RECORDS["contact"] = _CONTACTS
        store = open_store(str(built))
        fill.fill(store, _ACTIVITIES)
        _name(store)
        store.close()
        yield built


def _name(store: Store) -> None:
    """Let all that is called something be found by its name."""
    with store.write() as tx:
        named = tx.execute(select(Record.id).where(Record.kind.in_(("account", "contact", "lead")))).scalars().all()
        for portion in chunked(named):
            index_names(tx, portion)


def _warm(path: Path, times: int) -> None:
    services = compose(str(path))
    talk = Talk(services, _NOW)
    requests = list(islice(_requests(services), times + 10))
    for text in requests[:10]:
        _answer(talk, text)
    understood_in = sorted(_seconds(lambda text=text: understood(talk, text)) for text in requests[10:])  # type: ignore[misc]
    took = sorted(_seconds(lambda text=text: _answer(talk, text)) for text in requests[10:])  # type: ignore[misc]
    services.close()
    for name, found in (("understood", understood_in), ("answered", took)):
        print(
            f"warm  {name}: median {median(found) * 1e3:.0f} ms, p95 {_p95(found) * 1e3:.0f} ms"
            f" (limit {_WARM * 1e3:.0f}) with {_CONTACTS:,} contacts"
        )


def _p95(found: list[float]) -> float:
    return found[len(found) * 95 // 100]


def _answer(talk: Talk, text: str) -> None:
    try:
        list(replies(talk, understood(talk, text)))
    except StoreError:
        return  # a sentence to whoever asked is an answer


def _requests(services: Services) -> Iterator[str]:
    """Each of another customer and another person."""
    names = {
        kind: [row.title for row in services.read(list_records, kind, today=_NOW.date(), limit=300).rows]
        for kind in ("account", "contact")
    }
    for at, asked in enumerate(cycle(_ASKED)):
        yield asked.format(**{kind: some[at * 7 % len(some)] for kind, some in names.items()})


if __name__ == "__main__":
    main()
