"""Reading values out of EWS reply elements.

What a reply does not hold stays unknown here ('' or None), whereas exchangelib's item classes would fill in
defaults, fail on an item type they do not know, and lose instants that carry fractional seconds.
"""

from __future__ import annotations

from datetime import UTC, datetime
from unicodedata import normalize

from lxml.etree import QName, _Element

TYPES = "{http://schemas.microsoft.com/exchange/services/2006/types}"
MESSAGES = "{http://schemas.microsoft.com/exchange/services/2006/messages}"

FIRST_YEAR, LAST_YEAR = 1602, 4500  # outside: the "no date" marks of MAPI (1601, 4501) and .NET (0001)


def path(*names: str) -> str:
    """The search path of nested elements of the types namespace."""
    return "/".join(f"{TYPES}{name}" for name in names)


def text(item: _Element, *names: str) -> str:
    """The text at `names` below `item`, NFC-normalised; '' when it is missing."""
    found = item.findtext(path(*names)) if names else item.text
    return normalize("NFC", found) if found else ""


def texts(item: _Element, *names: str) -> tuple[str, ...]:
    """The non-empty texts of all elements at `names`."""
    found = (element.text or "" for element in item.iterfind(path(*names)))
    return tuple(normalize("NFC", value) for value in found if value)


def flag(item: _Element, name: str) -> bool | None:
    """A boolean (xs:boolean), None when it is missing or unreadable."""
    return {"true": True, "1": True, "false": False, "0": False}.get(text(item, name).strip().lower())


def number(item: _Element, name: str) -> int | None:
    """An integer, None when it is missing or unreadable."""
    value = text(item, name).strip()
    return int(value) if value.lstrip("-").isdecimal() else None


def instant(value: str) -> datetime | None:
    """An xs:dateTime as aware UTC; without a zone it is UTC, which is what our requests ask for.

    None for text that is no date and for the marks that mean "no date".
    """
    try:
        read = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    if not FIRST_YEAR <= read.year <= LAST_YEAR:
        return None
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def local_name(item: _Element) -> str:
    """The element's name without its namespace ("Message", "CalendarItem")."""
    return QName(item).localname


def item_id(item: _Element) -> tuple[str, str]:
    """Item id and change key, '' where the reply has none."""
    found = item.find(f"{TYPES}ItemId")
    return ("", "") if found is None else (found.get("Id", ""), found.get("ChangeKey", ""))
