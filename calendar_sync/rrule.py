"""RFC 5545 repetition rules as values, and their expansion in naive local wall time.

The days of plain daily and weekly rules, which are most, are equal steps; those of all others come from
python-dateutil. Hours, minutes and seconds within a day are counted here, because dateutil walks a sub-daily rule that
never hits second by second until the year 9999. Nothing here knows time zones or windows in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import dropwhile, islice, product
from types import MappingProxyType
from typing import Any, Literal

from dateutil import rrule as du

_Frequency = Literal[0, 1, 2, 3, 4, 5, 6]
_Numbers = tuple[int, ...]

LONGEST_RULE = 8_000  # characters; all 366 days of BYYEARDAY take 1,500
STEP_BUDGET = 100_000  # instants looked at in one expansion of a sub-daily rule or of a rule with COUNT

LONGEST_STEP = 4_000_000  # days; more than datetime holds
COUNTED_SPAN = timedelta(days=146_097)  # 400 years, the calendar's own period: how far a rule with COUNT is followed

_FREQ: dict[str, _Frequency] = {
    "YEARLY": du.YEARLY,
    "MONTHLY": du.MONTHLY,
    "WEEKLY": du.WEEKLY,
    "DAILY": du.DAILY,
    "HOURLY": du.HOURLY,
    "MINUTELY": du.MINUTELY,
    "SECONDLY": du.SECONDLY,
}
_DAYS = {"MO": du.MO, "TU": du.TU, "WE": du.WE, "TH": du.TH, "FR": du.FR, "SA": du.SA, "SU": du.SU}
_PARTS = {  # RFC 5545 section 3.3.10: dateutil's name, lowest, highest, whether negative ones count from the end
    "BYSECOND": ("bysecond", 0, 60, False),
    "BYMINUTE": ("byminute", 0, 59, False),
    "BYHOUR": ("byhour", 0, 23, False),
    "BYMONTHDAY": ("bymonthday", 1, 31, True),
    "BYYEARDAY": ("byyearday", 1, 366, True),
    "BYWEEKNO": ("byweekno", 1, 53, True),
    "BYMONTH": ("bymonth", 1, 12, False),
    "BYSETPOS": ("bysetpos", 1, 366, True),
}
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_LIMITS = ("bymonth", "bymonthday", "byyearday", "byweekno", "bysetpos")
_DAY_PARTS = ("byweekday", "bymonthday", "byyearday", "byweekno")


@dataclass(frozen=True, slots=True)
class Rule:
    """A repetition rule; `freq` is dateutil's constant.

    `until` is as written: a date, a naive local datetime or an aware UTC one; it is inclusive.
    """

    freq: _Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    wkst: int = 0
    weekdays: tuple[du.weekday, ...] = ()
    by: MappingProxyType[str, _Numbers] = field(default_factory=lambda: MappingProxyType({}))


@lru_cache(maxsize=4096)
def parse_rule(text: str) -> Rule:
    """The rule in an RRULE value without its "RRULE:" prefix. Raises ValueError with one sentence."""
    if len(text) > LONGEST_RULE:
        raise ValueError(f"the repetition rule is longer than {LONGEST_RULE:,} characters")
    parts: dict[str, str] = {}
    for part in text.strip().rstrip(";").upper().split(";"):
        name, equals, value = part.partition("=")
        if not equals or name.strip() in parts:
            raise ValueError(f'the repetition rule has no meaning at "{part[:40]}"')
        parts[name.strip()] = value.strip()
    if parts.get("FREQ") not in _FREQ:
        raise ValueError(f'the repetition rule has no known frequency ("{parts.get("FREQ", "")[:40]}")')
    known = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", *_PARTS}
    if unknown := sorted(name for name in parts if name not in known and not name.startswith("X-")):
        raise ValueError(f'the repetition rule uses "{unknown[0][:40]}", which RFC 5545 does not define')
    by = {_PARTS[name][0]: _numbers(name, parts[name]) for name in _PARTS if parts.get(name, "").strip(", ")}
    return Rule(
        freq=_FREQ[parts["FREQ"]],
        interval=_positive("INTERVAL", parts.get("INTERVAL", "1")),
        count=_positive("COUNT", parts["COUNT"]) if "COUNT" in parts else None,
        until=_until(parts["UNTIL"]) if parts.get("UNTIL") else None,
        wkst=_weekday(parts["WKST"]).weekday if parts.get("WKST") else 0,
        weekdays=tuple(_weekday(day) for day in parts["BYDAY"].split(",") if day) if "BYDAY" in parts else (),
        by=MappingProxyType(by),
    )


def _numbers(name: str, value: str) -> _Numbers:
    _, low, high, negative = _PARTS[name]
    try:
        numbers = {int(number) for number in value.split(",") if number.strip()}
    except ValueError:
        raise ValueError(f'the repetition rule has "{value[:40]}" as {name}') from None
    if any(not low <= (-number if negative and number < 0 else number) <= high for number in numbers):
        raise ValueError(f'the repetition rule has "{value[:40]}" as {name}')
    if name == "BYSECOND" and 60 in numbers:  # RFC 5545 section 3.3.12: a leap second is read as second 59
        numbers = numbers - {60} | {59}
    return tuple(sorted(numbers))


def _positive(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > 9 or int(value) == 0:
        raise ValueError(f'the repetition rule has "{value[:40]}" as {name}')
    return int(value)


def _weekday(value: str) -> du.weekday:
    value = value.strip()
    name, number = value[-2:], value[:-2]
    if name not in _DAYS or (number and not number.lstrip("+-").isdigit()) or len(number) > 3:
        raise ValueError(f'the repetition rule has "{value[:40]}" as a day of the week')
    nth = int(number) if number else 0
    if abs(nth) > 53 or (number and nth == 0):
        raise ValueError(f'the repetition rule has "{value[:40]}" as a day of the week')
    return _DAYS[name](nth) if nth else _DAYS[name]


def _until(value: str) -> datetime | date:
    try:
        if not _UNTIL.fullmatch(value):
            raise ValueError
        if "T" not in value:
            return datetime.strptime(value, "%Y%m%d").date()  # noqa: DTZ007 - a date has no zone
        if value.endswith("Z"):
            return datetime.strptime(value + "+0000", "%Y%m%dT%H%M%SZ%z")
        return datetime.strptime(value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - local to the event
    except ValueError:
        raise ValueError(f'the repetition rule ends at "{value[:40]}", which is no time') from None


def walls(rule: Rule, first: datetime, lo: datetime, hi: datetime, until: datetime | None) -> Iterator[datetime]:
    """The rule's instants in [lo, hi], naive local, in order; `first` is the start of the series, `until` inclusive.

    A rule that counts is followed from its first instant on; STEP_BUDGET ends a walk that leads nowhere.
    """
    last = min(hi, until) if until is not None else hi
    begin = max(first, lo)
    if rule.count is not None:
        begin = first
        last = min(last, first + COUNTED_SPAN if first.year < 9999 - 400 else last)
    if last < begin:
        return iter(())
    if rule.freq >= du.HOURLY:
        series = _sub_daily(rule, first, begin, last)
    elif not rule.by and (rule.freq == du.WEEKLY or (rule.freq == du.DAILY and not rule.weekdays)):
        series = _stepped(rule, first, begin, last)
    else:
        series = _daily(rule, first, begin, last)
    if rule.count is None:
        return islice(series, STEP_BUDGET)
    return dropwhile(lo.__gt__, islice(series, min(rule.count, STEP_BUDGET)))


def _stepped(rule: Rule, first: datetime, begin: datetime, last: datetime) -> Iterator[datetime]:
    """A DAILY rule, or a WEEKLY one with nothing but its days: what most series are, in equal steps."""
    if rule.freq == du.DAILY:
        origin, days, step = first, [timedelta()], rule.interval
    else:
        weekdays = {day.weekday for day in rule.weekdays} or {first.weekday()}
        origin, step = first - timedelta(days=(first.weekday() - rule.wkst) % 7), rule.interval * 7
        days = [timedelta(days=day) for day in sorted((weekday - rule.wkst) % 7 for weekday in weekdays)]
    period = origin + timedelta(days=(begin - origin).days // step * step)
    leap = timedelta(days=min(step, LONGEST_STEP))
    while period <= last:
        for day in days:
            wall = period + day
            if begin <= wall <= last:
                yield wall
        if last - period < leap:
            return
        period += leap


def _daily(rule: Rule, first: datetime, begin: datetime, last: datetime) -> Iterator[datetime]:
    """A DAILY, WEEKLY, MONTHLY or YEARLY rule from `begin` to `last`.

    dateutil looks for a next instant until the year 9999, however far that is. The Gregorian calendar repeats every
    400 years to the day of the week, so a rule that may have no instant runs in the last such cycle, where it ends
    after 400 years at most instead of 8,000.
    """
    years = (9999 - last.year) // 400 * 400 if _may_miss(rule) else 0
    seed = _near(rule, first, begin)
    series = du.rrule(
        rule.freq,
        dtstart=seed.replace(year=seed.year + years),
        interval=rule.interval,
        wkst=rule.wkst,
        until=last.replace(year=last.year + years),
        **_explicit(rule, first),
    )
    found = (wall.replace(year=wall.year - years) for wall in series) if years else iter(series)
    return dropwhile(begin.__gt__, found)


def _may_miss(rule: Rule) -> bool:
    """Whether its BY parts, among themselves or with the interval, may leave a rule without any instant."""
    return any(part in rule.by for part in _LIMITS) or (bool(rule.weekdays) and rule.freq == du.DAILY)


def _near(rule: Rule, first: datetime, begin: datetime) -> datetime:
    """A start for the rule in the last period before `begin` that lies on its grid of intervals."""
    if rule.freq == du.DAILY:
        return first + timedelta(days=((begin - first).days // rule.interval) * rule.interval)
    if rule.freq == du.WEEKLY:
        weeks = ((begin - first).days // 7 // rule.interval) * rule.interval
        return first + timedelta(weeks=weeks)
    if rule.freq == du.MONTHLY:
        months = (begin.year - first.year) * 12 + begin.month - first.month
        index = first.year * 12 + first.month - 1 + (months // rule.interval) * rule.interval
        return datetime(index // 12, index % 12 + 1, 1)  # noqa: DTZ001 - wall time
    years = ((begin.year - first.year) // rule.interval) * rule.interval
    return datetime(first.year + years, 1, 1)  # noqa: DTZ001 - wall time


def _explicit(rule: Rule, first: datetime) -> dict[str, Any]:
    """The rule's BY parts with those that RFC 5545 section 3.3.10 takes from DTSTART written out."""
    by: dict[str, Any] = {
        "byhour": (first.hour,),
        "byminute": (first.minute,),
        "bysecond": (first.second,),
        **rule.by,
    }
    if rule.weekdays:
        by["byweekday"] = rule.weekdays
    if not any(part in by for part in _DAY_PARTS):
        if rule.freq == du.WEEKLY:
            by["byweekday"] = (first.weekday(),)
        elif rule.freq in (du.MONTHLY, du.YEARLY):
            by["bymonthday"] = (first.day,)
            if rule.freq == du.YEARLY:
                by.setdefault("bymonth", (first.month,))
    elif rule.freq == du.YEARLY and "byweekno" in by and not any(part in by for part in _DAY_PARTS[:3]):
        by["byweekday"] = (first.weekday(),)
    return by


