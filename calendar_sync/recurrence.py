"""From an event to its occurrences in a window of time. Pure: no clock, no I/O.

A series is expanded in naive local wall time and only then placed in its zone: a wall time that the clocks skip moves
forward by the gap, one that they show twice is the first (RFC 5545 section 3.3.5; zoneinfo's `fold=0` is both).
An occurrence lasts until the same wall time as the master's end, as Exchange keeps it (MS-OXOCAL section 2.2.1.44.5,
EndTimeOffset), so a night shift ends at 06:00 in the night of a clock change too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from heapq import merge
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_sync.event import Event
from calendar_sync.rrule import parse_rule, walls

_SLACK = timedelta(days=1)  # no zone is further from UTC, no clock change is larger
_EARLIEST = datetime(1, 1, 9, tzinfo=UTC)  # between these every zone and a day of slack still fit into a datetime
_LATEST = datetime(9999, 12, 20, tzinfo=UTC)


class Occurrence(NamedTuple):
    """One time at which an event takes place. (A tuple: a busy year has tens of thousands of them.)

    `start` and `end` (exclusive) are aware UTC datetimes, or dates when the event is all-day. `original_start` is the
    start the series would have had: it differs from `start` where an exception moved the occurrence. `event` rules it:
    the master or the exception, whose status may be cancelled.
    """

    start: datetime | date
    end: datetime | date
    original_start: datetime | date
    event: Event


def rule_defect(text: str) -> str:
    """Why this RRULE value cannot be read, as a sentence without its full stop; '' when it can."""
    try:
        parse_rule(text)
    except ValueError as error:
        return str(error)
    return ""


def occurrences(event: Event, start: datetime, end: datetime, *, limit: int) -> list[Occurrence]:
    """The earliest `limit` occurrences that overlap [start, end), sorted by start.

    `start` and `end` are aware. Dates are taken as days in the zone of `start`: pass the window in the zone of whoever
    looks. An occurrence without length counts when it starts in the window. A rule that cannot be read leaves its
    first instant; a rule that never ends or never hits stops by a counted budget (`rrule.STEP_BUDGET`).
    """
    viewer = start.tzinfo or UTC
    lo, hi = _clamped(start), _clamped(end)
    found: list[tuple[datetime, Occurrence]] = []
    for begins, ends, occurrence in _regular(event, lo, hi, viewer):
        if begins < hi and (ends > lo or begins == ends >= lo):
            found.append((begins, occurrence))
            if len(found) >= limit:
                break
    for exception in event.exceptions:
        begins, ends = _span(exception, viewer)
        if begins < hi and (ends > lo or begins == ends >= lo):
            found.append((begins, _single(exception)))
    found.sort(key=lambda each: each[0])
    return [occurrence for _, occurrence in found[:limit]]


def _regular(
    event: Event, lo: datetime, hi: datetime, viewer: tzinfo
) -> Iterator[tuple[datetime, datetime, Occurrence]]:
    """The occurrences that no exception rules, with their UTC instants, from about `lo` to about `hi`."""
    zone = viewer if event.all_day else ZoneInfo(event.timezone)
    first = _wall(event.start, zone)
    length = min(max(_wall(event.end, zone) - first, timedelta()), _LATEST - hi)
    exact = _span(event, viewer)
    skipped = _skipped(event)
    before = None
    from_wall = _wall(max(lo - _EARLIEST - length - _SLACK, timedelta()) + _EARLIEST, zone)
    for wall in _starts(event, first, from_wall, _wall(hi, zone) + _SLACK, zone):
        begins = wall.replace(tzinfo=zone).astimezone(UTC)
        if begins == before or (skipped and (begins in skipped or wall.date() in skipped)):
            continue
        before = begins
        until = wall + length
        ends = until.replace(tzinfo=zone).astimezone(UTC)
        if length and ends <= begins:  # it starts in an hour that the clocks skip and ends soon after
            ends = begins + (exact[1] - exact[0])
        if event.all_day:
            day = wall.date()
            yield begins, ends, Occurrence(day, until.date(), day, event)
        else:
            yield begins, ends, Occurrence(begins, ends, begins, event)


def _starts(event: Event, first: datetime, lo: datetime, hi: datetime, zone: tzinfo) -> Iterator[datetime]:
    """Naive local starts in [lo, hi]: the rule's, or the first one where there is no readable rule, and the RDATEs."""
    try:
        rule = parse_rule(event.rrule) if event.rrule else None
    except ValueError:
        rule = None
    if rule is None:
        ruled: Iterator[datetime] = iter([first] if lo <= first <= hi else [])
    else:
        until = None if rule.until is None else _last_wall(rule.until, event.all_day, zone)
        ruled = walls(rule, first, lo, hi, until)
    if not event.rdates:
        return ruled
    added = sorted(wall for each in event.rdates if lo <= (wall := _wall(each, zone)) <= hi)
    return merge(ruled, added)


def _last_wall(until: datetime | date, all_day: bool, zone: tzinfo) -> datetime:
    """UNTIL as the last wall time: a date means that whole day, and of an all-day series only the date counts."""
    if isinstance(until, datetime) and not all_day:
        return until if until.tzinfo is None else _wall(_clamped(until), zone)
    return datetime.combine(until, time.max)


def _skipped(event: Event) -> set[datetime | date]:
    """Starts that are excluded or ruled by an exception: UTC instants, and dates for whole days."""
    starts = [*event.exdates, *(each.original_start for each in event.exceptions if each.original_start is not None)]
    return {_identity(start, event.all_day) for start in starts}


def _identity(start: datetime | date, all_day: bool) -> datetime | date:
    if not isinstance(start, datetime):
        return start
    return start.date() if all_day else _clamped(start)


def _single(event: Event) -> Occurrence:
    """The one occurrence of an exception."""
    original = event.start if event.original_start is None else event.original_start
    return Occurrence(_placed(event.start), _placed(event.end), _placed(original), event)


def _placed(value: datetime | date) -> datetime | date:
    return _clamped(value) if isinstance(value, datetime) else value


def _span(event: Event, viewer: tzinfo) -> tuple[datetime, datetime]:
    """Start and end as UTC instants, dates as days in the viewer's zone."""
    start, end = (
        _clamped(value if isinstance(value, datetime) else datetime.combine(value, time(), viewer))
        for value in (event.start, event.end)
    )
    return start, max(start, end)


def _wall(value: datetime | date, zone: tzinfo) -> datetime:
    """The naive local time in `zone`; midnight of a date."""
    if not isinstance(value, datetime):
        return datetime.combine(value, time())
    return (value if value.tzinfo is zone else value.astimezone(zone)).replace(tzinfo=None, fold=0)


def _clamped(value: datetime) -> datetime:
    """The instant in UTC, moved between year 1 and year 9999 so far that every zone can show it."""
    naive = value.replace(tzinfo=None)
    if naive < _EARLIEST.replace(tzinfo=None) + _SLACK:
        return _EARLIEST
    if naive > _LATEST.replace(tzinfo=None) - _SLACK:
        return _LATEST
    return value.astimezone(UTC)
