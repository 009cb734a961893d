"""Repetition rules rewritten: to end earlier, to begin later, to take place on other days. Pure.

A rule is text (an RRULE value, RFC 5545 section 3.3.10); parts that nobody touches stay as they were written.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import islice

from calendar_sync.rrule import parse_rule, walls
from calendar_sync.walls import in_pattern, instant, wall_of
from store.errors import Invalid

_WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_COMPARED = 60  # instants compared to tell whether two rules mean the same
_FOLLOWED = timedelta(days=366 * 30)  # how far they are followed for that
_LAST = datetime(9990, 1, 1)  # noqa: DTZ001 - wall time


def with_parts(rrule: str, **parts: str | None) -> str:
    """The rule with these parts, in place or at its end; None takes a part out."""
    found: dict[str, str | None] = {}
    for part in rrule.strip().rstrip(";").split(";"):
        name, equals, value = part.partition("=")
        if equals:
            found[name.strip().upper()] = value
    found |= parts
    return ";".join(f"{name}={value}" for name, value in found.items() if value is not None)


def ending_before(rrule: str, start: datetime | date) -> str:
    """The rule without `start` (aware, or a date of an all-day series) and all that comes later."""
    if isinstance(start, datetime):
        last = f"{instant(start) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    else:
        last = f"{start - timedelta(days=1):%Y%m%d}"
    return with_parts(rrule, COUNT=None, UNTIL=last)


def counted_before(rrule: str, first: datetime, start: datetime) -> int:
    """How many instants of the rule lie before `start`; naive wall times, `first` is the start of the series."""
    rule = parse_rule(rrule)
    return sum(1 for wall in walls(rule, first, first, start, None) if wall < start)


def from_then_on(rrule: str, first: datetime, start: datetime) -> str:
    """The same rule for a series that begins at `start`, one of its instants: what is left of its COUNT."""
    rule = parse_rule(rrule)
    if rule.count is None:
        return rrule
    return with_parts(rrule, COUNT=str(rule.count - counted_before(rrule, first, start)))


def moved(rrule: str, first: datetime, by: timedelta, zones: tuple[str, str], *, all_day: bool) -> str:
    """The rule of a series that began at the wall time `first` and of which every instant moved `by`.

    `zones` is the series' zone before and after, `all_day` what it is afterwards. Raises Invalid where no simple change
    of the rule says it.
    """
    days = (first + by).date() - first.date()
    found = _with_until(rrule, by, days, zones, all_day=all_day)
    if days:
        found = _with_days(found, days.days)
    if not days and not any(part in rrule.upper() for part in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        return found
    if _some(found, first + by, zones[1]) != [wall + by for wall in _some(rrule, first, zones[0])]:
        raise Invalid("Moving the whole series to other days changes its pattern: give the new pattern.")
    return found


def _with_until(rrule: str, by: timedelta, days: timedelta, zones: tuple[str, str], *, all_day: bool) -> str:
    until = parse_rule(rrule).until
    if until is None:
        return rrule
    if not isinstance(until, datetime):  # that whole day, whenever on it the series takes place
        return with_parts(rrule, UNTIL=f"{until + days:%Y%m%d}")
    last = wall_of(until, zones[0]) + by
    if all_day:
        return with_parts(rrule, UNTIL=f"{last:%Y%m%d}")
    if until.tzinfo is None:
        return with_parts(rrule, UNTIL=f"{last:%Y%m%dT%H%M%S}")
    return with_parts(rrule, UNTIL=f"{instant(in_pattern(last, zones[1], all_day=False)):%Y%m%dT%H%M%SZ}")


def _with_days(rrule: str, days: int) -> str:
    """Days of the week turned by so many days, days of the month moved by them."""
    rule = parse_rule(rrule)
    parts: dict[str, str | None] = {}
    if rule.weekdays and not any(day.n for day in rule.weekdays):
        parts["BYDAY"] = ",".join(_WEEK[(day.weekday + days) % 7] for day in rule.weekdays)
    if "bymonthday" in rule.by:
        parts["BYMONTHDAY"] = ",".join(str(day + days) for day in rule.by["bymonthday"])
    try:
        parse_rule(changed := with_parts(rrule, **parts))
    except ValueError:
        return rrule
    return changed


def _some(rrule: str, first: datetime, zone: str) -> list[datetime]:
    """The first instants as wall times."""
    rule = parse_rule(rrule)
    until = rule.until
    if isinstance(until, datetime):
        until = wall_of(until, zone)
    elif until is not None:
        until = datetime.combine(until, datetime.max.time())
    return list(islice(walls(rule, first, first, min(first + _FOLLOWED, _LAST), until), _COMPARED))
