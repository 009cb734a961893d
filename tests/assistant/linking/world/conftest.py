"""The authored world, written into a folder of the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.assistant.linking.world.authored import write_world


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")
