"""Moving an event in time, and a series with its rule, its dates and those exceptions that have no time of their own.

Pure. Ends are exclusive; lengths are counted on the wall clock, as calendar_sync.recurrence does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from calendar_sync.event import Event
from calendar_sync.pattern import moved
from calendar_sync.walls import in_pattern, instant, is_same_start, placed, wall_of
from calendar_sync.zones import iana_name, windows_id
from store.errors import Invalid

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def move(
    event: Event,
    at: datetime | date,
    *,
    start: datetime | date | None = None,
    end: datetime | date | None = None,
    timezone: str | None = None,
) -> Event:
    """The event moved so that what started `at` starts at `start` and ends at `end` (see `edit.EventEdit`).

    Raises Invalid.
    """
    zone = event.timezone if timezone is None else _zone(timezone)
    all_day = event.all_day if start is None else not isinstance(start, datetime)
    shift = timedelta() if start is None else wall_of(start, zone) - wall_of(at, event.timezone)
    length = _length(event)
    if end is not None:
        if isinstance(end, datetime) == all_day:
            raise Invalid("Start and end are both times of day, or both are days.")
        length = wall_of(end, zone) - (wall_of(at, event.timezone) + shift)
    elif all_day != event.all_day:
        length = _DAY if all_day else _HOUR
    if length < (_DAY if all_day else timedelta()):
        raise Invalid("It ends before it begins.")
    begins = wall_of(event.start, event.timezone) + shift
    source = event.timezone_source if zone == event.timezone else (windows_id(zone) or "")
    to = replace(event, all_day=all_day, timezone=zone, timezone_source=source)
    if not event.is_series:
        return _between(to, begins, begins + length)
    to = replace(
        to,
        start=in_pattern(begins, zone, all_day=all_day),
        end=in_pattern(begins + length, zone, all_day=all_day),
    )
    return _with_parts(event, to, begins - wall_of(event.start, event.timezone))


def _zone(name: str) -> str:
    found = iana_name(name)
    if found is None:
        raise Invalid(f"There is no time zone {name!r}.")
    return found


def _length(event: Event) -> timedelta:
    return wall_of(event.end, event.timezone) - wall_of(event.start, event.timezone)


def _between(event: Event, begins: datetime, ends: datetime) -> Event:
    """The event from one wall time to another; where a gap of the clocks lies between, it keeps its length."""
    start = placed(begins, event.timezone, all_day=event.all_day)
    end = placed(ends, event.timezone, all_day=event.all_day)
    if isinstance(start, datetime) and ends > begins and instant(end) <= instant(start):
        end = (instant(start) + (ends - begins)).astimezone(start.tzinfo)
    return replace(event, start=start, end=end)


def _with_parts(before: Event, after: Event, by: timedelta) -> Event:
    """Rule, dates and exceptions follow the start of the series."""

    def follow(moment: datetime | date) -> datetime | date:
        return in_pattern(wall_of(moment, before.timezone) + by, after.timezone, all_day=after.all_day)

    zones = (before.timezone, after.timezone)
    first = wall_of(before.start, before.timezone)
    return replace(
        after,
        rrule=moved(after.rrule, first, by, zones, all_day=after.all_day) if after.rrule else "",
        rdates=tuple(follow(each) for each in after.rdates),
        exdates=tuple(follow(each) for each in after.exdates),
        exceptions=tuple(_followed(each, before, after, by) for each in after.exceptions),
    )


def _followed(exception: Event, before: Event, after: Event, by: timedelta) -> Event:
    """An exception at the series' own time and as long goes along; one with a time of its own stays there."""
    original = exception.start if exception.original_start is None else exception.original_start
    wall = wall_of(original, before.timezone) + by
    renamed = replace(exception, original_start=in_pattern(wall, after.timezone, all_day=after.all_day))
    if not is_same_start(exception.start, original) or _length(exception) != _length(before):
        return renamed
    to = replace(renamed, all_day=after.all_day, timezone=after.timezone, timezone_source=after.timezone_source)
    return _between(to, wall, wall + _length(after))
