"""An RFC 5545 rule as an EWS recurrence, or a refusal: what Exchange cannot repeat exactly is never approximated.

What was made is read back by the reader's own rules, and both must take place at the same times.
https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-recurrencetype
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from dateutil import rrule as du
from lxml.etree import _Element

from calendar_sync.event import Event
from calendar_sync.providers.exchange_recurrence import MONTHS, SURE_DAYS, WEEK, rrule
from calendar_sync.recurrence import occurrences
from calendar_sync.rrule import Rule, parse_rule
from calendar_sync.walls import instant, wall_of
from mail_sync.errors import SendRefused
from mail_sync.providers.exchange.building import child, new

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_SETS = {
    frozenset(range(7)): "Day",
    frozenset(range(5)): "Weekday",
    frozenset((5, 6)): "WeekendDay",
}
WEEK_NAMES = {number: name for name, number in WEEK.items()}
MONTHS_OF_YEAR = 12

# Greatest numbers that Exchange takes.
MOST_OCCURRENCES = 999
MOST_DAYS = 999
MOST_INTERVAL = 99

# What is compared between a rule and what was made of it.
COMPARED = 200
FOLLOWED = timedelta(days=366 * 30)


class _Inexpressible(ValueError):
    """EWS has no pattern for this rule; the text says why."""


def recurrence_element(event: Event) -> _Element:
    """The t:Recurrence of a series. Raises SendRefused where Exchange has none that means exactly the same."""
    if event.rdates:
        raise SendRefused("Outlook's series have no additional dates")
    try:
        made = _element(event)
        _check(event, rrule(made, event.start))
    except ValueError as error:
        raise SendRefused(f"Outlook cannot repeat an appointment in this way: {error}") from error
    return made


def _element(event: Event) -> _Element:
    rule, first = parse_rule(event.rrule), wall_of(event.start, event.timezone)
    made = new("t:Recurrence")
    made.append(_pattern(rule, first.date()))
    made.append(_range(rule, first, event.timezone))
    return made


def _check(event: Event, read_back: str) -> None:
    plain = replace(event, exceptions=(), exdates=(), rdates=())
    wanted, written = _starts(plain), _starts(replace(plain, rrule=read_back))
    if not wanted or instant(wanted[0]) != instant(event.start):
        raise _Inexpressible("it does not begin on a day of its pattern")
    if wanted != written:
        raise _Inexpressible("the days are not those of any pattern it knows")


def _starts(event: Event) -> list[date]:
    begin = instant(event.start) - timedelta(days=2)
    return [one.start for one in occurrences(event, begin, begin + FOLLOWED, limit=COMPARED)]


def _pattern(rule: Rule, first: date) -> _Element:
    if {"byyearday", "byweekno"} & rule.by.keys():
        raise _Inexpressible("it counts days or weeks of the year")
    match rule.freq:
        case du.DAILY:
            return _daily(rule)
        case du.WEEKLY:
            return _weekly(rule, first)
        case du.MONTHLY:
            return _monthly(rule, first, rule.interval)
        case du.YEARLY:
            return _yearly(rule, first)
    raise _Inexpressible("it takes place more than once a day")


def _daily(rule: Rule) -> _Element:
    _only(rule)
    if not rule.weekdays:
        return _made("DailyRecurrence", Interval=_interval(rule.interval, MOST_DAYS))
    if rule.interval > 1:
        raise _Inexpressible("it takes place on some days of the week, but not in every week")
    return _made("WeeklyRecurrence", Interval="1", DaysOfWeek=_days(rule), FirstDayOfWeek=DAYS[rule.wkst])


def _weekly(rule: Rule, first: date) -> _Element:
    _only(rule)
    return _made(
        "WeeklyRecurrence",
        Interval=_interval(rule.interval),
        DaysOfWeek=_days(rule) or DAYS[first.weekday()],
        FirstDayOfWeek=DAYS[rule.wkst],
    )


def _monthly(rule: Rule, first: date, interval: int) -> _Element:
    _only(rule, "bymonthday", "bysetpos", *(("bymonth",) if rule.freq == du.YEARLY else ()))
    every = _interval(interval)
    if relative := _relative(rule):
        return _made("RelativeMonthlyRecurrence", Interval=every, **relative)
    return _made("AbsoluteMonthlyRecurrence", Interval=every, DayOfMonth=str(_day(rule, first, SURE_DAYS)))


def _yearly(rule: Rule, first: date) -> _Element:
    _only(rule, "bymonth", "bymonthday", "bysetpos")
    months = rule.by.get("bymonth", ())
    if len(months) > 1 or (not months and (rule.weekdays or "bymonthday" in rule.by)):
        raise _Inexpressible("it takes place in several months of the year")
    month = months[0] if months else first.month
    if rule.interval > 1:  # EWS knows no interval of years, but so many months
        if month != first.month:
            raise _Inexpressible("it does not begin in its month")
        return _monthly(rule, first, rule.interval * MONTHS_OF_YEAR)
    name = MONTHS[month - 1]
    if relative := _relative(rule):
        return _made("RelativeYearlyRecurrence", **relative, Month=name)
    return _made("AbsoluteYearlyRecurrence", DayOfMonth=str(_day(rule, first, SURE_DAYS)), Month=name)


def _relative(rule: Rule) -> dict[str, str]:
    """DaysOfWeek and DayOfWeekIndex of a rule by weekdays or of "the last day"; empty for one by the day's number."""
    positions = rule.by.get("bysetpos", ())
    if not rule.weekdays:
        is_last = rule.by.get("bymonthday") == (-1,) and not positions
        return {"DaysOfWeek": "Day", "DayOfWeekIndex": "Last"} if is_last else {}
    if "bymonthday" in rule.by:
        raise _Inexpressible("it asks for a day of the week and a day of the month at once")
    numbers = {day.n or 0 for day in rule.weekdays}
    days = frozenset(day.weekday for day in rule.weekdays)
    if numbers != {0}:
        positions = tuple(numbers) if len(rule.weekdays) == 1 and not positions else ()
    name = DAYS[next(iter(days))] if len(days) == 1 else DAY_SETS.get(days)
    if name is None or len(positions) != 1 or positions[0] not in WEEK_NAMES:
        raise _Inexpressible("it takes place on several days of the month, or on a fifth one")
    return {"DaysOfWeek": name, "DayOfWeekIndex": WEEK_NAMES[positions[0]]}


