"""Windows time zone ids as Exchange names them, from the TZID found in a calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

CUSTOM = "tzone://Microsoft/Custom"  # what Exchange calls a zone it has no name for

# IANA zones that keep the rules of a Windows zone without being its usual representative (CLDR windowsZones).
ALIASES = {
    "Etc/UTC": "UTC",
    "Etc/GMT": "UTC",
    "GMT": "UTC",
    "Z": "UTC",
    "Europe/Vienna": "W. Europe Standard Time",
    "Europe/Zurich": "W. Europe Standard Time",
    "Europe/Amsterdam": "W. Europe Standard Time",
    "Europe/Rome": "W. Europe Standard Time",
    "Europe/Stockholm": "W. Europe Standard Time",
    "Europe/Oslo": "W. Europe Standard Time",
    "Europe/Luxembourg": "W. Europe Standard Time",
    "Europe/Madrid": "Romance Standard Time",
    "Europe/Brussels": "Romance Standard Time",
    "Europe/Copenhagen": "Romance Standard Time",
    "Europe/Prague": "Central Europe Standard Time",
    "Europe/Ljubljana": "Central Europe Standard Time",
    "Europe/Belgrade": "Central Europe Standard Time",
    "Europe/Bratislava": "Central Europe Standard Time",
    "Europe/Zagreb": "Central European Standard Time",
    "Europe/Dublin": "GMT Standard Time",
    "Europe/Lisbon": "GMT Standard Time",
    "Europe/Helsinki": "FLE Standard Time",
    "Europe/Athens": "GTB Standard Time",
    "America/Toronto": "Eastern Standard Time",
    "America/Detroit": "Eastern Standard Time",
    "America/Vancouver": "Pacific Standard Time",
    "America/Edmonton": "Mountain Standard Time",
    "America/Winnipeg": "Central Standard Time",
    "Asia/Calcutta": "India Standard Time",
    "Asia/Kolkata": "India Standard Time",
    "Asia/Hong_Kong": "China Standard Time",
    "Asia/Katmandu": "Nepal Standard Time",
    "Australia/Melbourne": "AUS Eastern Standard Time",
}
WINDOWS_IDS = {olson: windows for windows, olson in WINDOWS_TO_OLSON.items()} | ALIASES


def windows_id(tzid: str) -> str:
    """The Windows id for a TZID, which may be one already; CUSTOM for a zone without one."""
    name = tzid.strip('"')
    return name if name in WINDOWS_TO_OLSON else WINDOWS_IDS.get(name.removeprefix("/"), CUSTOM)


def all_zones() -> list[tuple[str, str]]:
    """(Windows id, IANA name) of every zone this server knows."""
    return sorted(WINDOWS_TO_OLSON.items())


def is_known(zone_id: str) -> bool:
    """Whether this is the Windows id of a zone whose rules this server has."""
    return zone_id in WINDOWS_TO_OLSON


def zone(zone_id: str) -> ZoneInfo:
    """The rules of a zone by its Windows id. Raises KeyError."""
    return ZoneInfo(WINDOWS_TO_OLSON[zone_id])


def with_rules(calendar: bytes) -> bytes:
    """A calendar with a VTIMEZONE for each zone that it names by a Windows id, as RFC 5545 section 3.2.19 demands."""
    named = set(TZID.findall(calendar)) - set(DEFINED.findall(calendar))
    rules = b"".join(_rules(one.decode()) for one in sorted(named) if is_known(one.decode(errors="replace")))
    return calendar.replace(b"BEGIN:VEVENT", rules + b"BEGIN:VEVENT", 1)


TZID = re.compile(rb';TZID="?([^":;]+)')
DEFINED = re.compile(rb"\nTZID:([^\r\n]+)")


@lru_cache(maxsize=256)
def _rules(zone_id: str) -> bytes:
    """A VTIMEZONE in Exchange's way: this year's rules for all time ([MS-OXCICAL] 2.1.3.1.1.19)."""
    changes = shifts(zone(zone_id), datetime.now(UTC).year)
    if len(changes) != 2:
        offset = datetime.now(zone(zone_id)).utcoffset() or timedelta()
        parts = _part("STANDARD", offset, offset, None)
    else:
        summer = max(after for _, after in changes)
        parts = "".join(
            _part("DAYLIGHT" if after == summer else "STANDARD", before, after, at)
            for (at, after), (_, before) in zip(changes, reversed(changes), strict=True)
        )
    return f"BEGIN:VTIMEZONE\r\nTZID:{zone_id}\r\n{parts}END:VTIMEZONE\r\n".encode()


def shifts(zone: ZoneInfo, year: int) -> list[tuple[datetime, timedelta]]:
    """(wall time before the change, offset after it) of each change of offset in a year, to the hour."""
    found = []
    moment = datetime(year, 1, 1, tzinfo=UTC)
    before = moment.astimezone(zone).utcoffset() or timedelta()
    while moment.year == year:
        moment += timedelta(hours=1)
        after = moment.astimezone(zone).utcoffset() or timedelta()
        if after != before:
            found.append(((moment + before).replace(tzinfo=None), after))
            before = after
    return found


def _part(name: str, before: timedelta, after: timedelta, at: datetime | None) -> str:
    rule, clock = "", "000000"
    if at is not None:
        position = -1 if (at + timedelta(days=7)).month != at.month else (at.day - 1) // 7 + 1
        day = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[at.weekday()]
        rule, clock = f"RRULE:FREQ=YEARLY;BYDAY={position}{day};BYMONTH={at.month}\r\n", f"{at:%H%M%S}"
    return (
        f"BEGIN:{name}\r\nDTSTART:16010101T{clock}\r\nTZOFFSETFROM:{_offset(before)}\r\n"
        f"TZOFFSETTO:{_offset(after)}\r\n{rule}END:{name}\r\n"
    )


def _offset(value: timedelta) -> str:
    minutes = int(value.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
