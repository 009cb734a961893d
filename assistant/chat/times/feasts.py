"""Feasts, and the weekends and weeks that are named after them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from assistant.chat.times import numbers
from assistant.chat.times.day import Day, today
from assistant.chat.times.lengths import unit
from assistant.chat.times.periods import that_year, weekend
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.wall import feast, floor, weekday_from


@remembered
def feast_day(scan: Scan, index: int) -> Found[Day]:
    """A feast, in the year that follows or the next one."""
    found = scan.phrase(index, "feasts")
    if found is None:
        return None
    rule, end = found
    year = numbers.year(scan, scan.skip(end, "of")) or numbers.year(scan, end)
    year = year or that_year(scan, scan.skip(end, "of")) or that_year(scan, end)
    if year:
        return Day(feast(rule, year[0]), "day", year=True), year[1]
    days = (feast(rule, scan.now.year + ahead) for ahead in range(2))
    return Day(next(day for day in days if day >= today(scan)), "day"), end


def feast_weekend(scan: Scan, index: int) -> Found[Day]:
    """ "Labor Day weekend": with the feast where that is a Friday or a Monday."""
    found = feast_day(scan, index)
    if found is None or (named := unit(scan, found[1])) is None or named[0][0] != "weekend":
        return None
    start = found[0].start
    saturday = weekday_from(start - timedelta(days=3), 5)
    first, last = weekend(scan, saturday).start, weekend(scan, saturday).end
    return Day(min(first, start), "weekend", max(last, start + timedelta(days=1))), named[1]


def feast_week(scan: Scan, index: int) -> Found[Day]:
    """ "Christmas week"."""
    found = feast_day(scan, index)
    if found is None or scan.word(found[1]) != "week" or scan.word(found[1] + 1).isdecimal():
        return None
    return Day(floor(found[0].start, "week"), "week"), found[1] + 1


FEASTS: tuple[Callable[[Scan, int], Found[Day]], ...] = (feast_day, feast_weekend, feast_week)
