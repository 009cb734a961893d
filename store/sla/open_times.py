"""The open times of one year, as a table that answers by bisection. Pure.

A year is one of UTC. A moment is open when the clock on the wall shows an open time: what the clocks skip is never
open, and what they show twice is open twice.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

#: Open from and to, counted from midnight on the wall; sorted, apart, at most 24 h.
DayTimes = Sequence[tuple[timedelta, timedelta]]

ZERO = timedelta(0)
DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_YEARS = range(2, 9998)  # the first and the last of the program's calendar are left to the zones


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The stretches of a year that are open, in order, none touching the next.

    `origins` are the starts less the working time before them, so that a moment less its origin is the working time of
    the year until then; `after` is the working time of the year at the end of each stretch.
    """

    starts: tuple[datetime, ...]
    origins: tuple[datetime, ...]
    after: tuple[timedelta, ...]
    total: timedelta

    def worked(self, at: datetime) -> timedelta:
        """The working time from the year's beginning until `at`."""
        place = bisect_right(self.starts, at) - 1
        if place < 0:
            return ZERO
        worked, most = at - self.origins[place], self.after[place]
        return worked if worked < most else most

    def reached(self, worked: timedelta) -> datetime:
        """The first moment at which so much of the year was worked; more than nothing, at most `total`."""
        return self.origins[bisect_left(self.after, worked)] + worked

    def next_open(self, at: datetime) -> datetime | None:
        """`at` itself where it is open, else the next start; None when the year opens no more."""
        place = bisect_right(self.starts, at)
        if place and at - self.origins[place - 1] < self.after[place - 1]:
            return at
        return self.starts[place] if place < len(self.starts) else None


def open_year(year: int, *, zone: tzinfo, week: Sequence[DayTimes], holidays: Mapping[date, DayTimes]) -> OpenYear:
    """The table of a year of UTC. `week` begins with Monday; a holiday's times replace those of its weekday."""
    starts, origins, after = [], [], []
    total = ZERO
    for start, end in _joined(_open(year, zone, week, holidays)) if year in _YEARS else ():
        starts.append(start)
        origins.append(start - total)
        total += end - start
        after.append(total)
    return OpenYear(tuple(starts), tuple(origins), tuple(after), total)


def _open(
    year: int, zone: tzinfo, week: Sequence[DayTimes], holidays: Mapping[date, DayTimes]
) -> Iterator[tuple[datetime, datetime]]:
    for begin, end, offset in _stretches(year, zone):
        day, last = (begin + offset).date(), (end + offset).date()
        while day <= last:
            midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - offset
            for opens, closes in holidays[day] if day in holidays else week[day.weekday()]:
                start, stop = max(begin, midnight + opens), min(end, midnight + closes)
                if start < stop:
                    yield start, stop
            day += DAY


def _joined(open_times: Iterator[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """The same times, with those that touch made one: a calendar that never closes is one stretch a year."""
    held: tuple[datetime, datetime] | None = None
    for start, end in open_times:
        if held is None:
            held = start, end
        elif held[1] == start:
            held = held[0], end
        else:
            yield held
            held = start, end
    if held is not None:
        yield held


def _stretches(year: int, zone: tzinfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The runs of the year in which the zone's clocks do not change: from, to, and how far they are ahead of UTC."""
    begin, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    start, seen, offset = begin, begin, _ahead(begin, zone)
    while seen < end:
        following = min(seen + DAY, end)
        if (then := _ahead(following, zone)) != offset:
            change = _change(seen, following, offset, zone)
            yield start, change, offset
            start, offset = change, then
        seen = following
    if start < end:
        yield start, end, offset


def _change(before: datetime, after: datetime, offset: timedelta, zone: tzinfo) -> datetime:
    """The second at which the clocks leave this offset."""
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if _ahead(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after


def _ahead(at: datetime, zone: tzinfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or ZERO
