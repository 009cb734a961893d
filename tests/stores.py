"""Stores for tests: each test that asks for a `store` runs on SQLite and on PostgreSQL.

Making tables takes ten times as long as copying a file or emptying a database, and compiling statements as long as all
the rest of a test. So a session makes tables once, and all its stores share what was compiled.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Dialect, Engine, create_engine, text

from store.engine import Store, connect, open_store
from tests.store import postgresql
from tests.store.emptying import Emptied

_TEMPLATE = "regarding_template"


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """What SQLAlchemy compiled for one store serves every other one on such a database."""
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}

    def create_sharing(*words: Any, **options: Any) -> Engine:
        engine = create_engine(*words, **options, execution_options={"compiled_cache": compiled})
        engine.dialect = dialects.setdefault(engine.dialect.name, engine.dialect)
        return engine

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr("store.engine.create_engine", create_sharing)
        yield


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store as a file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "store.db"
    open_store(str(path)).close()
    return path


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


@pytest.fixture
def sqlite_store(empty_file: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty store on SQLite: for what does not depend on the database."""
    opened = connect(str(shutil.copy(empty_file, tmp_path / "store.db")))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def kept_database(postgresql_server: postgresql.Server) -> Iterator[Emptied]:
    _execute(postgresql_server, f"CREATE DATABASE kept TEMPLATE {_TEMPLATE}")
    kept = Emptied(connect(postgresql_server.database("kept")))
    yield kept
    kept.close()


@pytest.fixture
def postgresql_store(kept_database: Emptied) -> Iterator[Store]:
    yield kept_database.store
    kept_database.empty()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store(request: pytest.FixtureRequest) -> Store:
    """An open, empty store."""
    store: Store = request.getfixturevalue(f"{request.param}_store")
    return store


def _execute(server: postgresql.Server, statement: str) -> None:
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
