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
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calendar_sync.clock import Clock
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
    found = _regular(event, lo, hi, viewer, limit)
    for exception in event.exceptions:
        begins, ends = _span(exception, viewer)
        if begins < hi and (ends > lo or begins == ends >= lo):
            found.append(_single(exception))
    if event.exceptions:
        found.sort(key=lambda each: _midnight(each.start, viewer))
    return found[:limit]


def _regular(event: Event, lo: datetime, hi: datetime, viewer: tzinfo, limit: int) -> list[Occurrence]:
    """The earliest occurrences in [lo, hi) that no exception rules."""
    zone = viewer if event.all_day else ZoneInfo(event.timezone)
    first = _wall(event.start, zone)
    length = min(max(_wall(event.end, zone) - first, timedelta()), _LATEST - hi)
    skipped = _skipped(event)
    found: list[Occurrence] = []
    starts, finishes = Clock(zone), Clock(zone)
    before, is_disordered = _EARLIEST, False
    from_wall = _wall(max(lo - _EARLIEST - length - _SLACK, timedelta()) + _EARLIEST, zone)
    for wall in _starts(event, first, from_wall, _wall(hi, zone) + _SLACK, zone):
        begins = starts.utc(wall)
        ends = finishes.utc(wall + length)
        is_disordered |= begins <= before
        before = begins
        if length and ends <= begins:  # it starts in an hour that the clocks skip and ends soon after
            ends = begins + length
        if begins >= hi or ends < lo or (ends == lo and length) or (begins < lo and not length):
            continue
        if skipped and (begins in skipped or wall.date() in skipped):
            continue
        if event.all_day:
            found.append(Occurrence(wall.date(), (wall + length).date(), wall.date(), event))
        else:
            found.append(Occurrence(begins, ends, begins, event))
        if len(found) >= limit:
            break
    if is_disordered:  # wall times around a gap may be one instant, or change places
        return sorted({each.start: each for each in found}.values(), key=itemgetter(0))
    return found


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
    """Start and end as UTC instants."""
    start, end = _midnight(event.start, viewer), _midnight(event.end, viewer)
    return start, max(start, end)


def _midnight(value: datetime | date, viewer: tzinfo) -> datetime:
    """The UTC instant; for a date its midnight in the viewer's zone."""
    return _clamped(value if isinstance(value, datetime) else datetime.combine(value, time(), viewer))


def _wall(value: datetime | date, zone: tzinfo) -> datetime:
    """The naive local time in `zone`; midnight of a date."""
    if not isinstance(value, datetime):
        wall = datetime.combine(value, time())
    elif value.tzinfo is zone:
        wall = value.replace(tzinfo=None, fold=0)
    else:
        wall = _clamped(value).astimezone(zone).replace(tzinfo=None, fold=0)
    return min(max(wall, _EARLIEST.replace(tzinfo=None)), _LATEST.replace(tzinfo=None))


def _clamped(value: datetime) -> datetime:
    """The instant in UTC, moved between year 1 and year 9999 so far that every zone can show it."""
    naive = value.replace(tzinfo=None)
    if naive < _EARLIEST.replace(tzinfo=None) + _SLACK:
        return _EARLIEST
    if naive > _LATEST.replace(tzinfo=None) - _SLACK:
        return _LATEST
    return value.astimezone(UTC)
