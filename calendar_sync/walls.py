"""Between moments of an event and naive wall times of its zone. Pure.

A wall time that the clocks skip is the time after the gap, one that they show twice is the first (RFC 5545 section
3.3.5), which is what zoneinfo's `fold=0` means.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def wall_of(value: datetime | date, zone: str) -> datetime:
    """The naive wall time in the zone: of a naive time itself, of a date its midnight."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    if value.tzinfo is None:
        return value.replace(fold=0)
    return value.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def placed(wall: datetime, zone: str, *, all_day: bool) -> datetime | date:
    """The wall time as the clocks of the zone show it, or its day."""
    if all_day:
        return wall.date()
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC).astimezone(ZoneInfo(zone))


def in_pattern(wall: datetime, zone: str, *, all_day: bool) -> datetime | date:
    """The wall time as a series counts: it stays what was written, also where the clocks skip it."""
    return wall.date() if all_day else wall.replace(tzinfo=ZoneInfo(zone), fold=0)


def in_zone(value: datetime | date, zone: str) -> datetime | date:
    """The same instant on the zone's clocks; a date stays."""
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value


def instant(value: datetime | date) -> datetime:
    """UTC; a date counts from its midnight in UTC, which orders it among instants."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.combine(value, time(), UTC)


def is_same_start(one: datetime | date, other: datetime | date) -> bool:
    """Whether two original starts name the same occurrence."""
    return isinstance(one, datetime) == isinstance(other, datetime) and instant(one) == instant(other)
