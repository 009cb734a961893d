"""The words behind names: the TOML files of this folder, read once when they are first needed."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


def table(name: str, key: str) -> dict[str, Any]:
    """One table of a data file."""
    found: dict[str, Any] = _data(name)[key]
    return found


def strings(name: str, key: str) -> list[str]:
    """One list of a data file."""
    found: list[str] = _data(name)[key]
    return found


@cache
def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
