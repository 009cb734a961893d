"""A desk for every case; the stores are copies of one empty SQLite file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.engine import open_store
from tests.assistant.outbox.conftest import empty_file as empty_file
from tests.assistant.outbox.conftest import small as small
from tests.assistant.outbox.world import World
from tests.cases.desk import Desk
from tests.cases.over_ews import OverEws, over_ews


@pytest.fixture
def desk(small: World) -> Desk:
    return Desk(small)


@pytest.fixture
def ews(empty_file: Path, tmp_path: Path) -> Iterator[OverEws]:
    store = open_store(str(shutil.copy(empty_file, tmp_path / "store.db")))
    with over_ews(store) as made:
        yield made
    store.close()
