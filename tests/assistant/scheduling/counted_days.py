"""Services of days counted minute by minute, as the definition says. It shares no code with the search.

A service of n days begins on a day of a resource's wall calendar at a minute that is worked of the hours that begin on
that day, before its midnight. The next n - 1 days of the calendar are worked too, and it ends with the last worked
minute of the hours that begin on the last one. A part of whole days is of so many of these, from the first worked
minute of the first one on. What closures take is not worked. Other parts are counted as in any service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from assistant.scheduling.engine.model import Resource
from assistant.scheduling.engine.rules import Pick, Service
from store.sla.hours import Hours

_MINUTE = timedelta(minutes=1)
_DAY = timedelta(days=1)

Worked = tuple[datetime, ...]


class CountedDays:
    """The days of one case. `hours_of` says which hours begin on a day, `closed` whether a minute is taken by them."""

    def __init__(
        self, hours_of: Callable[[Resource, date], Sequence[Hours]], closed: Callable[[Resource, datetime], bool]
    ) -> None:
        self._hours_of, self._closed = hours_of, closed
        self._days: dict[tuple[int, date], tuple[Worked, Worked]] = {}

    def of_days(self, service: Service, pick: Pick) -> bool:
        """Whether its resources work by days."""
        parts = (pick.part.offset, pick.part.duration) if pick.part else (0, service.duration)
        return all(each % 1440 == 0 for each in (service.duration, *parts))

    def times(
        self, service: Service, resource: Resource, pick: Pick, start: datetime, *, closures: bool = True
    ) -> tuple[datetime, datetime] | None:
        """When it works in a place of days; None where it cannot begin or does not work on one of the days."""
        offset, duration = (pick.part.offset, pick.part.duration) if pick.part else (0, service.duration)
        today = _wall(resource, start).date()
        days = [today + (offset // 1440 + number) * _DAY for number in range(duration // 1440)]
        worked = [self.worked(resource, day, closures=closures) for day in days]
        if not all(worked) or (not offset and start not in worked[0]):
            return None
        return worked[0][0] if offset else start, worked[-1][-1] + _MINUTE

    def first_starts(self, resource: Resource, starts: Sequence[datetime]) -> Iterator[datetime]:
        """Of these starts the first of each of its days."""
        seen = set()
        for start in sorted(starts):
            day = _wall(resource, start).date()
            if day not in seen and start in self.worked(resource, day):
                seen.add(day)
                yield start

    def worked(self, resource: Resource, day: date, *, closures: bool = True) -> Worked:
        """The minutes of the hours that begin on a day, in order."""
        key = resource.id, day
        if key not in self._days:
            hours = [(each.start, each.end) for each in self._hours_of(resource, day)]
            shown = _shown(_zone(resource), day)
            whole = tuple(sorted(minute for start, end in hours for minute in _held(shown, start, end)))
            self._days[key] = whole, tuple(minute for minute in whole if not self._closed(resource, minute))
        return self._days[key][closures]


def _held(shown: list[tuple[datetime, time, bool]], start: time, end: time) -> list[datetime]:
    """The minutes that hours hold, which begin on the first of the two days."""
    if start < end:
        return [minute for minute, wall, late in shown if not late and start <= wall < end]
    return [minute for minute, wall, late in shown if (wall < end if late else start <= wall)]


@lru_cache(1_000)
def _shown(zone: str, day: date) -> list[tuple[datetime, time, bool]]:
    """The minutes of a day and of the next one, what the clocks show then, and whether that is of the next one."""
    clocks = ZoneInfo(zone)
    begins = datetime(day.year, day.month, day.day, tzinfo=clocks).astimezone(UTC)
    minutes = (begins + number * _MINUTE for number in range(-60, 49 * 60))
    walls = ((minute, minute.astimezone(clocks).replace(tzinfo=None, fold=0)) for minute in minutes)
    return [(minute, wall.time(), wall.date() > day) for minute, wall in walls if 0 <= (wall.date() - day).days <= 1]


def _zone(resource: Resource) -> str:
    assert resource.hours is not None
    return resource.hours.zone


def _wall(resource: Resource, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(_zone(resource))).replace(tzinfo=None, fold=0)
