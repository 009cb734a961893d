"""An RRULE as the recurrence pattern and range Exchange would store it as.

Outlook's patterns are fewer than RFC 5545's: a rule outside them has no EWS recurrence, and the entry is then kept as
the single appointment of its first start, as Exchange does when it imports such a file.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-recurrencetype
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import icalendar

DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
CODES = tuple(DAYS)
WEEK_INDEX = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", -1: "Last"}
DAY_SETS = {
    frozenset(CODES): "Day",
    frozenset(CODES[:5]): "Weekday",
    frozenset(CODES[5:]): "WeekendDay",
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
UNKNOWN_PARTS = {"BYHOUR", "BYMINUTE", "BYSECOND", "BYYEARDAY", "BYWEEKNO", "RSCALE", "SKIP"}


class Unrepresentable(ValueError):
    """Exchange has no pattern for this rule."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """`fields` are the child elements of the pattern element `name`, in schema order."""

    name: str
    fields: tuple[tuple[str, str], ...]
    count: int = 0
    until: date | None = None  # in the event's own zone

    @property
    def endless(self) -> bool:
        return not self.count and self.until is None


def pattern(rule: icalendar.vRecur, start: date) -> Pattern:
    """The pattern of a rule whose first occurrence is on `start`. Raises Unrepresentable."""
    if UNKNOWN_PARTS & set(rule):
        raise Unrepresentable(rule)
    makers = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}
    make = makers.get(_first(rule, "FREQ"))
    if make is None:
        raise Unrepresentable(rule)
    name, fields = make(rule, start)
    return Pattern(name, tuple(fields), int(_first(rule, "COUNT") or 0), _until(rule, start))


def _first(rule: icalendar.vRecur, part: str) -> str:
    values = rule.get(part, [])
    return str(values[0]) if values else ""


def _interval(rule: icalendar.vRecur, factor: int = 1) -> tuple[str, str]:
    return "Interval", str(int(_first(rule, "INTERVAL") or 1) * factor)


def _until(rule: icalendar.vRecur, start: date) -> date | None:
    values = rule.get("UNTIL", [])
    if not values:
        return None
    until = values[0]
    if not isinstance(until, datetime):
        return date(until.year, until.month, until.day)
    if until.tzinfo is not None and isinstance(start, datetime) and start.tzinfo is not None:
        until = until.astimezone(start.tzinfo)
    elif until.tzinfo is not None:
        until = until.astimezone(UTC)
    return until.date()


def _codes(rule: icalendar.vRecur) -> list[str]:
    return [str(code) for code in rule.get("BYDAY", [])]


def _daily(rule: icalendar.vRecur, start: date) -> tuple[str, Sequence[tuple[str, str]]]:
    if _codes(rule):
        if _interval(rule)[1] != "1":
            raise Unrepresentable(rule)
        return _weekly(rule, start)
    return "DailyRecurrence", [_interval(rule)]


def _weekly(rule: icalendar.vRecur, start: date) -> tuple[str, Sequence[tuple[str, str]]]:
    codes = _codes(rule) or [CODES[start.weekday()]]
    if not set(codes) <= set(CODES) or "BYMONTH" in rule:
        raise Unrepresentable(rule)
    days = " ".join(DAYS[code] for code in CODES if code in codes)
    first_day = DAYS[_first(rule, "WKST") or "MO"]
    return "WeeklyRecurrence", [_interval(rule), ("DaysOfWeek", days), ("FirstDayOfWeek", first_day)]


def _monthly(rule: icalendar.vRecur, start: date, factor: int = 1) -> tuple[str, Sequence[tuple[str, str]]]:
    interval = _interval(rule, factor)
    if _codes(rule):
        return "RelativeMonthlyRecurrence", [interval, *_weekday_of_month(rule)]
    day = _day_of_month(rule, start)
    if day == -1:
        return "RelativeMonthlyRecurrence", [interval, ("DaysOfWeek", "Day"), ("DayOfWeekIndex", "Last")]
    return "AbsoluteMonthlyRecurrence", [interval, ("DayOfMonth", str(day))]


def _yearly(rule: icalendar.vRecur, start: date) -> tuple[str, Sequence[tuple[str, str]]]:
    months = rule.get("BYMONTH", [start.month])
    if len(months) != 1:
        raise Unrepresentable(rule)
    if _interval(rule)[1] != "1":
        if int(months[0]) != start.month:
            raise Unrepresentable(rule)
        return _monthly(rule, start, factor=12)  # a yearly pattern has no interval: every n years is every 12n months
    month = ("Month", MONTHS[int(months[0]) - 1])
    if _codes(rule):
        return "RelativeYearlyRecurrence", [*_weekday_of_month(rule), month]
    day = _day_of_month(rule, start)
    if day == -1:
        return "RelativeYearlyRecurrence", [("DaysOfWeek", "Day"), ("DayOfWeekIndex", "Last"), month]
    return "AbsoluteYearlyRecurrence", [("DayOfMonth", str(day)), month]


def _day_of_month(rule: icalendar.vRecur, start: date) -> int:
    days = [int(day) for day in rule.get("BYMONTHDAY", [start.day])]
    if _first(rule, "BYSETPOS") == "-1" and days == list(range(28, days[-1] + 1)):
        return days[-1]  # "the 31st, or the last day of a shorter month"
    if len(days) != 1 or not (1 <= int(days[0]) <= 31 or int(days[0]) == -1) or "BYSETPOS" in rule:
        raise Unrepresentable(rule)
    return int(days[0])


def _weekday_of_month(rule: icalendar.vRecur) -> list[tuple[str, str]]:
    """DaysOfWeek and DayOfWeekIndex of BYDAY=2TU, or of BYDAY=... with BYSETPOS."""
    codes = _codes(rule)
    if "BYMONTHDAY" in rule:
        raise Unrepresentable(rule)
    plain = frozenset(code[-2:] for code in codes)
    numbered = {code[:-2] for code in codes}
    position = _first(rule, "BYSETPOS") if numbered == {""} else "".join(numbered) if len(codes) == 1 else ""
    days = DAYS[next(iter(plain))] if len(plain) == 1 else DAY_SETS.get(plain)
    index = WEEK_INDEX.get(int(position)) if position else None
    if days is None or index is None:
        raise Unrepresentable(rule)
    return [("DaysOfWeek", days), ("DayOfWeekIndex", index)]
