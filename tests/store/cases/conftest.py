from __future__ import annotations

import pytest

from store.engine import Store


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store
