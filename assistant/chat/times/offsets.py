"""Days and moments counted from another: "in two weeks", "3 days ago", "a week from Tuesday", "4 Fridays from now"."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from assistant.chat.times import numbers
from assistant.chat.times.clock import clock
from assistant.chat.times.day import Day, today
from assistant.chat.times.lengths import length
from assistant.chat.times.nested import day
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import NOMINAL_SECONDS, Duration
from assistant.chat.times.wall import FINER, add, floor, weekday_from

_CLOCK = frozenset({"second", "minute", "hour"})


@remembered
def offset(scan: Scan, index: int) -> Found[Day]:
    """A day or a moment counted from now or from a day that is named."""
    lead = scan.phrase(index, "in")
    ahead = length(scan, lead[1]) if lead else None
    if lead and ahead and (based := _from_day(scan, *ahead)):
        return based
    if lead and ahead:
        return _counted(scan, ahead[0], 1), scan.skip(ahead[1], "ahead") if scan.word(
            lead[1] - 1
        ) != "after" else ahead[1]
    at = scan.skip(index, "about")
    found = length(scan, at)
    if found is None:
        return _weekdays(scan, index) or _bare_minutes(scan, index)
    amount, end = found
    if after := scan.phrase(end, "ago"):
        return _counted(scan, amount, -1), after[1]
    if (after := scan.phrase(end, "ahead")) and scan.word(end) != "time":
        return _counted(scan, amount, 1), after[1]
    return _weeks_on(scan, index, amount, end) or _from_day(scan, amount, end)


def _weeks_on(scan: Scan, index: int, amount: Duration, end: int) -> Found[Day]:
    """ "a week on Friday", "two weeks tomorrow", "a fortnight today"."""
    (unit, count), *more = amount.amounts
    if unit != "week" or more or count % 1 or scan.word(index - 1) == "for":
        return None
    weekday = scan.phrase(end + 1, "weekdays") if scan.word(end) == "on" else None
    ahead = scan.phrase(end, "days") if scan.word(end) in ("today", "tomorrow") else None
    if weekday:
        start = weekday_from(today(scan) + timedelta(days=1), int(weekday[0]))
    elif ahead:
        start = today(scan) + timedelta(days=int(ahead[0]))
    else:
        return None
    return Day(start + timedelta(weeks=count), "day", fixed=True), (weekday or ahead or ("", end))[1]


def _from_day(scan: Scan, amount: Duration, end: int) -> Found[Day]:
    for table, sign in (("after_that", 1), ("before_that", -1)):
        link = scan.phrase(end, table)
        base = now(scan, link[1]) or day(scan, link[1]) if link else None
        if base and not base[0].timed and amount.amounts[-1][0] not in _CLOCK:
            start = shifted(scan, floor(base[0].point or base[0].start, "day"), amount, sign)
            return Day(start, "day", fixed=True), base[1]
        if base and base[0].timed:
            return _counted(scan, amount, sign), base[1]
        at = clock(scan, link[1]) if link and amount.amounts[0][0] in _CLOCK else None
        if at and not at[0].weak and at[0].zone is None:
            start = floor(scan.now, "day") + timedelta(seconds=at[0].guessed().seconds)
            start = shifted(scan, start + timedelta(days=start < scan.now), amount, sign)
            return Day(start, "minute", timed=True, offset=True, fixed=True), at[1]
    return None


def now(scan: Scan, index: int) -> Found[Day]:
    found = scan.phrase(index, "now")
    return (Day(scan.now, "second", timed=True, offset=True), found[1]) if found else None


def _counted(scan: Scan, amount: Duration, sign: int) -> Day:
    smallest = amount.amounts[-1][0]
    fraction = amount.amounts[-1][1] % 1 != 0
    grain = FINER[FINER[smallest]] if fraction and smallest in ("hour", "day") else FINER[smallest]
    return Day(shifted(scan, scan.now, amount, sign), grain, timed=smallest in _CLOCK, offset=True, fixed=True)


def shifted(scan: Scan, base: datetime, amount: Duration, sign: int) -> datetime:
    """Days and longer units by the calendar, hours and shorter ones by the time that passes."""
    for unit, count in amount.amounts:
        if unit not in _CLOCK:
            base = add(base, unit, sign * count)
    passing = sum(NOMINAL_SECONDS[unit] * count for unit, count in amount.amounts if unit in _CLOCK)
    if not passing:
        return base
    zone = scan.moment.tzinfo
    moved = base.replace(tzinfo=zone).astimezone(UTC) + timedelta(seconds=sign * passing)
    return moved.astimezone(zone).replace(tzinfo=None)


def _bare_minutes(scan: Scan, index: int) -> Found[Day]:
    """ "in 15", where nothing else stands: minutes."""
    number = numbers.digits(scan, index + 1, 3) if scan.word(index) == "in" else None
    if number is None or number[1] < len(scan.tokens) or not number[0]:
        return None
    ahead = Duration((("minute", float(number[0])),))
    return replace(_counted(scan, ahead, 1), weak=True), number[1]


def _weekdays(scan: Scan, index: int) -> Found[Day]:
    """ "three Fridays from now", "2 Mondays ago"."""
    number = numbers.cardinal(scan, index)
    found = scan.phrase(number[1], "weekdays") if number else None
    if number is None or found is None or not 1 <= number[0] <= 520:
        return None
    weekday, end = int(found[0]), found[1]
    weeks = timedelta(weeks=number[0] - 1)
    if after := scan.phrase(end, "ahead"):
        return Day(weekday_from(today(scan) + timedelta(days=1), weekday) + weeks, "day", fixed=True), after[1]
    if after := scan.phrase(end, "ago"):
        return Day(weekday_from(today(scan) - timedelta(days=7), weekday) - weeks, "day", fixed=True), after[1]
    return None


def day_or_offset(scan: Scan, index: int) -> Found[Day]:
    """Whatever day or moment stands here, the longest."""
    best: Found[Day] = None
    for found in (day(scan, index), offset(scan, index), now(scan, index)):
        if found and (best is None or found[1] > best[1]):
            best = found
    return (replace(best[0], fixed=best[0].fixed), best[1]) if best else None
