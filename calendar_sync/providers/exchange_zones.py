"""From the Windows time zone ids of Exchange to the IANA zones that we calculate with."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

# Ids that Exchange hands out beside those of Windows.
FURTHER = {
    "UTC": "UTC",
    "GMT": "UTC",
    "tzone://Microsoft/Utc": "UTC",
    "Kamchatka Standard Time": "Asia/Kamchatka",
    "Mid-Atlantic Standard Time": "Atlantic/South_Georgia",
}


def iana_zone(found: str) -> str:
    """The IANA name for a Windows id, or for an IANA name itself; '' for what nobody can know, such as
    "Customized Time Zone" or "tzone://Microsoft/Custom"."""
    name = FURTHER.get(found) or WINDOWS_TO_OLSON.get(found) or found
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # no such zone, no zone name at all, or the name of a folder of zones
        return ""
    return name
