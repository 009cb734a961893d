"""Dates of other languages as English writes them, so that one grammar reads them all. Pure.

The names of months and weekdays stand in dates.toml. "5.1." is what a date looks like where nobody writes 1/5.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_MONTHS = ["january", "february", "march", "april", "may", "june"]
_MONTHS += ["july", "august", "september", "october", "november", "december"]
_DOTTED = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})\b)?")
_NUMBERED = re.compile(
    rf"\b(\d{{1,2}})(?:\.|er|º|:e|:an| de)?\s?(?=(?:{'|'.join(_MONTHS)})\b)"
)  # 5. january, 1er, 7 de
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.h](\d\d)|h)? ?(?:uhr|uur|heures|h)\b|\b(\d{1,2})h(\d\d)?\b")


@dataclass(frozen=True, slots=True)
class _Names:
    pattern: re.Pattern[str]
    english: dict[str, str]


def dates_in_english(text: str) -> str:
    """The text, in lower case, with days, months and times of day as English writes them."""
    names = _names()
    text = names.pattern.sub(lambda found: names.english[found[0]], text)
    text = _DOTTED.sub(_written_out, text)
    text = _CLOCK.sub(lambda found: f"{found[1] or found[3]}:{found[2] or found[4] or '00'}", text)
    return _NUMBERED.sub(r"\1 ", text)


def _written_out(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    if not 1 <= int(month) <= 12:
        return found[0]
    return f"{day} {_MONTHS[int(month) - 1]}{f' 20{year[-2:]}' if year else ''}"


@cache
def _names() -> _Names:
    text = files(__package__).joinpath("dates.toml").read_text("utf-8")
    tables: dict[str, dict[str, list[str]]] = tomllib.loads(text)
    english = {name: one for table in tables.values() for one, names in table.items() for name in names}
    longest_first = sorted(english, key=len, reverse=True)
    return _Names(re.compile(rf"\b(?:{'|'.join(longest_first)})\b"), english)
