"""Opening a store: SQLite (embedded, WAL) or PostgreSQL by URL, and the two kinds of transactions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError, SQLAlchemyError

from store.errors import StoreBusy, StoreError, StoreFull, StoreTooNew, StoreUnreachable
from store.types import storable_json

#: The newest Alembic revision; compared at start so that opening a current store does not import Alembic.
REVISION = "0007"

BUSY_TIMEOUT_MS = 10_000
_LOOKS_MS = 33
_WRITERS = 7247  # key of the advisory lock that writers take on PostgreSQL


@dataclass(frozen=True)
class Store:
    """An open store. Connections are pooled; use one transaction per unit of work and keep none between key presses."""

    url: str
    engine: Engine = field(repr=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def path(self) -> Path | None:
        """The file of a SQLite store."""
        database = self.engine.url.database
        return Path(database) if self.is_sqlite and database else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot to read from. Raises StoreBusy, StoreUnreachable."""
        with _in_our_words(), self.engine.connect() as tx:
            yield tx

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start and commits at the end of the block.

        `durable`: the commit is on disk before it returns, for the one that precedes sending anything to a person.
        Raises StoreBusy, StoreFull, StoreUnreachable.
        """
        with _in_our_words(), self.engine.connect() as connection:
            tx = connection.execution_options(regarding_write=True)
            if self.is_sqlite:
                _set_durability(connection, durable=durable)
            with tx.begin():
                if not self.is_sqlite:
                    _wait_for_other_writers(tx)
                yield tx

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, refuse_event_loop: bool = False) -> Store:
    """Open the store at a SQLAlchemy URL or a file path, create it when new, migrate it (after a backup) when old.

    `refuse_event_loop` makes any SQL on a thread with a running event loop an error: screens must use workers.
    Raises StoreUnreachable, StoreTooNew.
    """
    store = connect(url, refuse_event_loop=refuse_event_loop)
    with _in_our_words():
        found = _revision(store)
    if found is None:
        create(store)
    elif found > REVISION:
        raise StoreTooNew(f"revision {found}, this program knows {REVISION}")
    elif found < REVISION:
        from store.migrate import upgrade  # Alembic costs 0.15 s and is needed only here

        upgrade(store)
    return store


def connect(url: str, *, refuse_event_loop: bool = False) -> Store:
    """The store at `url` whatever its revision; most callers want `open_store`."""
    try:
        target = make_url(url if "://" in url else f"sqlite:///{Path(url).absolute()}")
        if target.drivername in ("postgresql", "postgres"):
            target = target.set(drivername="postgresql+psycopg")
        if target.get_backend_name() == "sqlite" and target.database:
            Path(target.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            target, pool_pre_ping=target.get_backend_name() == "postgresql", json_serializer=storable_json
        )
    except (SQLAlchemyError, ImportError, OSError, ValueError) as error:
        raise StoreUnreachable(str(error)) from error
    if engine.dialect.name == "sqlite":
        _tune_sqlite(engine)
    if refuse_event_loop:
        event.listen(engine, "before_cursor_execute", _refuse_event_loop)
    return Store(url=target.render_as_string(hide_password=False), engine=engine)


def create(store: Store) -> None:
    """Make all tables of the newest revision. Safe when two processes do it at once."""
    from store.schema.tables import metadata  # loads every table

    with store.write() as tx:
        if _revision_in(tx) is not None:
            return
        metadata.create_all(tx)
        tx.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
        tx.execute(text("INSERT INTO alembic_version VALUES (:revision)"), {"revision": REVISION})


def _revision(store: Store) -> str | None:
    with store.engine.connect() as tx:
        return _revision_in(tx)


def _revision_in(tx: Connection) -> str | None:
    if not inspect(tx).has_table("alembic_version"):
        return None
    found = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return None if found is None else str(found)


def _wait_for_other_writers(tx: Connection) -> None:
    """One writer at a time, as on SQLite: what a transaction looked up is still true when it writes.

    Without it two processes that take in the same mail find it missing both, and one of them fails.
    """
    tx.exec_driver_sql(f"SET LOCAL lock_timeout = {BUSY_TIMEOUT_MS}; SELECT pg_advisory_xact_lock({_WRITERS})")


def _set_durability(connection: Connection, *, durable: bool) -> None:
    # On the driver's connection: SQLAlchemy would begin a transaction first, and the pragma is refused inside one.
    driver: Any = connection.connection.dbapi_connection
    driver.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")


def _tune_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # pysqlite's own BEGIN comes too late for IMMEDIATE; we begin ourselves below.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=NORMAL",
            "foreign_keys=ON",
            "cache_size=-32768",
            "mmap_size=67108864",
            "temp_store=MEMORY",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("regarding_write", False):
            _begin_writing(connection)
        else:
            connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: Connection) -> None:
    """Begin as the writer: a deferred transaction that turns into one fails at once when another one wrote since.

    SQLite looks for the lock ever more seldom, in the end ten times a second, so that of many who write without a pause
    some never find it free. Asked anew each time, it looks after 1, 3, 8, 18 and 33 ms again and again.
    """
    driver: Any = connection.connection.dbapi_connection
    until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    driver.execute(f"PRAGMA busy_timeout={_LOOKS_MS}").close()
    try:
        while True:
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                return
            except OperationalError as error:
                if "locked" not in str(error.orig) or time.monotonic() > until:
                    raise
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()


def _refuse_event_loop(*_: Any) -> None:
    if asyncio._get_running_loop() is not None:
        raise RuntimeError("SQL on the event loop: run the query in a worker thread")


@contextmanager
def _in_our_words() -> Iterator[None]:
    """Translate the driver's errors; a failure of a statement itself stays as it is, for bisecting."""
    try:
        yield
    except OperationalError as error:
        raise _translated(error) from error
    except DatabaseError as error:
        if "file is not a database" in str(error.orig):
            raise StoreUnreachable("the file is not a Regarding store") from error
        raise


def _what_came_before(error: DBAPIError) -> DBAPIError | None:
    """The failure of the store that was being handled when this one came."""
    before = error.orig.__context__ if error.orig else None
    while before is not None and not isinstance(before, DBAPIError):
        before = before.__context__
    return before


def _translated(error: DBAPIError) -> StoreError | DBAPIError:
    said = str(error.orig)
    if "no such savepoint" in said and (reason := _what_came_before(error)):
        # SQLite rolls the whole transaction back when the disk is full, and the savepoint goes with it.
        return _translated(reason)
    if "locked" in said or "busy" in said or "lock timeout" in said:
        return StoreBusy()
    if "disk is full" in said or "No space left" in said or "disk I/O error" in said:
        return StoreFull()
    # Without a statement the failure is that of connecting: no such host, no such database, a wrong password.
    if error.statement is None or "unable to open" in said or "connection" in said or "readonly" in said:
        return StoreUnreachable(said.splitlines()[0])
    return error
