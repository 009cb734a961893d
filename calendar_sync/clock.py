"""Naive wall times of a zone to UTC, many at a time.

zoneinfo takes about a microsecond for each time; between two changes of the clocks one addition says the same.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

_DAY = timedelta(days=1)


class Clock:
    """The clock of one zone, best asked in order of time."""

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self._from = self._to = datetime.max  # noqa: DTZ901 - no stretch found yet
        self._anchor = datetime.max.replace(tzinfo=UTC)

    def utc(self, wall: datetime) -> datetime:
        """The instant: of a time that the clocks skip the one after the gap, of one they show twice the first."""
        if self._from <= wall < self._to:
            return self._anchor + (wall - self._from)
        for stretch in _stretches(self._zone, wall.year):
            if stretch[0] <= wall < stretch[1]:
                self._from, self._to, self._anchor = stretch
                return self._anchor + (wall - self._from)
        return _utc(wall, self._zone)


def _utc(wall: datetime, zone: tzinfo) -> datetime:
    return wall.replace(tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=4096)
def _stretches(zone: tzinfo, year: int) -> tuple[tuple[datetime, datetime, datetime], ...]:
    """The runs of days of a year on which the clocks do not change: (first wall time, end, the first one in UTC)."""
    if not 2 <= year <= 9997:
        return ()
    midnights = [datetime(year, 1, 1) + day * _DAY for day in range(367)]  # noqa: DTZ001 - wall times
    offsets = [midnight.replace(tzinfo=zone).utcoffset() for midnight in midnights]
    stretches: list[tuple[datetime, datetime, datetime]] = []
    start = 0
    for day in range(1, 367):
        if offsets[day] != offsets[day - 1]:
            if start < day - 1:
                stretches.append((midnights[start], midnights[day - 1], _utc(midnights[start], zone)))
            start = day
    if start < 366:
        stretches.append((midnights[start], midnights[366], _utc(midnights[start], zone)))
    return tuple(stretches)
