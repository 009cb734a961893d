"""What may be record numbers in text: ours, and those that records brought along from elsewhere."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(?<![\w-])[A-Za-z]{1,6}-\d{2,9}(?![\w-])")
_MOST_MENTIONS = 20


def mentions(*texts: str) -> tuple[str, ...]:
    """Words shaped like record numbers, as CAS-01042, in order, without repetition, in capitals.

    Whether a record has the number, the store knows when the mail is linked.
    """
    found = (number.upper() for text in texts for number in _NUMBER.findall(text))
    return tuple(dict.fromkeys(found))[:_MOST_MENTIONS]
