"""Windows time zone ids as Exchange names them, from the TZID found in a calendar."""

from __future__ import annotations

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
