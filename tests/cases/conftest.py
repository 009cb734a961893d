"""A desk for every case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store.engine import Store
from tests.assistant.outbox.conftest import small as small
from tests.assistant.outbox.world import World
from tests.cases.desk import Desk
from tests.cases.over_ews import OverEws, over_ews


@pytest.fixture
def desk(small: World) -> Desk:
    return Desk(small)


@pytest.fixture
def ews(sqlite_store: Store) -> Iterator[OverEws]:
    with over_ews(sqlite_store) as made:
        yield made
