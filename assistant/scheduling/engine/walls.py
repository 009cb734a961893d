"""What the clocks of a zone show, as sets of minutes: work hours, closures and grids of starts. Pure.

The span is cut where the clocks change. Between two changes a wall time is a minute of UTC at a fixed distance, so that
what the clocks skip is in no cut and what they show twice is in two; half hours take no rule of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from assistant.scheduling.engine.minutes import MINUTE, Minutes, Span, minutes_of, stretches_of
from assistant.scheduling.engine.model import WorkHours, minute_of_day
from assistant.scheduling.engine.rules import Grid
from store.sla.hours import Hours

_DAY = 24 * 60
_ONE_DAY = timedelta(days=1)
_WHOLE = (Hours(datetime.min.time(), datetime.min.time()),)


class Cut(NamedTuple):
    """The minutes from `start` until before `end`, in which the clocks of a zone do not change: `day` is that of
    `start` on the wall, and `midnight` the minute at which it began, were the clocks as they are now."""

    start: int
    end: int
    day: date
    midnight: int


def worked(hours: WorkHours, span: Span) -> Minutes:
    """The minutes of work hours, time off not taken away."""
    return minutes_of(_hours_in(cuts(span, hours.zone), hours.on), span.length)


def away(hours: WorkHours, span: Span) -> Minutes:
    """The minutes of time off."""
    return minutes_of(((span.floor(each.start), span.ceil(each.end)) for each in hours.time_off), span.length)


def closed(closures: Mapping[date, Sequence[Hours]], zone: str, span: Span) -> Minutes:
    """The minutes of the days of closure, without those of their own hours."""
    found = cuts(span, zone)
    whole = minutes_of(_hours_in(found, lambda day: _WHOLE if day in closures else ()), span.length)
    return whole & ~minutes_of(_hours_in(found, lambda day: closures.get(day, ())), span.length)


@lru_cache(64)
def starts(grid: Grid, span: Span) -> Minutes:
    """The minutes of the span at which the wall clock shows a start."""
    offsets = range(grid.anchor % grid.minutes, _DAY, grid.minutes)
    found: list[tuple[int, int]] = []
    for cut in cuts(span, grid.zone):
        for midnight in range(cut.midnight, cut.end, _DAY):
            found += [(at, at + 1) for offset in offsets if cut.start <= (at := midnight + offset) < cut.end]
    return minutes_of(found, span.length)


@lru_cache(256)
def cuts(span: Span, zone: str) -> tuple[Cut, ...]:
    """The span cut where the clocks of the zone change."""
    clocks = ZoneInfo(zone)
    found: list[Cut] = []
    start = 0
    while start < span.length:
        offset = _ahead(span, start, clocks)
        end = start
        while end < span.length and _ahead(span, end, clocks) == offset:
            end += _DAY
        end = _change(span, max(start, end - _DAY), min(end, span.length), clocks, offset)
        wall = (span.at(start) + offset).replace(tzinfo=None)
        found.append(Cut(start, end, wall.date(), start - minute_of_day(wall.time())))
        start = end
    return tuple(found)


class Day(NamedTuple):
    """One day of a wall's calendar as somebody works it, in stretches of minutes, each from until before: the day
    itself, the hours that begin on it, also those after midnight, and what closures leave of these."""

    on: date
    own: tuple[tuple[int, int], ...]
    hours: tuple[tuple[int, int], ...]
    open: tuple[tuple[int, int], ...]


def days(hours: WorkHours, closed: Minutes, span: Span) -> tuple[Day, ...]:
    """Every day of the span on the clocks of these hours, in order; `closed` are the minutes of closures."""
    found = cuts(span, hours.zone)
    own: dict[date, list[tuple[int, int]]] = {}
    worked: dict[date, list[tuple[int, int]]] = {}
    for each, hours_of in ((own, lambda day: _WHOLE), (worked, hours.on)):
        for day, first, last in _dated(found, hours_of):
            each.setdefault(day, []).append((first, last))
    made = []
    for day in sorted(own):
        begun = tuple(sorted(worked.get(day, ())))
        left = tuple(part for stretch in begun for part in _without(stretch, closed)) if closed else begun
        made.append(Day(day, tuple(own[day]), begun, left))
    return tuple(made)


def _without(stretch: tuple[int, int], closed: Minutes) -> Iterator[tuple[int, int]]:
    first, last = stretch
    left = ~closed >> first & ((1 << (last - first)) - 1)
    return ((first + start, first + end) for start, end in stretches_of(left))


def _change(span: Span, before: int, after: int, clocks: ZoneInfo, offset: timedelta) -> int:
    """The first minute after `before`, `after` at the latest, with another offset."""
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (middle, after) if _ahead(span, middle, clocks) == offset else (before, middle)
    return after


def _ahead(span: Span, minute: int, clocks: ZoneInfo) -> timedelta:
    """How far the clocks are ahead of UTC, in whole minutes."""
    ahead = span.at(minute).astimezone(clocks).utcoffset() or timedelta()
    return ahead // MINUTE * MINUTE


def _hours_in(found: Iterable[Cut], hours_of: Callable[[date], Sequence[Hours]]) -> Iterator[tuple[int, int]]:
    """The stretches of hours that the clocks show, those that began the day before included."""
    return ((first, last) for _, first, last in _dated(found, hours_of))


def _dated(found: Iterable[Cut], hours_of: Callable[[date], Sequence[Hours]]) -> Iterator[tuple[date, int, int]]:
    """The stretches of hours that the clocks show, each with the day on which it begins."""
    for cut in found:
        day, midnight = cut.day - _ONE_DAY, cut.midnight - _DAY
        while midnight < cut.end:
            for hours in hours_of(day):
                start, end = minute_of_day(hours.start), minute_of_day(hours.end)
                first = max(cut.start, midnight + start)
                last = min(cut.end, midnight + (end if end > start else end + _DAY))
                if first < last:
                    yield day, first, last
            day, midnight = day + _ONE_DAY, midnight + _DAY