def _day(rule: Rule, first: date, sure: int) -> int:
    """The day of the month. Exchange takes the last day of a shorter month, which RFC 5545 writes as the last of all
    days from one that every month has."""
    days, positions = rule.by.get("bymonthday", (first.day,)), rule.by.get("bysetpos", ())
    if positions == (-1,) and days == tuple(range(sure, days[-1] + 1)):
        return days[-1]
    if len(days) > 1 or positions or days[0] < 1:
        raise _Inexpressible("it takes place on several days of the month, or counts them from its end")
    return days[0]


def _only(rule: Rule, *parts: str) -> None:
    """Hours, minutes and seconds may stand in any rule: `_check` sees to it that they say what the start says."""
    if rule.by.keys() - {"byhour", "byminute", "bysecond", *parts}:
        raise _Inexpressible("it takes place on some of its days only")


def _days(rule: Rule) -> str:
    if any(day.n for day in rule.weekdays):
        raise _Inexpressible("it counts days of the week")
    return " ".join(DAYS[number] for number in sorted({day.weekday for day in rule.weekdays}))


def _interval(every: int, most: int = MOST_INTERVAL) -> str:
    if every > most:
        raise _Inexpressible(f"the greatest interval is {most}")
    return str(every)


def _range(rule: Rule, first: datetime, zone: str) -> _Element:
    start = {"StartDate": first.date().isoformat()}
    if rule.count is not None:
        if rule.count > MOST_OCCURRENCES:
            raise _Inexpressible(f"a series has {MOST_OCCURRENCES} occurrences at most")
        return _made("NumberedRecurrence", **start, NumberOfOccurrences=str(rule.count))
    if rule.until is None:
        return _made("NoEndRecurrence", **start)
    last = _last_day(rule.until, first, zone)
    if last < first.date():
        raise _Inexpressible("it ends before it begins")
    return _made("EndDateRecurrence", **start, EndDate=last.isoformat())


def _last_day(until: datetime | date, first: datetime, zone: str) -> date:
    if not isinstance(until, datetime):
        return until
    last = wall_of(until.astimezone(UTC), zone) if until.tzinfo else until
    return last.date() if last.time() >= first.time() else last.date() - timedelta(days=1)


def _made(name: str, **children: str) -> _Element:
    made = new(f"t:{name}")
    for key, value in children.items():
        child(made, f"t:{key}", value)
    return made
