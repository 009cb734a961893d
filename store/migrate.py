"""Bringing an older store to the newest revision, with a backup first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from store.backup import backup
from store.duplicates.candidates import KINDS
from store.engine import REVISION, Store
from store.errors import StoreError
from store.linking.pending import reopen_all
from store.names.rebuilding import rebuild_names
from store.records.effects import index_anew

#: The revision that brought the name index and telephone numbers among the words of records, both of which follow
#: from the records and are written by today's program.
_NAME_INDEX = "0003"

_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What `upgrade` did; `before` is None for a store without tables, `note` tells a person about the backup."""

    before: str | None
    after: str | None
    backup: Path | None
    note: str


def upgrade(store: Store, revision: str = "head") -> Upgrade:
    """Migrate to a revision in one transaction: either all of it happens or nothing.

    A SQLite store with content is first copied beside its file. PostgreSQL is not copied: its transaction undoes a
    failed migration, and its backups are its operator's.
    """
    with _writing(store) as tx:
        before = _revision(tx)
        if store.is_sqlite:
            copy = _copy_beside(store, before)
            note = f"Before the upgrade the store was copied to {copy}." if copy else "The store was empty."
        else:
            copy, note = None, "No copy of a PostgreSQL store is made; make one with: regarding backup."
        command.upgrade(config(tx), revision)
        after = _revision(tx)
        if before is not None and before < _NAME_INDEX and after == REVISION:
            rebuild_names(tx)
            index_anew(tx, KINDS)
            reopen_all(tx)
        return Upgrade(before, after, copy, note)


def config(tx: Connection) -> Config:
    """Alembic's configuration for a connection whose transaction is open; there is no alembic.ini."""
    settings = Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.attributes["connection"] = tx
    return settings


@contextmanager
def _writing(store: Store) -> Iterator[Connection]:
    """A transaction with the write lock from the start, so that of two programs only one migrates."""
    with store.engine.connect() as connection:
        tx = connection.execution_options(regarding_write=True)
        driver: Any = connection.connection.dbapi_connection
        if store.is_sqlite:
            # Rebuilding a table drops the old one, which would delete what refers to it; refused inside a transaction.
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with tx.begin():
                if not store.is_sqlite:
                    tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7247)")
                yield tx
                if store.is_sqlite:
                    _check_references(tx)
        finally:
            if store.is_sqlite:
                driver.execute("PRAGMA foreign_keys=ON")


def _check_references(tx: Connection) -> None:
    broken = tx.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise StoreError(f"the upgrade would leave {broken[0]} referring to a missing {broken[2]}, so it was undone")


def _copy_beside(store: Store, before: str | None) -> Path | None:
    if store.path is None or before is None:
        return None
    target = store.path.with_name(f"{store.path.name}.before-{before}")
    number = 1
    while target.exists():
        number += 1
        target = store.path.with_name(f"{store.path.name}.before-{before}.{number}")
    backup(store, target)
    return target


def _revision(tx: Connection) -> str | None:
    return MigrationContext.configure(tx).get_current_revision()
