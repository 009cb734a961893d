"""Record numbers in text."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"\b(?:ACC|CON|LEA|OPP|CAS|PRD)-\d{5,9}\b", re.IGNORECASE)
_MOST_MENTIONS = 10


def mentions(*texts: str) -> tuple[str, ...]:
    """Record numbers written in the texts, in order, without repetition."""
    found = (number.upper() for text in texts for number in _NUMBER.findall(text))
    return tuple(dict.fromkeys(found))[:_MOST_MENTIONS]
