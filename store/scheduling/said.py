"""Times of bookings as customers read them: on the clocks of the site, which are named. Pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def day_said(at: datetime, zone: str) -> str:
    """ "Tuesday, 3 March 2026" """
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y}"


def time_said(at: datetime, zone: str) -> str:
    """ "09:00" """
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def when_said(start: datetime, end: datetime, zone: str) -> str:
    """ "Tuesday, 3 March 2026, 09:00-10:00 (Zurich time, UTC+1)", with the day of the end where it is another one."""
    first, last = day_said(start, zone), day_said(end, zone)
    until = time_said(end, zone) if first == last else f" {last}, {time_said(end, zone)}"
    dash = "-" if first == last else " -"
    return f"{first}, {time_said(start, zone)}{dash}{until} ({clocks_said(start, zone)})"


def clocks_said(at: datetime, zone: str) -> str:
    """Whose clocks these are, and how far from UTC: "Zurich time, UTC+1"; "UTC" for those of UTC."""
    written = f"{at.astimezone(ZoneInfo(zone)):%z}"
    hours, minutes = f"{written[0]}{int(written[1:3])}", written[3:5]
    offset = "UTC" if written == "+0000" else f"UTC{hours}{'' if minutes == '00' else f':{minutes}'}"
    city = zone.rpartition("/")[2].replace("_", " ")
    return offset if zone in ("UTC", "Etc/UTC") else f"{city} time, {offset}"
