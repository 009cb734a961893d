"""Tracking by category: what the category `Regarding` on a mail in Outlook asks for. Pure.

`Regarding` tracks the mail; `Regarding: OPP-00231`, whatever is written behind the number, says to what it belongs.
Taking the last such category off says that the mail and its thread are regarding nothing. Case does not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: In the memory of an item: tracked without a number.
PLAIN = "*"
_SHOWN = "="  # in the memory of an item: the category was put on by us, to show a link

_LONGEST = 255  # characters, as in Outlook

_CATEGORY = re.compile(r"\s*regarding\s*(?::\s*(?P<number>[A-Za-z]{2,10}-\d{1,15})?.*)?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tracking:
    """What to do about a mail: link it to the records with these numbers, unlink it from others, take it and its
    thread off (`refuse`), or allow it again (`allow`). `remember` is what the item's memory is from now on."""

    remember: str
    link: tuple[str, ...] = ()
    unlink: tuple[str, ...] = ()
    allow: bool = False
    refuse: bool = False


def is_ours(category: str) -> bool:
    """Whether a category is one of those that mean tracking."""
    return _CATEGORY.fullmatch(category) is not None


def said_by(categories: Iterable[str]) -> str:
    """What the categories of a mail say, as an item remembers it: '' for nothing, else numbers or `PLAIN`."""
    found = [match for one in categories if (match := _CATEGORY.fullmatch(one)) is not None]
    numbers = sorted({match["number"].upper() for match in found if match["number"]})
    return " ".join(numbers) or (PLAIN if found else "")


def shown(number: str) -> str:
    """What an item remembers when we put a category on it ourselves, which asks for nothing."""
    return f"{_SHOWN}{number}"


def is_shown(remembered: str) -> bool:
    """Whether the category was put on by us."""
    return remembered.startswith(_SHOWN)


def showing(categories: Iterable[str], remembered: str, number: str, title: str) -> tuple[str, ...] | None:
    """The categories that show a link to this record ('' for none) beside everybody else's; None to leave them.

    What a person put on stays as long as it says the same, or as there is no link.
    """
    held = tuple(categories)
    if number in _numbers(said_by(held)) or (not number and not is_shown(remembered)):
        return None
    others = tuple(one for one in held if not is_ours(one))
    if not number:
        return others
    return (*others, " ".join(f"Regarding: {number} {title}".replace(",", " ").split())[:_LONGEST])


def follow(remembered: str, categories: Iterable[str]) -> Tracking | None:
    """What changed since the categories were last followed; None for nothing, as with what we wrote ourselves."""
    said, remembered = said_by(categories), remembered.removeprefix(_SHOWN)
    if said == remembered:
        return None
    if not said:
        return Tracking(said, refuse=True)
    before, now = _numbers(remembered), _numbers(said)
    return Tracking(
        said,
        link=tuple(one for one in now if one not in before),
        unlink=tuple(one for one in before if one not in now),
        allow=not remembered,
    )


def _numbers(remembered: str) -> tuple[str, ...]:
    return tuple(one for one in remembered.split() if one != PLAIN)
