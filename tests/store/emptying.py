"""A database of tests on PostgreSQL that is as new after each of them."""

from __future__ import annotations

from sqlalchemy import Connection, create_engine, inspect, text

from store.engine import Store

_REVISION = "alembic_version"


class Emptied:
    """One database with the tables of a store and no row in them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._engine = create_engine(store.url, isolation_level="AUTOCOMMIT")
        names = [name for name in inspect(self._engine).get_table_names() if name != _REVISION]
        self._filled = text(" UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names))

    def empty(self) -> None:
        """Disconnect whoever is left, and take out every row; numbers are given from one again."""
        self.store.close()
        with self._engine.connect() as tx:
            tx.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            # Without foreign keys in the way. TRUNCATE is slower: it makes new files for every table and index.
            filled = tx.execute(self._filled).scalars()
            deletions = "; ".join(f"DELETE FROM {name}" for name in filled)
            tx.exec_driver_sql(f"SET session_replication_role = replica; {deletions}")
            self._restart(tx)

    def close(self) -> None:
        self.store.close()
        self._engine.dispose()

    def _restart(self, tx: Connection) -> None:
        tx.exec_driver_sql(
            "SELECT setval(format('%%I', sequencename)::regclass, start_value, false) FROM pg_sequences"
            " WHERE last_value IS NOT NULL"
        )
