"""Every linking test runs in the same small company, on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from store.engine import Store, connect
from tests.assistant.linking.mails import found_company


@pytest.fixture
def store(store: Store) -> Store:
    return found_company(store)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_company(request: pytest.FixtureRequest, empty_file: Path, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    """Founds the company anew as often as one likes."""
    with ExitStack() as stack:

        def new_url() -> str:
            if request.param == "sqlite":
                return str(shutil.copy(empty_file, tmp_path / f"{uuid4().hex}.db"))
            make: Callable[[], str] = request.getfixturevalue("new_postgresql_url")
            return make()

        def found() -> Store:
            store = connect(new_url())
            stack.callback(store.close)
            return found_company(store)

        yield found
