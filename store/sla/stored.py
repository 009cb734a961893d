"""Calendars and terms as the store keeps them: JSON. Pure.

Hours are {"mon": ["09:00-12:30", "13:30-17:00"], ...} with the days that are open, midnight at the end written 24:00;
holidays {"2026-12-25": [], "2026-12-24": ["09:00-12:00"]}; terms, in minutes of working time,
{"first_response": {"high": 60}, "resolution": {"high": 480}, "pauses": ["waiting"], "starts_anew": false}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from functools import lru_cache
from typing import Any

from store.errors import Invalid
from store.sla.hours import BusinessCalendar, Hours
from store.sla.terms import SlaTerms

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]?\d|2[0-3]):([0-5]\d)|24:00)")


def calendar_from(
    zone: str, hours: Mapping[str, Sequence[str]], holidays: Mapping[str, Sequence[str]]
) -> BusinessCalendar:
    """The calendar; the same one, with its tables, while it is asked for again. Raises Invalid."""
    return _calendar(zone, json.dumps(hours, sort_keys=True), json.dumps(holidays, sort_keys=True))


@lru_cache(64)
def _calendar(zone: str, hours: str, holidays: str) -> BusinessCalendar:
    by_day: dict[str, list[str]] = json.loads(hours)
    if wrong := sorted(set(by_day).difference(WEEKDAYS)):
        raise Invalid(f"{wrong[0]!r} is not a day of the week; write {', '.join(WEEKDAYS)}.")
    return BusinessCalendar(
        zone,
        tuple(hours_from(by_day.get(day, [])) for day in WEEKDAYS),
        {_date(day): hours_from(written) for day, written in json.loads(holidays).items()},
    )


def hours_as_json(calendar: BusinessCalendar) -> dict[str, list[str]]:
    """The hours of its week, for the store."""
    return {day: hours_written(hours) for day, hours in zip(WEEKDAYS, calendar.week, strict=True) if hours}


def holidays_as_json(calendar: BusinessCalendar) -> dict[str, list[str]]:
    """Its holidays, for the store."""
    return {str(day): hours_written(hours) for day, hours in sorted(calendar.holidays.items())}


def hours_from(written: Sequence[str]) -> tuple[Hours, ...]:
    """The hours of a day. Raises Invalid."""
    found = []
    for each in written:
        match = _HOURS.fullmatch(each.strip())
        if match is None:
            raise Invalid(f"{each!r} are no hours; write them as 09:00-17:00.")
        hour, minute, end_hour, end_minute = match.groups(default="0")
        found.append(Hours(time(int(hour), int(minute)), time(int(end_hour), int(end_minute))))
    return tuple(found)


def hours_written(hours: Sequence[Hours]) -> list[str]:
    """The hours of a day, for the store."""
    return [f"{each.start:%H:%M}-{f'{each.end:%H:%M}' if each.end != time(0) else '24:00'}" for each in hours]


def terms_from(data: Mapping[str, Any], warn_share: float) -> SlaTerms:
    """The terms; what is missing is as SlaTerms has it. Raises Invalid."""
    kept = {name: data[name] for name in ("starts_anew",) if name in data}
    if "pauses" in data:
        kept["pauses"] = frozenset(data["pauses"])
    return SlaTerms(_times(data, "first_response"), _times(data, "resolution"), warn_share, **kept)


def terms_as_json(terms: SlaTerms) -> dict[str, Any]:
    """The terms for the store, without their warn_share."""
    return {
        "first_response": _minutes(terms.first_response),
        "resolution": _minutes(terms.resolution),
        "pauses": sorted(terms.pauses),
        "starts_anew": terms.starts_anew,
    }


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(f"{written!r} is not a day; write it as 2026-12-25.") from None


def _times(data: Mapping[str, Any], name: str) -> dict[str, timedelta | None]:
    promised = data.get(name, {})
    return {priority: None if minutes is None else timedelta(minutes=minutes) for priority, minutes in promised.items()}


def _minutes(promised: Mapping[str, timedelta | None]) -> dict[str, float | None]:
    return {priority: None if time is None else time / timedelta(minutes=1) for priority, time in promised.items()}
