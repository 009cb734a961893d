"""Where the real-world files lie, for tests marked `corpus`."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def corpus(*parts: str) -> Path:
    """A file or folder of ../shared/data; the test is skipped where it is absent."""
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/data/{'/'.join(parts)} is not on this machine")
    return path
