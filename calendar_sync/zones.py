"""Time zone names: what calendars write, to IANA names, and IANA names to Windows ids.

The map of Windows ids is Unicode CLDR's windowsZones, as icalendar ships it.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_UTC_NAMES = frozenset({"utc", "z", "gmt", "zulu", "etc/utc", "coordinated universal time", "tzone://microsoft/utc"})
_FIXED = re.compile(r"\(?(?:UTC|GMT)\s*([+-])(\d{1,2}):?(\d{2})?\)?", re.IGNORECASE)
_LONGEST_NAME = 200
_OLD_AREAS = ("US/", "Canada/", "Mexico/", "Brazil/", "Chile/", "Etc/")

# An offset at each instant, in minutes: what a zone does there, whatever it is called.
Offsets = tuple[float, ...]


def iana_name(name: str) -> str | None:
    """The IANA name of a zone called `name`: an IANA name in any case, with a vendor's path before it, or a Windows id.

    None when the name alone does not say ("Customized Time Zone", "Eastern").
    """
    return _iana_name(name.strip().strip("\"'")) if len(name) <= _LONGEST_NAME else None


@lru_cache(maxsize=1024)
def _iana_name(name: str) -> str | None:
    wanted = name.strip("/").casefold()
    if wanted in _UTC_NAMES:
        return "UTC"
    if found := _windows_ids().get(wanted):
        return found
    parts = wanted.split("/")  # RFC 5545 section 3.2.19: "/mozilla.org/20050126_1/Europe/Berlin"
    for first in range(len(parts)):
        if found := _iana_names().get("/".join(parts[first:])):
            return found
        if "/" not in "/".join(parts[first:]):
            break
    return _fixed(name)


def _fixed(name: str) -> str | None:
    """ "UTC+3" as the zone that is always three hours ahead; POSIX turns the sign of Etc/GMT around."""
    found = _FIXED.fullmatch(name)
    if found is None or found[3] not in (None, "00") or int(found[2]) > (14 if found[1] == "+" else 12):
        return None
    hours = int(found[2])
    return f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}" if hours else "UTC"


def windows_id(name: str) -> str | None:
    """The Windows id of an IANA zone: CLDR's, else one whose clocks agree with it now; None where none does.

    Several IANA zones share one id, so the way back may name another city (Europe/Vienna -> Europe/Berlin).
    """
    known = iana_name(name)
    if known is None:
        return None
    return _primary().get(known) or _agreeing(known)


@lru_cache(maxsize=256)
def _agreeing(name: str) -> str | None:
    wanted = offsets_of(name, _instants(_AGREED_FROM))
    past = _history(name)
    agreeing = [zone for zone in _primary() if offsets_of(zone, _instants(_AGREED_FROM)) == wanted]

    def preference(zone: str) -> tuple[int, bool, str]:
        shared = sum(mine == theirs for mine, theirs in zip(past, _history(zone), strict=True))
        return (-shared, zone.startswith("Etc/"), zone)

    return _primary()[min(agreeing, key=preference)] if agreeing else None


def zone_with(wanted: Offsets, instants: tuple[datetime, ...], hint: str) -> str | None:
    """The IANA zone whose UTC offsets (minutes) at these instants are `wanted`; None where no zone's are.

    Where several agree, one whose city `hint` (the name as found) mentions wins, then the one whose past most of them
    share (New York rather than Grand Turk), then one that a Windows id means.
    """
    agreeing = [zone for zone in _iana_names().values() if offsets_of(zone, instants[:1]) == wanted[:1]]
    agreeing = [zone for zone in agreeing if offsets_of(zone, instants) == wanted]
    words = re.sub(r"[^a-z]", "", hint.casefold())

    pasts = Counter(_history(zone) for zone in agreeing)

    def preference(zone: str) -> tuple[bool, bool, int, bool, str]:
        city = re.sub(r"[^a-z]", "", zone.rpartition("/")[2].casefold())
        is_old_name = "/" not in zone or zone.startswith(_OLD_AREAS)
        return (is_old_name, city not in words, -pasts[_history(zone)], zone not in _primary(), zone)

    return min(agreeing, key=preference, default=None)


def offsets_of(zone: str, instants: tuple[datetime, ...]) -> Offsets:
    """The zone's offsets from UTC in minutes at these aware instants."""
    info = ZoneInfo(zone)
    return tuple((instant.astimezone(info).utcoffset() or timedelta()) / timedelta(minutes=1) for instant in instants)


def sample_instants(year: int) -> tuple[datetime, ...]:
    """Every third day's noon of a year and the next, UTC: enough to tell apart zones by their clock changes."""
    return _instants(min(max(year, 1800), 9990))


@lru_cache(maxsize=64)
def _instants(year: int) -> tuple[datetime, ...]:
    return tuple(datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=3 * index) for index in range(244))


@lru_cache(maxsize=1024)
def _history(zone: str) -> Offsets:
    """Its offsets in the winters and summers since 1970."""
    return offsets_of(zone, tuple(datetime(1970 + half // 2, 1 + half % 2 * 6, 1, tzinfo=UTC) for half in range(100)))


_AGREED_FROM = 2025  # the year of the CLDR table: what Windows' and IANA's zones do since then


@cache
def _windows_ids() -> dict[str, str]:
    return {windows.casefold(): name for windows, zone in WINDOWS_TO_OLSON.items() if (name := _canonical(zone))}


@cache
def _primary() -> dict[str, str]:
    return {"UTC": "UTC"} | {name: windows for windows, zone in WINDOWS_TO_OLSON.items() if (name := _canonical(zone))}


def _canonical(zone: str) -> str | None:
    return _iana_names().get(zone.casefold())


@cache
def _iana_names() -> dict[str, str]:
    """Every zone of the tzdata package by its folded name. (zoneinfo.available_timezones opens 600 files to know.)"""
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return {name.casefold(): name for name in listed}
