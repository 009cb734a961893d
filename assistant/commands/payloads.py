"""Rows as `--json` prints them: plain values, and no key of the database, which means nothing outside of it.

Whoever scripts against the store knows things by their `uid` or their number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import PurePath
from typing import Any


def as_payload(row: Any) -> dict[str, Any]:
    """A dataclass as a JSON object. Times are ISO 8601 in UTC, amounts are text, so that no digit is lost."""
    # What a row hides from repr is its place in a list, for paging.
    shown = (each.name for each in fields(row) if each.repr and not _is_key(each.name))
    return {name: plain(getattr(row, name)) for name in shown}


def plain(value: Any) -> Any:
    """A value of a row as JSON has it."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal | PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items() if not _is_key(str(name))}
    if isinstance(value, Sequence):
        return [plain(each) for each in value]
    return as_payload(value)


def _is_key(name: str) -> bool:
    return name.endswith("_id")
