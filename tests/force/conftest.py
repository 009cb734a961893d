"""Stores on both databases, as the store's own tests have them, and a mailbox that is read by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.force.world import World, running
from tests.store.conftest import empty_url, new_postgresql_url, postgresql_server

__all__ = ["empty_url", "new_postgresql_url", "postgresql_server"]


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A connected mailbox that was never read."""
    with running(tmp_path, capsys, monkeypatch) as made:
        yield made
