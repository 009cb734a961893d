"""One sandbox for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld


@pytest.fixture
def world() -> Iterator[ExchangeWorld]:
    model = Model()
    model.add_mailbox(ADDRESS, "Sales", PASSWORD)
    with serve(model) as sandbox:
        made = ExchangeWorld(sandbox)
        yield made
        made.close()
