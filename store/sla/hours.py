"""Business calendars: when a desk is open, and how much working time lies between two moments. Pure.

Working time is time that really passed while the calendar was open, so that a night in which the clocks change counts
what it lasted. Moments are aware, of any zone; answers are in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from store.errors import Invalid
from store.sla.open_times import DAY, ZERO, DayTimes, OpenYear, open_year

_KEPT_YEARS = 8  # tables of each calendar, of at most some hundred kB
_MOST_YEARS = 100  # that one sum looks ahead


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `start` until before `end` by the clock on the wall.

    An end at or before the start lies on the next day: 22:00 to 06:00 is a night shift, 00:00 to 00:00 the whole day.
    """

    start: time
    end: time


@dataclass(frozen=True)
class BusinessCalendar:
    """The open hours of a week, Monday first, in an IANA zone.

    A holiday is a day of the wall's calendar, from midnight to midnight: only its own hours count on it, none at all
    where it has none, and a night shift that reaches into it ends at its midnight. Raises Invalid for a calendar that
    is never open, an unknown zone, a week without seven days, and hours of a holiday that do not end by midnight.
    """

    zone: str
    week: Sequence[Sequence[Hours]]
    holidays: Mapping[date, Sequence[Hours]] = field(default_factory=dict)
    _year: Callable[[int], OpenYear] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        made = partial(
            open_year,
            zone=zone_named(self.zone),
            week=_week(self.week),
            holidays={day: _holiday(day, hours) for day, hours in self.holidays.items()},
        )
        object.__setattr__(self, "_year", lru_cache(_KEPT_YEARS)(made))

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative when the end lies first."""
        if start.tzinfo is not UTC or end.tzinfo is not UTC:
            start, end = in_utc(start), in_utc(end)
        year, last = start.year, end.year
        table = self._year(year)
        if year == last:
            return table.worked(end) - table.worked(start)
        if last < year:
            return -self.working_between(end, start)
        worked = table.total - table.worked(start)
        for between in range(year + 1, last):
            worked += self._year(between).total
        return worked + self._year(last).worked(end)

    def add_working(self, at: datetime, amount: timedelta) -> datetime:
        """The first moment with so much working time since `at`; `at` itself for none.

        Raises Invalid for a negative amount and where it lies more than a hundred years ahead.
        """
        if at.tzinfo is not UTC:
            at = in_utc(at)
        if amount <= ZERO:
            if amount < ZERO:
                raise Invalid("Working time is added, not taken away.")
            return at
        year = at.year
        table = self._year(year)
        worked = table.worked(at) + amount
        while worked > table.total:
            worked -= table.total
            year += 1
            if year - at.year > _MOST_YEARS:
                raise Invalid("With these hours so much working time takes more than a hundred years.")
            table = self._year(year)
        return table.reached(worked)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when it is open, else when it opens next. Raises Invalid when that is not within a century."""
        at = in_utc(at)
        for year in range(at.year, at.year + _MOST_YEARS):
            found = self._year(year).next_open(at)
            if found is not None:
                return found
        raise Invalid("With these hours and holidays it does not open again within a hundred years.")

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at this moment."""
        at = in_utc(at)
        return self._year(at.year).next_open(at) == at


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC. Raises ValueError for a naive time."""
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises Invalid for what is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; not a name at all; a folder of zones
        raise Invalid(f"{name!r} is not a time zone; write it as Europe/Berlin.") from None


def _week(week: Sequence[Sequence[Hours]]) -> tuple[DayTimes, ...]:
    """The times of each weekday from midnight to midnight, night shifts cut in two."""
    if len(week) != 7:
        raise Invalid("A week of business hours has seven days.")
    days: list[list[tuple[timedelta, timedelta]]] = [[] for _ in week]
    for weekday, hours in enumerate(week):
        for each in hours:
            start, end = _since_midnight(each.start), _since_midnight(each.end)
            if start < end:
                days[weekday].append((start, end))
                continue
            days[weekday].append((start, DAY))
            if end:
                days[(weekday + 1) % 7].append((ZERO, end))
    if not any(days):
        raise Invalid("These business hours are never open; give at least one day its hours.")
    return tuple(_apart(times) for times in days)


def _holiday(day: date, hours: Sequence[Hours]) -> DayTimes:
    times = [(_since_midnight(each.start), _since_midnight(each.end) or DAY) for each in hours]
    if any(end <= start for start, end in times):
        raise Invalid(f"The hours of the holiday {day} must end by midnight.")
    return _apart(times)


def _apart(times: Sequence[tuple[timedelta, timedelta]]) -> DayTimes:
    """Sorted, and those that overlap or touch made one."""
    found: list[tuple[timedelta, timedelta]] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return tuple(found)


def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)