def _sub_daily(rule: Rule, first: datetime, begin: datetime, last: datetime) -> Iterator[datetime]:
    """An HOURLY, MINUTELY or SECONDLY rule from `begin` to `last`: its days by dateutil, its instants counted."""
    by = {name: rule.by[name] for name in ("bymonth", "bymonthday", "byyearday", "byweekno") if name in rule.by}
    weekdays = tuple(day.weekday for day in rule.weekdays)
    days = Rule(du.DAILY, wkst=rule.wkst, by=MappingProxyType(by | ({"byweekday": weekdays} if weekdays else {})))
    budget = STEP_BUDGET
    midnight = datetime.combine(begin.date(), time())
    for day in _daily(days, midnight, midnight, last):
        for period in _periods(rule, first, day):
            budget -= 1
            if budget == 0:
                return
            for found in period:
                if found > last:
                    return
                if found >= begin:
                    yield found


def _periods(rule: Rule, first: datetime, day: datetime) -> Iterator[list[datetime]]:
    """The instants of each hour, minute or second of `day`; empty for one that is off the rule's grid of intervals."""
    unit = {du.HOURLY: 3600, du.MINUTELY: 60, du.SECONDLY: 1}[rule.freq]
    hours = rule.by.get("byhour", tuple(range(24)))
    minutes = rule.by.get("byminute", tuple(range(60)) if unit < 3600 else (first.minute,))
    seconds = rule.by.get("bysecond", tuple(range(60)) if unit < 60 else (first.second,))
    origin = first.replace(minute=first.minute if unit < 3600 else 0, second=first.second if unit < 60 else 0)
    offset = int((day - origin).total_seconds())
    inner = tuple(product(minutes if unit == 3600 else (0,), seconds if unit > 1 else (0,)))
    for hour, minute, second in product(hours, minutes if unit < 3600 else (0,), seconds if unit == 1 else (0,)):
        if (offset + hour * 3600 + minute * 60 + second) // unit % rule.interval:
            yield []
        else:
            yield _chosen(rule, [day.replace(hour=hour, minute=minute + m, second=second + s) for m, s in inner])


def _chosen(rule: Rule, period: list[datetime]) -> list[datetime]:
    """The instants of one period that BYSETPOS picks."""
    positions = rule.by.get("bysetpos")
    if not positions:
        return period
    indexes = {position - 1 if position > 0 else len(period) + position for position in positions}
    return [found for index, found in enumerate(period) if index in indexes]
