"""One occurrence of a series, and a series cut in two. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from calendar_sync.event import Event
from calendar_sync.pattern import ending_before, from_then_on
from calendar_sync.recurrence import Occurrence, occurrences
from calendar_sync.rrule import parse_rule, walls
from calendar_sync.walls import in_pattern, in_zone, instant, is_same_start, wall_of
from store.errors import Invalid

_EVER = (datetime(1, 2, 1, tzinfo=UTC), datetime(9999, 11, 1, tzinfo=UTC))
_DAY = timedelta(days=1)
_YEAR = timedelta(days=400)  # no common series comes less often


def is_at(exception: Event, original_start: datetime | date) -> bool:
    """Whether an exception stands for this occurrence."""
    return exception.original_start is not None and is_same_start(exception.original_start, original_start)


def fits(event: Event, original_start: datetime | date) -> bool:
    """Whether the rule or the added dates of the series have this start, excluded or not."""
    whole = replace(event, exceptions=(), exdates=())
    lo = original_start if isinstance(original_start, datetime) else datetime.combine(original_start, time(), UTC)
    found = occurrences(whole, lo, lo + timedelta(microseconds=1), limit=100)
    return any(is_same_start(each.original_start, original_start) for each in found)


def occurrence_at(event: Event, original_start: datetime | date) -> Event:
    """One occurrence of a series as an event of its own: its exception, or the series at that time.

    Raises Invalid for a time at which the series does not take place.
    """
    for exception in event.exceptions:
        if is_at(exception, original_start):
            return exception
    if any(is_same_start(each, original_start) for each in event.exdates) or not fits(event, original_start):
        raise Invalid("The series does not take place at that time.")
    whole = replace(event, exceptions=(), exdates=())
    lo = original_start if isinstance(original_start, datetime) else datetime.combine(original_start, time(), UTC)
    found = next(
        each
        for each in occurrences(whole, lo, lo + timedelta(microseconds=1), limit=100)
        if is_same_start(each.original_start, original_start)
    )
    return replace(
        event,
        start=in_zone(found.start, event.timezone),
        end=in_zone(found.end, event.timezone),
        original_start=in_zone(found.original_start, event.timezone),
        rrule="",
        rdates=(),
        exdates=(),
        exceptions=(),
    )


def takes_place(event: Event) -> bool:
    """Whether it has any occurrence at all."""
    return bool(occurrences(event, *_EVER, limit=1))


def check_between_neighbours(event: Event, original_start: datetime | date) -> None:
    """A moved occurrence stays on a day of its own between the ones before and after it, as Exchange demands of every
    client (ErrorOccurrenceCrossingBoundary). Raises Invalid.
    """
    around = instant(original_start)
    found = occurrences(event, around - _YEAR, around + _YEAR, limit=1000)
    moved = [each for each in found if is_same_start(each.original_start, original_start)]
    before = [each for each in found if instant(each.original_start) < around]
    after = [each for each in found if instant(each.original_start) > around]
    lower = _day(max(before, key=_planned_for), event) if before else date.min
    upper = _day(min(after, key=_planned_for), event) if after else date.max
    if moved and not lower < _day(moved[0], event) < upper:
        bounds = [f"after {_told(lower)}"] * (lower != date.min) + [f"before {_told(upper)}"] * (upper != date.max)
        raise Invalid(f"An occurrence stays between its neighbours: {' and '.join(bounds)}.")


def _planned_for(occurrence: Occurrence) -> datetime:
    return instant(occurrence.original_start)


def _day(occurrence: Occurrence, event: Event) -> date:
    return wall_of(occurrence.start, event.timezone).date()


def _told(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def divided(event: Event, cut: datetime | date, new_uid: str) -> tuple[Event | None, Event]:
    """A series before one of its original starts, and from there on under another UID, later exceptions included.

    The first part is None where nothing takes place before the cut; the second then is the series as it was.
    """
    before = replace(
        event,
        rrule=ending_before(event.rrule, cut) if event.rrule else "",
        rdates=tuple(each for each in event.rdates if instant(each) < instant(cut)),
        exdates=tuple(each for each in event.exdates if instant(each) < instant(cut)),
        exceptions=tuple(each for each in event.exceptions if _original(each) < instant(cut)),
    )
    if instant(event.start) >= instant(cut) or not takes_place(before):
        return None, event
    first = wall_of(event.start, event.timezone)
    begins, rule = _beginning(event, first, cut)
    rest = replace(
        event,
        uid=new_uid,
        start=in_pattern(begins, event.timezone, all_day=event.all_day),
        end=in_pattern(wall_of(event.end, event.timezone) + (begins - first), event.timezone, all_day=event.all_day),
        sequence=0,
        rrule=rule,
        rdates=tuple(each for each in event.rdates if instant(each) >= instant(cut)),
        exdates=tuple(each for each in event.exdates if instant(each) >= instant(cut)),
        exceptions=tuple(replace(each, uid=new_uid) for each in event.exceptions if _original(each) >= instant(cut)),
    )
    return before, rest


def _beginning(event: Event, first: datetime, cut: datetime | date) -> tuple[datetime, str]:
    """The wall time at which the rule goes on at the cut or after it (the cut may be an added date), and the rule."""
    if not event.rrule:
        return wall_of(cut, event.timezone), ""
    rule = parse_rule(event.rrule)
    lo = wall_of(cut, event.timezone) - _DAY
    for wall in walls(rule, first, lo, datetime(9990, 1, 1), None):  # noqa: DTZ001 - wall time
        if instant(in_pattern(wall, event.timezone, all_day=event.all_day)) >= instant(cut):
            return wall, from_then_on(event.rrule, first, wall)
    return wall_of(cut, event.timezone), ""


def _original(exception: Event) -> datetime:
    return instant(exception.start if exception.original_start is None else exception.original_start)
