"""Names, numbers and lines as people, commands and files give them. Pure."""

from __future__ import annotations

import re
from typing import Any

from store.errors import Invalid

_DIGITS = 9  # of any number that makes sense; reading thousands of them is an error by itself


def text(value: Any) -> str:
    """On one line, without what surrounds it."""
    return " ".join(str(value or "").split())


def names(given: Any) -> list[str]:
    """Names with ; between them, or on lines, or in a list."""
    parts = re.split(r"[;\n]", given) if isinstance(given, str) else list(given or ())
    return [text(part) for part in parts if text(part)]


def lines(value: Any) -> str:
    """Text that may be given in parts, a line each."""
    return value if isinstance(value, str) else "\n".join(map(str, value or ()))


def count(label: str, given: Any, most: int) -> int:
    """A whole number from 1 on. Raises Invalid."""
    said = str(given).strip()
    if isinstance(given, bool) or not said.isdecimal() or not 1 <= int(said[:_DIGITS]) <= most or len(said) > _DIGITS:
        raise Invalid(f"{label}: {said!r} is not a number from 1 to {most:,}.")
    return int(said)
