"""An EWS recurrence (pattern and range) as an RFC 5545 rule.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-recurrencetype
"""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime

from lxml.etree import _Element

from mail_sync.providers.exchange.reading import TYPES, local_name, number, text

DAYS = {
    "Monday": ("MO",),
    "Tuesday": ("TU",),
    "Wednesday": ("WE",),
    "Thursday": ("TH",),
    "Friday": ("FR",),
    "Saturday": ("SA",),
    "Sunday": ("SU",),
    "Day": ("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
    "Weekday": ("MO", "TU", "WE", "TH", "FR"),
    "WeekendDay": ("SA", "SU"),
}
WEEK = {"First": 1, "Second": 2, "Third": 3, "Fourth": 4, "Last": -1}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SURE_DAYS = 28  # every month has them
COMMON_YEAR = 2023


class UnknownRecurrence(ValueError):
    """The pattern is none of those that EWS documents."""


def rrule(recurrence: _Element, start: datetime | date) -> str:
    """The RRULE value of a t:Recurrence whose first occurrence begins at `start` (in the event's own zone).

    Raises UnknownRecurrence.
    """
    pattern = next((_pattern(child) for child in recurrence if not _is_range(child)), "")
    if not pattern:
        raise UnknownRecurrence("the series has no pattern")
    return pattern + _range(recurrence, start)


def first_day(recurrence: _Element | None) -> date | None:
    """The day on which the series begins, in the event's own zone; None where the reply does not say."""
    ranges = () if recurrence is None else (child for child in recurrence if _is_range(child))
    said = next((text(one, "StartDate") for one in ranges), "")
    try:
        return date.fromisoformat(said[:10])  # an xs:date may carry a zone; the day is that of the event's zone
    except ValueError:
        return None


def _is_range(element: _Element) -> bool:
    return local_name(element) in ("NoEndRecurrence", "EndDateRecurrence", "NumberedRecurrence")


def _pattern(element: _Element) -> str:
    name, interval = local_name(element), _interval(element)
    match name:
        case "DailyRecurrence" | "DailyRegeneration":
            return f"FREQ=DAILY{interval}"
        case "WeeklyRecurrence":
            return f"FREQ=WEEKLY{interval};BYDAY={','.join(_days(element))}{_week_start(element)}"
        case "WeeklyRegeneration":
            return f"FREQ=WEEKLY{interval}"
        case "AbsoluteMonthlyRecurrence":
            return f"FREQ=MONTHLY{interval}{_day_of_month(element, SURE_DAYS)}"
        case "RelativeMonthlyRecurrence":
            return f"FREQ=MONTHLY{interval}{_day_in_week(element)}"
        case "MonthlyRegeneration":
            return f"FREQ=MONTHLY{interval}"
        case "AbsoluteYearlyRecurrence":
            month = _month(element)
            sure = monthrange(COMMON_YEAR, month)[1]
            return f"FREQ=YEARLY{interval};BYMONTH={month}{_day_of_month(element, sure)}"
        case "RelativeYearlyRecurrence":
            return f"FREQ=YEARLY{interval};BYMONTH={_month(element)}{_day_in_week(element)}"
        case "YearlyRegeneration":
            return f"FREQ=YEARLY{interval}"
    raise UnknownRecurrence(f'the pattern "{name}" is not known')


def _interval(element: _Element) -> str:
    every = number(element, "Interval") or 1
    return f";INTERVAL={every}" if every > 1 else ""


def _days(element: _Element) -> tuple[str, ...]:
    named = text(element, "DaysOfWeek").split()
    if not named or not set(named) <= set(DAYS):
        raise UnknownRecurrence(f'the days of week "{" ".join(named)}" are not known')
    return tuple(dict.fromkeys(code for name in named for code in DAYS[name]))


def _week_start(element: _Element) -> str:
    """Only said where it is not the rule's default, Monday."""
    first = DAYS.get(text(element, "FirstDayOfWeek"), ("MO",))[0]
    return "" if first == "MO" else f";WKST={first}"


def _day_in_week(element: _Element) -> str:
    index = WEEK.get(text(element, "DayOfWeekIndex"))
    if index is None:
        raise UnknownRecurrence("the week of the month is not known")
    days = _days(element)
    if len(days) == 1:
        return f";BYDAY={index}{days[0]}"
    return f";BYDAY={','.join(days)};BYSETPOS={index}"


def _day_of_month(element: _Element, sure: int) -> str:
    """In a month without this day Exchange takes the month's last day ([MS-OXOCAL] 2.2.1.44.1.3), whereas RFC 5545
    would leave the month out: so it is the last of all days up to this one."""
    day = number(element, "DayOfMonth") or 0
    if not 1 <= day <= 31:
        raise UnknownRecurrence(f"day {day} of the month is not known")
    if day <= sure:
        return f";BYMONTHDAY={day}"
    return f";BYMONTHDAY={','.join(str(one) for one in range(sure, day + 1))};BYSETPOS=-1"


def _month(element: _Element) -> int:
    name = text(element, "Month")
    if name not in MONTHS:
        raise UnknownRecurrence(f'the month "{name}" is not known')
    return MONTHS.index(name) + 1


def _range(recurrence: _Element, start: datetime | date) -> str:
    numbered = recurrence.find(f"{TYPES}NumberedRecurrence")
    if numbered is not None:
        count = number(numbered, "NumberOfOccurrences")
        return f";COUNT={count}" if count else ""
    ended = recurrence.find(f"{TYPES}EndDateRecurrence")
    return "" if ended is None else _until(text(ended, "EndDate"), start)


def _until(value: str, start: datetime | date) -> str:
    """The last day counts. RFC 5545 section 3.3.10: UNTIL is a date for dates and otherwise an instant in UTC, here
    that of an occurrence on the last day."""
    try:
        last = date.fromisoformat(value[:10])
    except ValueError as error:
        raise UnknownRecurrence(f'the end date "{value}" is not known') from error
    if not isinstance(start, datetime):
        return f";UNTIL={last:%Y%m%d}"
    moment = datetime.combine(last, start.timetz())
    return f";UNTIL={moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
