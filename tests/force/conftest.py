"""A mailbox that is read by the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.force.world import World, running


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A connected mailbox that was never read."""
    with running(tmp_path, capsys, monkeypatch) as made:
        yield made
