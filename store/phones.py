"""Telephone numbers as they are compared, however people write them."""

from __future__ import annotations

import re

_KEY = 7  # digits at the end that tell two lines of a country apart
_LEAST = 6  # digits of a number that tells anything


def phone_digits(written: str) -> str:
    """Digits only; the zero of "+49 (0) 30" is dialled within the country alone."""
    return re.sub(r"\D", "", written.replace("(0)", ""))


def phone_key(written: str) -> str:
    """What numbers that ring at the same place have in common, with the country or without it; '' of what is too
    short. It is a word of the record in the search index, where duplicates are looked for by it."""
    key = phone_digits(written).lstrip("0")[-_KEY:]
    return key if len(key) >= _LEAST else ""
