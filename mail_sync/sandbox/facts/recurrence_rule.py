"""The way back from a recurrence pattern of Exchange to an RRULE, and the days a pattern falls on.

A day of month that a month lacks means its last day, which an RRULE says with BYMONTHDAY=28,29,30 and BYSETPOS=-1.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-recurrencetype
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import icalendar

from mail_sync.sandbox.facts.recurrence import CODES, DAY_SETS, DAYS, MONTHS, WEEK_INDEX, Pattern

CODE_OF = {name: code for code, name in DAYS.items()}
SET_OF = {name: tuple(code for code in CODES if code in codes) for codes, name in DAY_SETS.items()}
POSITION_OF = {name: position for position, name in WEEK_INDEX.items()}
LONGEST_GAP = timedelta(days=366 * 8)  # between two 29ths of February around a century without a leap year


def rule(pattern: Pattern, until: date | None = None) -> icalendar.vRecur:
    """The RRULE of a pattern; `until` is its end as the source writes it (an instant in UTC)."""
    fields = dict(pattern.fields)
    parts: dict[str, object] = {"FREQ": _frequency(pattern.name)}
    if int(fields.get("Interval", "1")) > 1:
        parts["INTERVAL"] = int(fields["Interval"])
    if pattern.name == "WeeklyRecurrence":
        parts["BYDAY"] = list(_codes(fields["DaysOfWeek"]))
        parts["WKST"] = CODE_OF[fields.get("FirstDayOfWeek", "Monday")]
    elif "DayOfWeekIndex" in fields:
        parts["BYDAY"] = list(_codes(fields["DaysOfWeek"]))
        parts["BYSETPOS"] = POSITION_OF[fields["DayOfWeekIndex"]]
    elif "DayOfMonth" in fields:
        day = int(fields["DayOfMonth"])
        parts["BYMONTHDAY"] = day if day <= 28 else list(range(28, day + 1))
        if day > 28:
            parts["BYSETPOS"] = -1
    if "Month" in fields:
        parts["BYMONTH"] = MONTHS.index(fields["Month"]) + 1
    if pattern.count:
        parts["COUNT"] = pattern.count
    elif until is not None:
        parts["UNTIL"] = until
    return icalendar.vRecur(parts)


def first_day(pattern: Pattern, since: date) -> date | None:
    """The first day on or after `since` that the pattern falls on; None when that is past the pattern's end."""
    day, last = since, since + LONGEST_GAP
    while day <= last and (pattern.until is None or day <= pattern.until):
        if falls_on(pattern, day):
            return day
        day += timedelta(days=1)
    return None


def falls_on(pattern: Pattern, day: date) -> bool:
    """Whether a series that starts on this day has an occurrence on it, whatever its interval."""
    fields = dict(pattern.fields)
    if "Month" in fields and MONTHS[day.month - 1] != fields["Month"]:
        return False
    if "DayOfMonth" in fields:
        return day.day == min(int(fields["DayOfMonth"]), monthrange(day.year, day.month)[1])
    if "DaysOfWeek" not in fields:
        return True
    if CODES[day.weekday()] not in _codes(fields["DaysOfWeek"]):
        return False
    return "DayOfWeekIndex" not in fields or _is_numbered(fields, day)


def _is_numbered(fields: dict[str, str], day: date) -> bool:
    """Whether a day is the n-th of the month among the days of its kind."""
    codes = _codes(fields["DaysOfWeek"])
    days = range(1, monthrange(day.year, day.month)[1] + 1)
    alike = [number for number in days if CODES[day.replace(day=number).weekday()] in codes]
    position = POSITION_OF[fields["DayOfWeekIndex"]]
    return alike[position - 1 if position > 0 else position] == day.day


def _codes(names: str) -> tuple[str, ...]:
    return tuple(code for name in names.split() for code in SET_OF.get(name, (CODE_OF.get(name, ""),)))


def _frequency(name: str) -> str:
    return next(word for word in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") if word in name.upper())
