"""Days, times of day and lengths as people type them. Pure."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from store.dates import parse_date
from store.errors import Invalid
from tui.when import DAYS, MONTHS

_WORDS = {"today": 0, "heute": 0, "tomorrow": 1, "morgen": 1, "yesterday": -1, "gestern": -1}
_AHEAD = re.compile(r"([+-]\d{1,4})\s*([dwmy]?)")
_DAY_MONTH = re.compile(r"(\d{1,2})\.?\s*([a-z]{3})[a-z]*\.?|(\d{1,2})\.(\d{1,2})\.?|([a-z]{3})[a-z]*\.?\s*(\d{1,2})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|uhr)?")
_LENGTH = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*d(?:ays?)?)?\s*(?:(\d+(?:[.,]\d+)?)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?"
)
_DAYS_OF = {"": 1, "d": 1, "w": 7}


def day_in(text: str, today: date) -> date:
    """The day meant by "2026-12-24", "24 dec", "24.12.", "tomorrow", "fri", "+3", "+2w". Raises Invalid.

    A day of the week is the next one; a day without a year the next one of that name, or one less than half a year ago.
    """
    typed = " ".join(text.lower().split())
    if typed in _WORDS:
        return today + timedelta(days=_WORDS[typed])
    if found := _AHEAD.fullmatch(typed):
        return _ahead(today, int(found[1]), found[2])
    weekday = next((n for n, name in enumerate(DAYS) if typed[:3] == name.lower() and typed.isalpha()), None)
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if found := _DAY_MONTH.fullmatch(typed):
        day, month = int(found[1] or found[3] or found[6]), _month(found[2] or found[5], found[4])
        if month:
            return _nearest(text, day, month, today)
    return parse_date(text)


def clock_in(text: str) -> time:
    """The time of day meant by "9", "9:30", "0930", "9.30 pm". Raises Invalid."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if found is None:
        raise Invalid(f"{text!r} is no time of day; write it as 14:30.")
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3] in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise Invalid(f"There is no time {text!r} on a clock.")
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    if hour > 23 or minute > 59:
        raise Invalid(f"There is no time {text!r} on a clock.")
    return time(hour, minute)


def length_in(text: str) -> timedelta | None:
    """The length meant by "45 min", "1h", "1h 30m", "1.5 h", "2 days"; None where it says none."""
    typed = text.strip().lower()
    found = _LENGTH.fullmatch(typed)
    if found is None or not any(found.groups()):
        return None
    days, hours, minutes = (float((part or "0").replace(",", ".")) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def length_words(length: timedelta) -> str:
    """ "45 min", "1 h 30 min", "2 days"; read again by `length_in`."""
    minutes = length // timedelta(minutes=1)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{days} day{'s' if days > 1 else ''}"] if days else []
    parts += [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes or not parts else []
    return " ".join(parts)


def _ahead(today: date, count: int, unit: str) -> date:
    try:
        if unit in _DAYS_OF:
            return today + timedelta(days=count * _DAYS_OF[unit])
        months = today.year * 12 + today.month - 1 + count * (12 if unit == "y" else 1)
        first = date(months // 12, months % 12 + 1, 1)
    except (ValueError, OverflowError):
        raise Invalid("That day is not in the calendar.") from None
    after = (first + timedelta(days=31)).replace(day=1)
    return min(first + timedelta(days=today.day - 1), after - timedelta(days=1))


def _month(name: str | None, number: str | None) -> int | None:
    if number is not None:
        return int(number)
    return next((n for n, known in enumerate(MONTHS, 1) if known.lower() == name), None)


def _nearest(text: str, day: int, month: int, today: date) -> date:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (today - found).days < 183:
            return found
    raise Invalid(f"There is no day {text!r} in the calendar.")
