"""Lengths, hours, time off and moments as people write them for scheduling, and read them again. Pure.

Lengths: "45 min", "1 h 30 min", "2 d". Hours: "Mon-Fri 08:00-12:00, 13:00-17:00", and where they change later "...;
from 2026-12-01 Mon-Thu 08:00-16:00". Time off: "2026-12-01 to 2026-12-05 holiday", with times where it is not whole
days. Moments without an offset are read on the clocks of the zone that is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.errors import Invalid
from store.queues.written import week_from, week_text
from store.scheduling.stored import ALWAYS, Week
from store.sla.hours import zone_named

_LENGTH = re.compile(
    r"(?:(\d{1,9})\s*d(?:ays?)?)?\s*(?:(\d{1,9})\s*h(?:ours?)?)?\s*(?:(\d{1,9})\s*(?:m|min|minutes?)?)?", re.IGNORECASE
)
_FROM = re.compile(r"\bfrom\s+(\d{4}-\d\d-\d\d)\s*:?", re.IGNORECASE)
_MOMENT = r"\d{4}-\d\d-\d\d(?:[T ]\d{1,2}:\d\d)?"
_OFF = re.compile(rf"(?P<first>{_MOMENT})(?:\s*(?:\.\.|–|to)\s*(?P<last>{_MOMENT}))?\s*(?P<reason>.*)")
_DAY, _HOUR = 24 * 60, 60
_ONE_DAY = timedelta(days=1)

#: The years in which anything is scheduled.
YEARS = range(1971, 9_000)


def minutes_from(label: str, given: Any, *, least: int, most: int) -> int:
    """A length in minutes, given as a number of them or in words. Raises Invalid."""
    text = str(given).strip()
    match = _LENGTH.fullmatch(text)
    if text.startswith("-") and _LENGTH.fullmatch(text[1:]):
        raise Invalid(f"{label}: {text} is less than nothing.")
    if match is None or not any(match.groups()) or isinstance(given, bool):
        raise Invalid(f"{label}: {text!r} is no length of time; write it as 45 min, 1 h 30 min or 2 d.")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    found = days * _DAY + hours * _HOUR + minutes
    if not least <= found <= most:
        raise Invalid(f"{label}: it takes {length_text(least)} to {length_text(most)}, not {length_text(found)}.")
    return found


def is_in_days(given: Any) -> bool:
    """Whether a length that `minutes_from` reads is given in days and in nothing less."""
    match = _LENGTH.fullmatch(str(given).strip())
    return match is not None and match[1] is not None and not any(int(part or 0) for part in match.groups()[1:])


def length_text(minutes: int, *, in_hours: bool = False) -> str:
    """The length as `minutes_from` reads it; `in_hours` where days would mean something else."""
    if in_hours and minutes >= _DAY:
        return f"{minutes // _HOUR} h {minutes % _HOUR} min".removesuffix(" 0 min")
    days, hours, rest = minutes // _DAY, minutes % _DAY // _HOUR, minutes % _HOUR
    said = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{rest} min" if rest or not minutes else ""]
    return " ".join(filter(None, said))


def weeks_from(text: str) -> dict[date, Week]:
    """The weeks of hours by the day from which each holds. Raises Invalid in words."""
    parts = _FROM.split(text)
    begun = [(ALWAYS, parts[0]), *((_day(day), written) for day, written in zip(parts[1::2], parts[2::2], strict=True))]
    found: dict[date, Week] = {}
    for first, written in begun:
        if first is ALWAYS and not written.strip(" ;\n"):
            continue
        if first in found:
            raise Invalid(f"Two weeks of work hours begin on {first}; one day has one week.")
        found[first] = week_from(written.strip(" ;\n"))
    return found


def weeks_text(weeks: Mapping[date, Week]) -> str:
    """The weeks as `weeks_from` reads them."""
    return "; ".join(
        week_text(week) if first == ALWAYS else f"from {first} {week_text(week)}".strip()
        for first, week in sorted(weeks.items())
    )


def time_off_from(text: str, zone: str) -> list[dict[str, str]]:
    """Time off as the store keeps it, in order: `starts_at` and `ends_at` in UTC, with a reason. Raises Invalid."""
    found = []
    for part in filter(None, map(str.strip, re.split(r"[;\n]", text))):
        match = _OFF.fullmatch(part)
        if match is None:
            raise Invalid(f"{part!r} is no time off; write it as 2026-12-01 to 2026-12-05 holiday.")
        found.append(away(match["first"], match["last"] or match["first"], match["reason"].strip(), zone))
    return sorted(found, key=lambda one: one["starts_at"])


def away(first: str, last: str, reason: str, zone: str) -> dict[str, str]:
    """One time off; days alone are whole days, the last one included. Raises Invalid."""
    starts_at = moment_from(first, zone) if _has_time(first) else midnight(_day(first), zone)
    ends_at = moment_from(last, zone) if _has_time(last) else midnight(_day(last) + _ONE_DAY, zone)
    if ends_at <= starts_at:
        raise Invalid(f"Time off must end after it begins, not from {first} to {last}.")
    return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat(), "reason": reason}


def time_off_text(stored: Iterable[Mapping[str, str]], zone: str) -> str:
    """Time off as `time_off_from` reads it."""
    return "; ".join(_off_text(one, ZoneInfo(zone)) for one in stored)


def moment_from(text: str, zone: str) -> datetime:
    """A moment in UTC: with an offset as it says, else on the clocks of the zone. Raises Invalid, also for a time that
    these clocks skip; of one that they show twice it is the first."""
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"{text.strip()!r} is not a time; write it as 2026-11-30 14:00.") from None
    _check_year(given)
    if given.tzinfo is not None:
        return given.astimezone(UTC)
    clocks = zone_named(zone)
    found = given.replace(tzinfo=clocks).astimezone(UTC)
    if found.astimezone(clocks).replace(tzinfo=None) != given:
        raise Invalid(f"There is no {given:%H:%M} on {given.date()} in {zone}: the clocks skip it.")
    return found


def midnight(day: date, zone: str) -> datetime:
    """When a day begins on the clocks of the zone, in UTC; where they skip midnight, the first moment after it.

    Raises Invalid for a day beyond the calendar.
    """
    _check_year(day)
    return datetime.combine(day, time(), zone_named(zone)).astimezone(UTC)


def _check_year(day: date) -> None:
    if day.year not in YEARS:
        raise Invalid(f"{day.year:04} is beyond the calendar, which goes from {YEARS[0]} to {YEARS[-1]:04}.")


def _off_text(one: Mapping[str, str], clocks: ZoneInfo) -> str:
    first, last = (datetime.fromisoformat(one[name]).astimezone(clocks) for name in ("starts_at", "ends_at"))
    if first.time() == last.time() == time():
        days = (first.date(), last.date() - _ONE_DAY)
        said = f"{days[0]}" if days[0] == days[1] else f"{days[0]} to {days[1]}"
    else:
        said = f"{first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}"
    return f"{said} {one['reason']}".strip()


def _has_time(text: str) -> bool:
    return ":" in text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(f"{text.strip()!r} is not a day; write it as 2026-12-25.") from None
