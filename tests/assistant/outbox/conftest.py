"""One mailbox with its outbox, on SQLite and on PostgreSQL where a test says nothing else."""

from __future__ import annotations

import pytest

from store.engine import Store
from tests.assistant.outbox.world import World, new_world


@pytest.fixture
def world(store: Store) -> World:
    return new_world(store)


@pytest.fixture
def small(sqlite_store: Store) -> World:
    """On SQLite alone: for what does not depend on the database."""
    return new_world(sqlite_store)
