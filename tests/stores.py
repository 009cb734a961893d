"""Stores for tests: each test that asks for a `store` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from store.engine import Store, connect, open_store
from tests.store import postgresql

_TEMPLATE = "regarding_template"


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[postgresql.Server]:
    """One server per test session (and per worker of a parallel one), with a template that holds the empty schema."""
    bin_dir = postgresql.programs()
    if bin_dir is None:
        if os.environ.get("REGARDING_REQUIRE_POSTGRESQL"):
            pytest.fail("PostgreSQL's server is not installed (Debian: apt install postgresql)")
        pytest.skip("PostgreSQL's server is not installed (Debian: apt install postgresql)")
    with postgresql.server(bin_dir) as server:
        _execute(server, f"CREATE DATABASE {_TEMPLATE}")
        open_store(server.database(_TEMPLATE)).close()
        yield server


@pytest.fixture
def new_postgresql_url(postgresql_server: postgresql.Server) -> Iterator[Callable[[str], str]]:
    """Makes databases from a template (template1 for one without any table) that vanish after the test."""
    made: list[str] = []

    def make(template: str = _TEMPLATE) -> str:
        made.append(f"store_{uuid4().hex}")
        _execute(postgresql_server, f"CREATE DATABASE {made[-1]} TEMPLATE {template}")
        return postgresql_server.database(made[-1])

    yield make
    for name in made:
        _execute(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'store.db'}"
    make: Callable[[str], str] = request.getfixturevalue("new_postgresql_url")
    return make("template1")


@pytest.fixture
def opened() -> Iterator[Callable[[str], Store]]:
    """Connects to stores, whatever their revision, and closes them after the test."""
    with ExitStack() as stack:

        def connect_to(url: str) -> Store:
            store = connect(url)
            stack.callback(store.close)
            return store

        yield connect_to


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An open, empty store."""
    url = str(tmp_path / "store.db") if request.param == "sqlite" else request.getfixturevalue("new_postgresql_url")()
    opened = open_store(url)
    yield opened
    opened.close()


def _execute(server: postgresql.Server, statement: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
