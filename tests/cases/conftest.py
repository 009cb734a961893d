"""A desk for every case; the stores are copies of one empty SQLite file."""

from __future__ import annotations

import pytest

from tests.assistant.outbox.conftest import empty_file as empty_file
from tests.assistant.outbox.conftest import small as small
from tests.assistant.outbox.world import World
from tests.cases.desk import Desk


@pytest.fixture
def desk(small: World) -> Desk:
    return Desk(small)
