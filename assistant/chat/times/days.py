"""Days of the calendar: "24.12.", "3/4", "31-Oct-74", "March 3rd 2015", "Tuesday the 19th", "the 3rd", "tomorrow"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.chat.times import numbers
from assistant.chat.times.day import Day, dated, next_date, next_monthday, on_weekday, today
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.wall import weekday_from

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_SOLID = re.compile(r"(\d{4})(\d\d)(\d\d)(?!\d)")
_FULL = re.compile(r"(\d{1,2})\s?([/.-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d/]|\s?:|\.\d)")
_SHORT = re.compile(r"(\d{1,2})([/.])\s?(\d{1,2})(?:(\.)(?!\d))?(?![\d/:%]|\.\d)")
_MONTH = re.compile(r"(\d{1,2})[-/.](\d{4})(?![\d/:-]|\.\d)|(\d{4})-(\d{1,2})(?![\d/:-])")
_UNSURE = frozenset({"may", "march", "mar", "sun", "sat", "second", "dec", "wed", "mon"})


def _index_at(scan: Scan, index: int, place: int) -> int:
    while index < len(scan.tokens) and scan.tokens[index].start < place:
        index += 1
    return index


def _inside_number(scan: Scan, index: int) -> bool:
    """Whether the digits here go on before: "1.2.3", "12:30/4"."""
    return scan.glued(index) and (
        scan.word(index - 1).isalpha()
        or (scan.glued(index - 1) and scan.word(index - 1) in "/.:," and scan.word(index - 2).isdecimal())
    )


@remembered
def numeric(scan: Scan, index: int) -> Found[Day]:
    """A date in digits."""
    if not scan.word(index).isdecimal():
        return None
    start = scan.tokens[index].start
    if _inside_number(scan, index) and not (scan.word(index - 1) == "/" and _ISO.match(scan.text, start)):
        return None
    for pattern, read in ((_ISO, _iso), (_SOLID, _iso), (_FULL, _full), (_MONTH, _month_of), (_SHORT, _short)):
        if match := pattern.match(scan.text, start):
            end = _index_at(scan, index, match.end())
            if pattern is _SHORT and (scan.word(end) == "of" or scan.phrase(end, "months")):
                continue  # "3/4 of it", "7/8 Dec"
            try:
                found = read(scan, match)
            except ValueError:
                continue
            if found:
                return found, end
    return None


def _iso(scan: Scan, match: re.Match[str]) -> Day:
    parts = [int(part) for part in match.groups() if part.isdecimal()]
    if not 1900 <= parts[0] < 2200:
        raise ValueError(match.group())
    return Day(dated(*parts), "day", month=True, year=True)


def _full(scan: Scan, match: re.Match[str]) -> Day:
    year = numbers.full_year(int(match[4]), scan.now.year)
    days = [dated(year, month, day) for month, day in _orders(scan, match) if _exists(year, month, day)]
    return _chosen(days, year=True)


def _short(scan: Scan, match: re.Match[str]) -> Day:
    if match[2] == "." and _only_a_time(match[1], match[3], bool(match[4])):
        raise ValueError(match.group())
    days = [found for month, day in _orders(scan, match) if (found := next_date(scan, month, day))]
    return replace(_chosen(days), weak=match[2] == "." and not match[4])


def _only_a_time(first: str, second: str, closed: bool) -> bool:
    """ "11.30", "9.05": those who write dates with a point put the day first, and no zero before the month only."""
    if len(second) < 2 or int(first) > 23:
        return False
    return 12 < int(second) < 60 or (len(first) == 1 and second[0] == "0" and not closed)


def _month_of(scan: Scan, match: re.Match[str]) -> Day:
    year, month = int(match[2] or match[3]), int(match[1] or match[4])
    return Day(dated(year, month, 1), "month", month=True, year=True)


def _orders(scan: Scan, match: re.Match[str]) -> list[tuple[int, int]]:
    """(month, day), the likelier first; both where nothing tells. Points are written by those who put the day
    first."""
    first, second = int(match[1]), int(match[3])
    month_first, day_first = (first, second), (second, first)
    possible = [pair for pair in (month_first, day_first) if 1 <= pair[0] <= 12 and 1 <= pair[1] <= 31]
    order = scan.habits.order or ("dmy" if match[2] == "." else None)
    if match[2] == "." and day_first in possible:
        order = "dmy"
    if order and len(possible) == 2:
        return [month_first if order == "mdy" else day_first]
    return possible


def _exists(year: int, month: int, day: int) -> bool:
    try:
        dated(year, month, day)
    except ValueError:
        return False
    return True


def _chosen(days: list[datetime], year: bool = False) -> Day:
    if not days:
        raise ValueError("no such day")
    found = [Day(day, "day", month=True, year=year) for day in dict.fromkeys(days)]
    return replace(found[0], other=tuple(found[1:]))


@remembered
def month_day(scan: Scan, index: int) -> Found[Day]:
    """Day and month, month and year, all three, or a month alone; the month in words."""
    return _month_first(scan, index) or _day_first(scan, index) or _year_first(scan, index)


def _month(scan: Scan, index: int) -> Found[int]:
    found = scan.phrase(index, "months")
    return (int(found[0]), scan.abbreviated(found[1])) if found else None


def _separated(scan: Scan, index: int) -> int:
    return index + 1 if scan.word(index) in (",", "/", "-", ".") else index


def _month_first(scan: Scan, index: int) -> Found[Day]:
    found = _month(scan, index)
    if found is None:
        return None
    month, end = found
    after = _separated(scan, end)
    after = after + 1 if scan.word(after) == "the" else after
    day = numbers.spoken_day(scan, after)
    year = numbers.year(scan, after)
    if (
        day
        and not (year and year[1] > day[1])
        and not _is_clock(scan, day[1])
        and not (scan.word(end) == "-" and not scan.glued(end + 1))
    ):
        return _with_year(scan, month, *day, scan.word(after - 1))
    year = numbers.year(scan, scan.skip(_separated(scan, end), "of")) or _apostrophe_year(scan, end)
    if year and not _is_clock(scan, year[1]):
        return Day(dated(year[0], month, 1), "month", month=True, year=True), year[1]
    return _lone_month(scan, index, month, found[1])


def _lone_month(scan: Scan, index: int, month: int, end: int) -> Found[Day]:
    """The month that goes on, or the next one of the name; not behind a day that it does not have ("31 Feb")."""
    day = numbers.digits(scan, index - 1, 2)
    if day and 28 < day[0] < 32 and next_date(scan, month, day[0]) is None:
        return None
    year = scan.now.year + (month < scan.now.month)
    return Day(dated(year, month, 1), "month", weak=scan.word(index) in _UNSURE, month=True), end


def _apostrophe_year(scan: Scan, index: int) -> Found[int]:
    return numbers.short_year(scan, index) if scan.word(index) in ("'", "’") else None


def _is_clock(scan: Scan, index: int) -> bool:
    """Whether the number before is part of a time or of a longer number."""
    word = scan.word(index)
    if (
        word in ("am", "pm", ":", "%")
        or scan.phrase(index, "oclock")
        or (word in ("a", "p", "h") and scan.glued(index))
    ):
        return True
    return word in (".", ",") and scan.glued(index) and scan.glued(index + 1) and scan.word(index + 1).isdecimal()


def _day_first(scan: Scan, index: int) -> Found[Day]:
    start = index + 1 if scan.word(index) == "the" else index
    day = numbers.spoken_day(scan, start)
    if day is None:
        return None
    after = day[1] + 1 if scan.word(day[1]) == "day" else day[1]
    month = _month(scan, scan.skip(after, "of")) or _month(scan, _separated(scan, after))
    if (
        month
        and scan.word(month[1] - 1) in _UNSURE
        and not (numbers.day_number(scan, start) or scan.word(after) == "of")
    ):
        return None  # "one may ask"
    if month and (short := _bare_short_year(scan, month[1])):
        return _with_year(scan, month[0], day[0], month[1], " ", short)
    return _with_year(scan, month[0], day[0], month[1], scan.word(after)) if month else None


def _bare_short_year(scan: Scan, index: int) -> Found[int]:
    """ "31 Oct 74": two digits after which nothing goes on."""
    word, after = scan.word(index), scan.word(index + 1)
    if after and (after not in ",;!?." or scan.word(index + 2).isdecimal()):
        return None
    return numbers.short_year(scan, index) if word.isdecimal() and len(word) == 2 and word > "12" else None


def _with_year(scan: Scan, month: int, day: int, end: int, separator: str, short_year: Found[int] = None) -> Found[Day]:
    """The day in the year that follows, or else the next one. Two digits are a year after an apostrophe, after "of",
    or behind the same sign that stands between day and month."""
    after = _separated(scan, scan.skip(end, "of") if scan.word(end) in ("of", "in") else end)
    year = short_year or numbers.year(scan, after)
    short = scan.word(after - 1) if after > end else ""
    if year is None and (
        scan.word(after) in ("'", "’") or short == "of" or (short == separator and short in ("/", "-"))
    ):
        year = numbers.short_year(scan, after)
    try:
        if year and not _is_clock(scan, year[1]):
            return Day(dated(year[0], month, day), "day", month=True, year=True), year[1]
    except ValueError:
        return None
    found = next_date(scan, month, day)
    return (Day(found, "day", month=True), end) if found else None


def _year_first(scan: Scan, index: int) -> Found[Day]:
    year = numbers.year(scan, index)
    month = _month(scan, _separated(scan, year[1])) if year else None
    if year is None or month is None:
        return None
    day = numbers.day_number(scan, _separated(scan, month[1]))
    try:
        if day and not _is_clock(scan, day[1]):
            return Day(dated(year[0], month[0], day[0]), "day", month=True, year=True), day[1]
        return Day(dated(year[0], month[0], 1), "month", month=True, year=True), month[1]
    except ValueError:
        return None


@remembered
def weekday_day(scan: Scan, index: int) -> Found[Day]:
    """A weekday alone (the next one after today), or with the date that it falls on."""
    found = scan.phrase(index, "weekdays")
    if found is None:
        return None
    weekday, end = int(found[0]), scan.abbreviated(found[1])
    return _weekday_date(scan, weekday, end) or (
        Day(
            weekday_from(today(scan) + timedelta(days=1), weekday),
            "day",
            weekday=True,
            weak=scan.word(index) in _UNSURE and scan.word(found[1]) != ".",
        ),
        end,
    )


def _weekday_date(scan: Scan, weekday: int, end: int) -> Found[Day]:
    after = end + 1 if scan.word(end) in (",", "-", "(") else end
    after = scan.skip(after, "day_lead")
    dated_ = numeric(scan, after) or month_day(scan, after)
    if dated_ and dated_[0].grain == "day":
        return on_that_weekday(scan, dated_[0], weekday), dated_[1]
    day = numbers.ordinal(scan, after)
    if day is None and (number := numbers.digits(scan, after, 2)) and (number[0] > 12 or scan.word(after - 1) == "the"):
        day = None if _is_clock(scan, number[1]) or scan.word(number[1]) in ("-", "h") else number
    if day is None or not 1 <= day[0] <= 31:
        return None
    start = today(scan)
    for _ in range(48):
        start = next_monthday(start, day[0]) or start
        if start.weekday() == weekday:
            return Day(start, "day"), day[1]
        start += timedelta(days=1)
    return None


def on_that_weekday(scan: Scan, day: Day, weekday: int) -> Day:
    """The reading of a date that falls on the weekday which is said with it, if one does."""
    for each in (day, *day.other, *_swapped(day)):
        if each.start.weekday() == weekday:
            return replace(each, other=(), weak=False)
    if day.year:
        return replace(day, weak=False)
    fitting = on_weekday(scan, day.start.month, day.start.day, weekday)
    return replace(day, start=fitting or day.start, other=(), weak=False)


def _swapped(day: Day) -> list[Day]:
    start = day.start
    return [replace(day, start=dated(start.year, start.day, start.month))] if start.day <= 12 and day.weak else []


@remembered
def the_day(scan: Scan, index: int) -> Found[Day]:
    """ "the 24th", "the 24", "3rd": the next day of that number."""
    lead = scan.skip(index, "day_lead")
    day = numbers.ordinal(scan, lead)
    sure = lead > index and (scan.word(lead).isdecimal() or scan.word(index) == "on")
    if day is None and scan.word(lead - 1) == "the" and lead > index:
        day, sure = numbers.digits(scan, lead, 2), False
    if day is None or not 1 <= day[0] <= 31 or _is_clock(scan, day[1]):
        return None
    after = day[1] + 1 if scan.word(day[1]) == "day" else day[1]
    following = scan.word(after)
    if following.isalpha() and not (scan.phrase(after, "after_a_day") or following in scan.words.starts):
        sure = False  # "the 2nd one"
    if scan.phrase(after, "units") or scan.phrase(after, "numbers"):
        sure = False
    found = next_monthday(today(scan), day[0])
    return (Day(found, "day", weak=not sure), after) if found else None


def ides(scan: Scan, index: int) -> Found[Day]:
    """ "the ides of March": the 15th of March, May, July and October, the 13th of others."""
    lead = scan.phrase(index, "ides")
    month = _month(scan, lead[1]) if lead else None
    return _with_year(scan, month[0], 15 if month[0] in (3, 5, 7, 10) else 13, month[1], "") if month else None


def named_day(scan: Scan, index: int) -> Found[Day]:
    """ "today", "the day after tomorrow"."""
    found = scan.phrase(index, "days")
    return (Day(today(scan) + timedelta(days=int(found[0])), "day", fixed=True), found[1]) if found else None


DAYS: tuple[Callable[[Scan, int], Found[Day]], ...] = (
    numeric,
    month_day,
    weekday_day,
    named_day,
    ides,
    the_day,
)
