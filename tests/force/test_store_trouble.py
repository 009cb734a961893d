"""A store that is full or held by somebody else: a sentence, nothing lost, and the next run completes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import event

from assistant.compose import utc_now
from assistant.importing import import_files
from assistant.linking.worker import link_pending
from store import engine
from store.engine import Store, open_store
from store.errors import StoreBusy, StoreFull
from tests.force import corpus
from tests.force.picture import Picture, picture_of
from tests.force.processes import command

MAILS = 150
FULL = "The disk is full: nothing was lost, free some space and run it again."
BUSY = "Another program has been writing to the store for too long; try again in a moment."


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus.write_files(tmp_path_factory.mktemp("full") / "files", mails=MAILS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, files: Path) -> Picture:
    """What an undisturbed import leaves."""
    path = corpus.new_store(tmp_path_factory.mktemp("full") / "store.db")
    store = open_store(str(path))
    _take_in(store, files)
    store.close()
    return picture_of(path)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(str(corpus.new_store(tmp_path / "store.db")))
    yield opened
    opened.close()


def _take_in(store: Store, files: Path) -> None:
    import_files(store, [files], clock=utc_now, progress=lambda _: None)
    link_pending(store, now=utc_now())


def _pages(store: Store) -> int:
    with store.read() as tx:
        return int(tx.exec_driver_sql("PRAGMA page_count").scalar_one())


def _limit(store: Store, pages: int) -> None:
    """No connection of this store makes the file larger than that; SQLite says then what it says of a full disk."""

    @event.listens_for(store.engine, "begin")
    def limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


@pytest.mark.parametrize("room", [3, 30, 60, 110])
def test_full_disk_is_a_sentence_and_the_next_import_completes(
    store: Store, files: Path, whole: Picture, room: int
) -> None:
    _limit(store, _pages(store) + room)
    with pytest.raises(StoreFull) as told:
        _take_in(store, files)
    assert told.value.sentence == FULL
    _limit(store, 1_000_000)
    _take_in(store, files)
    store.close()
    assert picture_of(Path(store.engine.url.database or "")).differences(whole) == {}


@pytest.mark.skipif(sys.platform == "win32", reason="platform: RLIMIT_FSIZE is a limit of POSIX systems")
def test_file_size_limit_is_a_sentence_and_the_next_import_completes(
    tmp_path: Path, files: Path, whole: Picture
) -> None:
    path = corpus.new_store(tmp_path / "store.db")
    limit = path.stat().st_size + 400_000
    lines = (
        f"import resource, signal, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))",
        # The default ends the process; Python ignores it unless told otherwise.
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)",
        "from store.errors import StoreError; from tests.force import driver",
        "try:\n    driver.main()",
        "except StoreError as error:\n    sys.exit(error.sentence)",
    )
    child = [sys.executable, "-c", "\n".join(lines), *command("import", path, files)[3:]]
    limited = subprocess.run(child, capture_output=True, text=True, check=False)
    assert (limited.returncode, limited.stderr.strip()) == (1, FULL)
    subprocess.run(command("import", path, files), capture_output=True, check=True)
    assert picture_of(path).differences(whole) == {}


def test_store_that_is_held_too_long_is_a_sentence(
    store: Store, files: Path, whole: Picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 50)
    hasty = open_store(store.url)
    with store.write(), pytest.raises(StoreBusy) as told:
        _take_in(hasty, files)
    assert told.value.sentence == BUSY
    _take_in(hasty, files)
    hasty.close()
    assert picture_of(Path(store.engine.url.database or "")).differences(whole) == {}


def test_store_that_is_held_for_a_while_is_waited_for(store: Store, files: Path, whole: Picture) -> None:
    held, free = Event(), Event()

    def hold() -> None:
        with store.write():
            held.set()
            free.wait()

    holder = Thread(target=hold)
    holder.start()
    held.wait()
    waiting = open_store(store.url)
    event.listen(waiting.engine, "before_cursor_execute", lambda *_: free.set())
    _take_in(waiting, files)
    holder.join()
    waiting.close()
    assert picture_of(Path(store.engine.url.database or "")).differences(whole) == {}
