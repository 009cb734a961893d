"""Copying a store while it is in use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.engine import Store
from store.errors import CannotBackUp, Invalid, StoreFull

_STEP = 2_000  # pages; 8 MB at a time, so that progress shows and a key press can stop it

Progress = Callable[[int, int], None]


def backup(store: Store, target: Path, *, progress: Progress | None = None) -> int:
    """Copy the store as it is at this moment to a new file; writers go on meanwhile. Returns its size in bytes.

    A SQLite store becomes a SQLite file, a PostgreSQL one a `pg_dump` archive for `pg_restore`. `progress` is told
    (done, total) in pages, SQLite only. Raises Invalid when the target exists, CannotBackUp, StoreFull.
    """
    if target.exists():
        raise Invalid(f"{target} exists already; a backup never overwrites a file.")
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotBackUp(f"The backup could not be written to {target}: {error.strerror}.") from error
    try:
        if store.path is not None:
            _copy(store.path, part, progress)
        else:
            _dump(store, part)
        part.replace(target)
    except OSError as error:
        raise CannotBackUp(f"The backup could not be written to {target}: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def _copy(source_path: Path, part: Path, progress: Progress | None) -> None:
    part.unlink(missing_ok=True)

    def report(_status: int, remaining: int, total: int) -> None:
        if progress is not None:
            progress(total - remaining, total)

    with _in_our_words(part), closing(sqlite3.connect(source_path, isolation_level=None)) as source:
        # A snapshot of our own: without it every write of another process makes the copy start over.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        with closing(sqlite3.connect(part)) as copy:
            source.backup(copy, pages=_STEP, progress=report)
            # One file without a log beside it, which can be carried anywhere.
            copy.execute("PRAGMA journal_mode=DELETE")
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise CannotBackUp(f"The store is damaged, so the copy was thrown away: {found}.")


def _dump(store: Store, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise CannotBackUp("A PostgreSQL store is backed up with pg_dump, which is not installed here or not on PATH.")
    url = store.engine.url
    command = [program, "--format=custom", f"--file={part}", "--no-password"]
    for option, value in (("host", url.host), ("port", url.port), ("username", url.username), ("dbname", url.database)):
        if value is not None:
            command.append(f"--{option}={value}")
    # Not on the command line, where every user of the machine could read it.
    environment = {**os.environ, **({"PGPASSWORD": str(url.password)} if url.password else {})}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        said = finished.stderr.strip().splitlines() or ["no reason given"]
        raise CannotBackUp(f"pg_dump failed: {said[-1]}.")


@contextmanager
def _in_our_words(part: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise StoreFull(f"while writing {part.name}") from error
        raise CannotBackUp(f"The store could not be copied to {part}: {error}.") from error
