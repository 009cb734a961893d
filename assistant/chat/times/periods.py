"""Stretches of the calendar: "next week", "the last 3 months", "Q3", "KW 48", "this summer", "2014", "year to date"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.chat.times import numbers
from assistant.chat.times.day import Day, dated, today
from assistant.chat.times.lengths import unit
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Grain
from assistant.chat.times.wall import add, feast, floor, week_of, weekday_from

LONG: frozenset[Grain] = frozenset({"week", "month", "quarter", "year", "decade", "century", "season"})
_SHORT: frozenset[Grain] = frozenset({"second", "minute", "hour"})
_FEW: frozenset[Grain] = frozenset({"day", "week", "month", "year"})
_BEFORE_A_WEEK = frozenset({"in", "by", "of", "for", "from", "until", "before", "after"})
_SOON = frozenset({"coming", "upcoming"})


def present(scan: Scan, grain: Grain, shift: int = 0) -> Day:
    """The unit that holds now, or another one counted from it."""
    start = add(floor(scan.now, grain), grain, shift)
    if grain == "weekend":
        return weekend(scan, start)
    return Day(start, grain)


def weekend(scan: Scan, saturday: datetime) -> Day:
    start, end = hours(scan, "weekend")
    return Day(saturday + timedelta(hours=start), "weekend", saturday + timedelta(hours=end))


def hours(scan: Scan, part: str) -> tuple[float, float]:
    """From when to when a part of the day goes, for this user."""
    return dict(scan.habits.hours).get(part) or scan.words.hours[part]


@remembered
def relative(scan: Scan, index: int) -> Found[Day]:
    """ "this week", "next March", "last Friday", "the next 3 months", "2 upcoming weeks"."""
    lead = scan.phrase(index, "relative")
    if lead is None:
        return _counted_after_number(scan, index)
    which, end = int(lead[0]), lead[1]
    several = _several(scan, end, which)
    if several:
        return several
    named = unit(scan, end)
    if named and not (named[0][0] == "second" and scan.word(end) == "second"):
        (grain, count), after = named
        if count > 1:
            return counted(scan, grain, count, which, rolling=False), after
        if scan.phrase(end, "parts"):
            return None  # "last night" is a part of a day
        if grain in _SHORT and scan.habits.rolling and which:
            return counted(scan, grain, 1, which, rolling=True), after
        if which and grain in _FEW and scan.word(end).endswith("s"):
            return counted(scan, grain, 3, which, rolling=scan.habits.rolling), after  # "the coming weeks"
        return _in_week(scan, present(scan, grain, which), after)
    if both := _this_and_next(scan, which, end):
        return both
    return _relative_name(scan, index, which, end)


def _this_and_next(scan: Scan, which: int, end: int) -> Found[Day]:
    """ "this or next week", "last and this month": both, where one follows the other."""
    other = scan.phrase(end + 1, "relative") if scan.word(end) in ("or", "and", "&", "/") else None
    named = unit(scan, other[1]) if other else None
    if other is None or named is None or abs(int(other[0]) - which) != 1 or named[0][0] in _SHORT or named[0][1] > 1:
        return None
    grain = named[0][0]
    first, last = sorted((which, int(other[0])))
    return Day(present(scan, grain, first).start, grain, present(scan, grain, last).end), named[1]


def _in_week(scan: Scan, period: Day, end: int) -> Found[Day]:
    """ "next week on Tuesday", "next month on the 20th": the day that is named after a period."""
    if period.grain == "week":
        for after in (scan.skip(end, "join"), end):
            found = scan.phrase(after, "weekdays")
            if found:
                return Day(weekday_from(period.start, int(found[0])), "day", fixed=True), scan.abbreviated(found[1])
    if period.grain == "month" and (number := numbers.ordinal(scan, scan.skip(scan.skip(end, "join"), "day_lead"))):
        start = period.start + timedelta(days=number[0] - 1)
        if start.month == period.start.month:
            return Day(start, "day", fixed=True), number[1]
    if period.grain == "year" and scan.word(end) in ("'", "’") and (found := scan.phrase(end + 2, "feasts")):
        return Day(feast(found[0], period.start.year), "day", year=True), found[1]  # "next year's Christmas"
    return period, end


def _relative_name(scan: Scan, index: int, which: int, end: int) -> Found[Day]:
    """This, the next or the last weekday, month, feast, season or work week."""
    words = " ".join(scan.word(at) for at in range(index, end))
    if found := scan.phrase(end, "weekdays"):
        start = _relative_weekday(scan, int(found[0]), which, words)
        return Day(start, "day", fixed=True), scan.abbreviated(found[1])
    if found := scan.phrase(end, "months"):
        month = int(found[0])
        year = scan.now.year
        if which > 0:
            year += month <= scan.now.month
        elif which < 0:
            year -= month >= scan.now.month
        return Day(dated(year, month, 1), "month", month=True, year=True), scan.abbreviated(found[1])
    if found := scan.phrase(end, "named_days"):
        first, last = map(int, found[0].split())
        monday = add(floor(scan.now, "week"), "week", which)
        return Day(monday + timedelta(days=first), "day", monday + timedelta(days=last + 1)), found[1]
    if found := scan.phrase(end, "seasons"):
        return _season_at(scan, found[0], which), found[1]
    if found := scan.phrase(end, "season"):
        return _any_season(scan, which), found[1]
    if found := scan.phrase(end, "feasts"):
        years = range(scan.now.year - 1, scan.now.year + 3)
        days = [feast(found[0], year) for year in years]
        if which < 0:
            return Day(max(day for day in days if day < today(scan)), "day"), found[1]
        return Day(min(day for day in days if day >= today(scan)), "day"), found[1]
    return None


def _relative_weekday(scan: Scan, weekday: int, which: int, words: str) -> datetime:
    """ "this" and "coming": the first after today; "next" and "last": of the next or the last week; "past": the
    latest before today."""
    tomorrow = today(scan) + timedelta(days=1)
    if which == 0 or _SOON & set(words.split()):
        return weekday_from(tomorrow, weekday)
    if "past" in words:
        return weekday_from(today(scan) - timedelta(days=7), weekday)
    return weekday_from(add(floor(scan.now, "week"), "week", which), weekday)


def _several(scan: Scan, index: int, which: int) -> Found[Day]:
    """ "(last) 3 weeks", "(next) few days"."""
    number = numbers.cardinal(scan, index)
    if number is None:
        few = scan.phrase(index, "amounts")
        number = (int(few[0]), few[1]) if few and int(few[0]) > 1 else None
    named = unit(scan, number[1]) if number else None
    if number is None or named is None or which == 0 or number[0] == 0:
        return None
    (grain, count), end = named
    return counted(scan, grain, number[0] * count, which, rolling=scan.habits.rolling and count == 1), end


def _counted_after_number(scan: Scan, index: int) -> Found[Day]:
    number = numbers.cardinal(scan, index)
    lead = scan.phrase(number[1], "relative") if number else None
    named = unit(scan, lead[1]) if lead else None
    if number is None or lead is None or named is None or lead[0] == "0" or number[0] == 0:
        return None
    if lead[0] == "-1" and not scan.word(named[1] - 1).endswith("s"):
        return None  # "I counted 13 last minute"
    return counted(scan, named[0][0], number[0], int(lead[0]), rolling=scan.habits.rolling), named[1]


def counted(scan: Scan, grain: Grain, count: int, which: int, *, rolling: bool) -> Day:
    """So many units behind (-1) or ahead (1) of now: rolling, or in whole units without the present one."""
    if not rolling or grain in ("quarter", "weekend"):
        start = add(floor(scan.now, grain), grain, 1 if which > 0 else -count)
        return Day(start, grain, add(start, grain, count))
    here = scan.now if grain in _SHORT else today(scan)
    if which < 0:
        return Day(add(here, grain, -count), _grain(grain), here)
    here = here if grain in _SHORT else here + timedelta(days=1)
    return Day(here, _grain(grain), add(here, grain, count))


def _grain(grain: Grain) -> Grain:
    return "second" if grain in _SHORT else "day"


@remembered
def season(scan: Scan, index: int) -> Found[Day]:
    start = index + 1 if scan.word(index) == "the" else index
    found = scan.phrase(start, "seasons")
    if found is None:
        return None
    year = numbers.year(scan, scan.skip(found[1], "of")) or numbers.year(scan, found[1])
    if year:
        return _season_in(found[0], year[0]), year[1]
    return replace(_season_at(scan, found[0], 0), weak=True), found[1]


def _any_season(scan: Scan, which: int) -> Day:
    """The season that goes on, the last or the next one."""
    rules = {rule for phrases in scan.words.tables["seasons"].values() for _, rule in phrases}
    found = [_season_in(rule, scan.now.year + shift) for rule in rules for shift in (-2, -1, 0, 1, 2)]
    found.sort(key=lambda one: one.start)
    here = max(at for at, one in enumerate(found) if one.start <= scan.now)
    return found[here + which]


def _season_in(rule: str, year: int) -> Day:
    first, last = (feast(edge, year) for edge in rule.split())
    return Day(first, "season", last if last > first else add(last, "year", 1))


def _season_at(scan: Scan, rule: str, which: int) -> Day:
    """The one that goes on or comes next (0), the first that begins after now (1), the last that is over (-1)."""
    found = [_season_in(rule, scan.now.year + shift) for shift in (-2, -1, 0, 1, 2)]
    if which < 0:
        return max((one for one in found if one.end <= scan.now), key=lambda one: one.start)
    if which > 0:
        return min((one for one in found if one.start > scan.now), key=lambda one: one.start)
    return min((one for one in found if one.end > scan.now), key=lambda one: one.start)


@remembered
def year(scan: Scan, index: int) -> Found[Day]:
    """ "in 2014"; a number alone is weak. "the 90s", "15th century"."""
    lead = scan.skip(index, "year_lead")
    found = numbers.year(scan, lead) or numbers.year(scan, index)
    if found is None:
        return _century(scan, index)
    sure = lead > index or not scan.word(index).isdecimal() or scan.word(index - 1) in ("in", "=", "since", "of")
    if scan.word(found[1]) == "s" and scan.glued(found[1]) and found[0] % 10 == 0:
        return Day(dated(found[0], 1, 1), "decade", year=True), found[1] + 1
    return Day(dated(found[0], 1, 1), "year", weak=not sure, year=True), found[1]


def _century(scan: Scan, index: int) -> Found[Day]:
    found = numbers.ordinal(scan, scan.skip(index, "day_lead"))
    named = unit(scan, found[1]) if found else None
    if found is None or named is None or named[0][0] != "century" or not 2 <= found[0] <= 30:
        return None
    return Day(dated((found[0] - 1) * 100, 1, 1), "century", year=True), named[1]


@remembered
def week_number(scan: Scan, index: int) -> Found[Day]:
    """ "KW 48", "week 48 of 2019": an ISO week, the next one or this one."""
    iso = numbers.year(scan, index)
    if iso and scan.word(iso[1]) == "-" and scan.word(iso[1] + 1) == "w" and scan.glued(iso[1] + 2):
        week = numbers.digits(scan, iso[1] + 2, 2)
        return (Day(week_of(iso[0], week[0]), "week", year=True), week[1]) if week else None  # "2026-W50"
    lead = scan.phrase(index, "week_number")
    number = numbers.digits(scan, lead[1], 2) if lead else None
    if number is None or not 1 <= number[0] <= 53:
        return None
    if scan.word(index) == "w" and not (scan.glued(number[1] - 1) and scan.word(index - 1) in _BEFORE_A_WEEK):
        return None  # "W50" may be a part
    end = number[1]
    after = end + 1 if scan.word(end) in (",", "/", "-") else scan.skip(end, "of")
    named = numbers.year(scan, after)
    years = [named[0]] if named else [scan.now.year + ahead for ahead in range(8)]
    for each in years:
        try:
            monday = week_of(each, number[0])
        except ValueError:
            continue
        if named or monday >= floor(scan.now, "week"):
            return Day(monday, "week", year=bool(named)), named[1] if named else end
    return None


def that_year(scan: Scan, index: int) -> Found[int]:
    """ "(Q4) last year"."""
    found = relative(scan, index)
    return (found[0].start.year, found[1]) if found and found[0].grain == "year" and not found[0].until else None


@remembered
def quarter(scan: Scan, index: int) -> Found[Day]:
    """ "Q3", "Q3 2018", "2017-Q1", "18q4", "H2"; without a year, that of the present year."""
    named = numbers.year(scan, index)
    if named is None and scan.glued(index + 1) and scan.glued(index + 2):
        named = numbers.short_year(scan, index)
    start = named[1] + 1 if named and scan.word(named[1]) in ("-", "/", ",") else named[1] if named else index
    number = scan.word(start + 1)
    named_part = scan.phrase(start, "quarters")
    parts = int(named_part[0]) if named_part else 0
    if not parts or not scan.glued(start + 1) or number not in ("1", "2", "3", "4")[:parts]:
        return None
    end = start + 2
    if named is None:
        after = end + 1 if scan.word(end) in ("-", "/", ",") else scan.skip(end, "of")
        named = numbers.year(scan, after) or numbers.year(scan, end) or that_year(scan, after)
        end = named[1] if named else end
    first = dated(named[0] if named else scan.now.year, (int(number) - 1) * (12 // parts) + 1, 1)
    if parts == 2:
        return Day(first, "month", add(first, "month", 6), year=bool(named)), end
    return Day(first, "quarter", year=bool(named)), end


@remembered
def the_unit(scan: Scan, index: int) -> Found[Day]:
    """ "the week", "month": the present one, and weak; "the week after next"."""
    start = index + 1 if scan.word(index) == "the" else index
    named = unit(scan, start)
    if named is None or named[0][0] not in LONG | {"weekend"} or named[0][1] > 1:
        return None
    after = scan.phrase(named[1], "after_next")
    if after:
        return present(scan, named[0][0], 2), after[1]
    if before := scan.phrase(named[1], "before_last"):
        return present(scan, named[0][0], -2), before[1]
    sure = start > index and scan.word(index - 1) in ("of", "in", "for", "during", "on", "over")
    return replace(present(scan, named[0][0]), weak=not sure), named[1]


def after_next(scan: Scan, index: int) -> Found[Day]:
    """ "Friday after next", "March after next"."""
    month = scan.phrase(index, "months")
    if month and (after := scan.phrase(month[1], "after_next")):
        year = scan.now.year + 1 + (int(month[0]) <= scan.now.month)
        return Day(dated(year, int(month[0]), 1), "month", month=True, year=True), after[1]
    found = scan.phrase(index, "weekdays")
    after = scan.phrase(found[1], "after_next") if found else None
    if found is None or after is None:
        return None
    start = weekday_from(today(scan) + timedelta(days=1), int(found[0])) + timedelta(weeks=1)
    return Day(start, "day", fixed=True), after[1]


def weekday_of_week(scan: Scan, index: int) -> Found[Day]:
    """ "Tuesday of next week", "Wednesday this week"."""
    found = scan.phrase(index, "weekdays")
    if found is None:
        return None
    end = scan.abbreviated(found[1])
    if weekday_week(scan, index):
        return None
    for after in (scan.skip(end, "of"), end + 1 if scan.word(end) == "," else end):
        period = relative(scan, after) or week_number(scan, after) or the_unit(scan, after)
        if period and period[0].grain == "week" and period[0].until is None:
            return Day(weekday_from(period[0].start, int(found[0])), "day", fixed=True), period[1]
    return None


def so_far(scan: Scan, index: int) -> Found[Day]:
    """ "year to date"."""
    found = scan.phrase(index, "so_far")
    if found is None:
        return None
    start = floor(scan.now, found[0])  # type: ignore[arg-type]
    return Day(start, "day", today(scan) if start < today(scan) else today(scan) + timedelta(days=1)), found[1]


def weekday_week(scan: Scan, index: int) -> Found[Day]:
    """ "Monday week": a week after the next Monday; "tomorrow fortnight": two weeks after tomorrow."""
    found = scan.phrase(index, "weekdays")
    ahead = None if found else scan.phrase(index, "days")
    if ahead and int(ahead[0]) < 0:
        return None
    end = found[1] if found else ahead[1] if ahead else 0
    weeks = {"week": 1, "fortnight": 2}.get(scan.word(end), 0) if end else 0
    if not weeks or scan.word(end + 1).isdecimal():
        return None
    base = weekday_from(today(scan) + timedelta(days=1), int(found[0])) if found else today(scan)
    return Day(base + timedelta(days=int(ahead[0]) if ahead else 0, weeks=weeks), "day", fixed=True), end + 1


def decade(scan: Scan, index: int) -> Found[Day]:
    """ "the nineties", "the 90s"."""
    start = index + 1 if scan.word(index) == "the" else index
    found = scan.phrase(start, "decades")
    if found:
        return Day(dated(int(found[0]), 1, 1), "decade", year=True), found[1]
    number = numbers.digits(scan, start, 2)
    at = number[1] + 1 if number and scan.word(number[1]) in ("'", "’") else number[1] if number else 0
    if number is None or scan.word(at) != "s" or not scan.glued(at) or number[0] % 10 or scan.word(start - 1) != "the":
        return None
    return Day(dated(numbers.full_year(number[0], scan.now.year), 1, 1), "decade", year=True), at + 1


PERIODS: tuple[Callable[[Scan, int], Found[Day]], ...] = (
    relative,
    quarter,
    week_number,
    season,
    year,
    after_next,
    weekday_of_week,
    the_unit,
    so_far,
    weekday_week,
    decade,
)
