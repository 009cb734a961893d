"""One mailbox with its outbox, on SQLite and on PostgreSQL where a test says nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import Store, open_store
from tests.assistant.outbox.world import World, new_world


@pytest.fixture
def world(store: Store) -> World:
    return new_world(store)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[World]:
    """On SQLite alone: for what does not depend on the database."""
    store = open_store(str(tmp_path / "store.db"))
    yield new_world(store)
    store.close()
