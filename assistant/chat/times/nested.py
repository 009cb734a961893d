"""Days and stretches that are told by others: "first Monday of March", "end of May", "the day after Christmas", "the
week of March 3rd"; and the longest of all rules for days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from assistant.chat.times import numbers
from assistant.chat.times.day import Day, dated, today
from assistant.chat.times.days import DAYS
from assistant.chat.times.feasts import FEASTS
from assistant.chat.times.lengths import unit
from assistant.chat.times.periods import LONG, PERIODS, present, relative, the_unit, weekend
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Grain
from assistant.chat.times.wall import add, feast, floor, nth_weekday, weekday_from


@remembered
def day(scan: Scan, index: int) -> Found[Day]:
    """The longest that any rule finds here."""
    best: Found[Day] = None
    for rule in (*DAYS, *PERIODS, *FEASTS, *NESTED):
        found = rule(scan, index)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


@remembered
def nth(scan: Scan, index: int) -> Found[Day]:
    """ "first Monday of March", "the last 3 weeks of 2018", "third last week of the year", "20th of next month"."""
    start = index + 1 if scan.word(index) == "the" else index
    rank = _rank(scan, start)
    if rank is None:
        return None
    which, end = rank
    many = numbers.cardinal(scan, end)
    count, after = (many[0], many[1]) if many and unit(scan, many[1]) else (1, end)
    weekday = scan.phrase(after, "weekdays")
    named = unit(scan, after)
    what: int | Grain = "day"
    if weekday:
        what, after = int(weekday[0]), scan.abbreviated(weekday[1])
    elif named:
        what, after = named[0][0], named[1]
    elif half := scan.phrase(after, "half_of"):
        return _half(scan, which, scan.skip(half[1], "of"))
    elif scan.word(after) != "of" and not _month_next(scan, after):
        return None
    of = scan.phrase(after, "of")
    period = _holder(scan, of[1] if of else scan.skip(after, "join"))
    if period is None:
        return _lone_quarter(scan, what, which, after)
    found = _pick(scan, period[0], what, which, count)
    return (found, period[1]) if found else None


def _month_next(scan: Scan, index: int) -> bool:
    """ "(20th) next month"."""
    found = relative(scan, index)
    return bool(found and found[0].grain == "month" and not found[0].until)


def _half(scan: Scan, which: int, index: int) -> Found[Day]:
    """ "(first) half of May"."""
    period = _holder(scan, index)
    if period is None or which not in (1, 2, -1) or period[0].until:
        return None
    start, end, grain = period[0].start, period[0].end, period[0].grain
    middle = add(start, "month", 6) if grain == "year" else start + timedelta(days=(end - start).days // 2)
    return Day(*((start, "day", middle) if which == 1 else (middle, "day", end))), period[1]


def _rank(scan: Scan, index: int) -> Found[int]:
    """First is 1, last is -1, third last -3."""
    if near := scan.phrase(index, "penultimate"):
        return -2, near[1]
    found = numbers.ordinal(scan, index)
    if found:
        last = scan.phrase(found[1], "relative")
        return (-found[0], last[1]) if last and last[0] == "-1" else found
    last = scan.phrase(index, "relative")
    return (-1, last[1]) if last and last[0] == "-1" else None


def _holder(scan: Scan, index: int) -> Found[Day]:
    found = day(scan, index)
    if found is None or found[0].grain not in LONG or found[0].timed:
        return the_unit(scan, index)
    return found


def _lone_quarter(scan: Scan, what: int | Grain, which: int, end: int) -> Found[Day]:
    """ "the 3rd quarter" (of this year, or of one that follows)."""
    if what != "quarter" or not 1 <= which <= 4:
        return None
    named = numbers.year(scan, end)
    first = dated(named[0] if named else scan.now.year, which * 3 - 2, 1)
    return Day(first, "quarter", year=bool(named)), named[1] if named else end


def _pick(scan: Scan, period: Day, what: int | Grain, which: int, count: int) -> Day | None:
    start, end = floor(period.start, "day"), period.end
    if isinstance(what, int):
        found = nth_weekday(start, end, what, which)
        return Day(found, "day", fixed=True) if found else None
    if what == "workday":
        first = add(start, what, 0 if start.weekday() > 4 else -1) if which > 0 else add(end, what, 0)
        found = add(first, what, which) if which > 0 else add(end, what, which)
        return Day(found, "day", fixed=True) if start <= found < end else None
    if what == "weekend":
        saturday = nth_weekday(start, end, 5, which)
        return weekend(scan, saturday) if saturday else None
    if what in ("week", "day"):
        first, last = _weeks(scan, start, end) if what == "week" else (start, end)
    else:
        first, last = start, end
    begin = add(first, what, which - 1) if which > 0 else add(last, what, which - count + 1)
    if not start - timedelta(days=7) <= begin < end:
        return None
    return Day(begin, what, add(begin, what, count) if count > 1 else None)


def _weeks(scan: Scan, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """The Mondays of the first week and after the last: whole weeks, or those with most of their days inside."""
    inside = timedelta(days=0 if scan.habits.rolling is False else 3)
    first = floor(start + timedelta(days=6) - inside, "week")
    return first, floor(end + inside, "week")


@remembered
def edge(scan: Scan, index: int) -> Found[Day]:
    """ "end of May", "early next week", "mid March", "EOM"."""
    ending = scan.phrase(index, "end_of_day")
    if ending and (of := day(scan, scan.skip(ending[1], "of")) or day(scan, ending[1])) and of[0].single:
        return Day(of[0].start + timedelta(days=1, seconds=-1), "second", timed=True, fixed=True), of[1]
    short = scan.phrase(index, "edges_of")
    if short:
        which, grain = short[0].split()
        return _edge_of(present(scan, grain), which), short[1]  # type: ignore[arg-type]
    found = scan.phrase(index, "edges")
    if found is None:
        return None
    at = scan.skip(found[1], "of")
    at = scan.skip(at, "about")
    period = day(scan, at) or the_unit(scan, at)
    unnamed = the_unit(scan, at)
    if unnamed and (period is None or unnamed[1] >= period[1]):
        period = unnamed
    if period is None or period[0].timed:
        return None
    if period[0].single and not period[0].offset:
        edge_ = _edge_of_day(scan, period[0], found[0], scan.word(found[1] - 1))
        return (edge_, period[1]) if edge_ else None
    halved = period[0].until and scan.phrase(at, "quarters")  # "the end of H1"
    if period[0].grain not in LONG or (period[0].until and not halved):
        return None
    if found[0] in ("earlier", "later", "rest"):
        return _since_now(scan, period[0], found[0]), period[1]
    return _edge_of(period[0], found[0]), period[1]


def _edge_of_day(scan: Scan, day: Day, which: str, word: str) -> Day | None:
    """The end of a day is its last second; "late tomorrow" goes from noon to midnight, "early" to noon."""
    noon, midnight = day.start + timedelta(hours=12), day.start + timedelta(days=1)
    if which == "end" and word != "late":
        return Day(midnight - timedelta(seconds=1), "second", timed=True)
    if which in ("end", "later", "rest"):
        begin = max(day.start if which == "rest" else noon, floor(scan.now, "second"))
        return Day(begin if begin < midnight else noon, "hour", midnight)
    return Day(day.start, "hour", noon) if which in ("start", "earlier") else None


def _since_now(scan: Scan, period: Day, which: str) -> Day:
    """What is left of a period ("rest"), its later part (a week from today on), or its earlier one."""
    middle = period.start + timedelta(days=(period.end - period.start).days // 2)
    if period.grain == "year":
        middle = add(period.start, "month", 6)
    if which == "earlier":
        return Day(period.start, "day", middle)
    if which == "rest" or period.grain == "week":
        return Day(max(period.start, today(scan)), "day", period.end)
    return Day(middle, "day", period.end)


def _edge_of(period: Day, which: str) -> Day:
    start, end = period.start, period.end
    grain = period.grain
    if period.until:
        edges = [start, add(start, "month", 2), add(start, "month", 4), end]
    elif grain == "month":
        edges = [start, start + timedelta(days=10), start + timedelta(days=20), end]
    elif grain == "week":
        edges = [start, start + timedelta(days=3), start + timedelta(days=4), end]
        if which == "middle":  # of the days on which people work
            edges[1:3] = [start + timedelta(days=2), start + timedelta(days=3)]
    elif grain == "year":
        edges = [start, add(start, "month", 3), add(start, "month", 8), end]
    else:
        third = (end - start).days // 3
        edges = [start, start + timedelta(days=third), end - timedelta(days=third), end]
        if grain == "quarter":
            edges = [start, add(start, "month", 1), add(start, "month", 2), end]
    at = {"start": 0, "middle": 1, "end": 2}[which]
    points = [start, start + timedelta(days=(end - start).days // 2), end]
    return Day(edges[at], "month" if grain == "year" else "day", edges[at + 1], point=points[at])


def holding(scan: Scan, index: int) -> Found[Day]:
    """ "the week of March 3rd", "the month of May", "the year 2015"."""
    week = scan.phrase(index, "week_of")
    if week and (found := day(scan, scan.skip(week[1], "day_lead"))) and found[0].grain == "day" and found[0].single:
        if scan.word(week[1] - 1) == "from" and found[0].fixed:
            return Day(found[0].start + timedelta(weeks=1), "day", fixed=True), found[1]  # "week from tomorrow"
        return Day(floor(found[0].start, "week"), "week"), found[1]
    around = scan.phrase(index, "weekend_of")
    if around and (found := day(scan, scan.skip(around[1], "day_lead"))) and found[0].single:
        return weekend(scan, weekday_from(found[0].start - timedelta(days=3), 5)), found[1]
    period = scan.phrase(index, "month_of")
    if period and (found := day(scan, period[1])) and found[0].grain in ("month", "year") and not found[0].until:
        return found[0].strong(), found[1]
    return None


def beside(scan: Scan, index: int) -> Found[Day]:
    """ "the day after Christmas", "the Friday before Easter", "the week after next week"."""
    start = index + 1 if scan.word(index) == "the" else index
    ordinal = numbers.ordinal(scan, start)
    start = ordinal[1] if ordinal else start
    weekday, named = scan.phrase(start, "weekdays"), None if ordinal else unit(scan, start)
    at = weekday[1] if weekday else named[1] if named else 0
    for table, sign in (("after_that", 1), ("before_that", -1)):
        link = scan.phrase(at, table) if at and scan.word(at) not in ("from", "since") else None
        base = day(scan, link[1]) if link else None
        if base is None or base[0].timed:
            continue
        if weekday and ordinal:
            edge = base[0].end if sign > 0 else floor(base[0].start, "day") - timedelta(days=7)
            first = weekday_from(edge, int(weekday[0])) + timedelta(weeks=sign * (ordinal[0] - 1))
            return Day(first, "day", fixed=True), base[1]
        if weekday:
            edge = base[0].end if sign > 0 else floor(base[0].start, "day") - timedelta(days=7)
            return Day(weekday_from(edge, int(weekday[0])), "day", fixed=True), base[1]
        if named and named[0][0] in LONG | {"day"}:
            return Day(add(floor(base[0].start, named[0][0]), named[0][0], sign), named[0][0], fixed=True), base[1]
    return None


def closest(scan: Scan, index: int) -> Found[Day]:
    """ "the closest Monday to October 5th", "the second closest ..."."""
    start = index + 1 if scan.word(index) == "the" else index
    rank = numbers.ordinal(scan, start)
    link = scan.phrase(rank[1] if rank else start, "closest")
    weekday = scan.phrase(link[1], "weekdays") if link else None
    named = weekday or (scan.phrase(link[1], "feasts") if link else None)
    base = day(scan, named[1] + 1) if named and scan.word(named[1]) in ("to", "from") else None
    if named is None or base is None or not base[0].single:
        return None
    if weekday:
        middle = weekday_from(base[0].start - timedelta(days=3), int(weekday[0]))
        around = [middle + timedelta(weeks=shift) for shift in range(-10, 11)]
    else:
        around = [feast(named[0], base[0].start.year + shift) for shift in range(-10, 11)]
    around.sort(key=lambda each: abs((each - base[0].start).days))
    which = rank[0] if rank else 1
    return (Day(around[which - 1], "day", fixed=True), base[1]) if which <= 10 else None


NESTED: tuple[Callable[[Scan, int], Found[Day]], ...] = (nth, edge, holding, beside, closest)
