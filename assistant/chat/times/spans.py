"""Ranges: "13 to 15 July", "from Monday until Friday", "by EOD", "before 4", "since May", "18th Dec for 10 days"."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone

from assistant.chat.times import numbers
from assistant.chat.times.day import Day, next_monthday, today
from assistant.chat.times.days import month_day, numeric
from assistant.chat.times.joint import Joint, Placed, bound, clock_time, joint, part, placed
from assistant.chat.times.lengths import length
from assistant.chat.times.nested import day
from assistant.chat.times.offsets import shifted
from assistant.chat.times.periods import relative
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import NOMINAL_SECONDS, Duration, Grain
from assistant.chat.times.wall import add, floor

_CLOCK = frozenset({"second", "minute", "hour"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval in wall time, or in a zone; see values.Interval."""

    start: datetime | None
    end: datetime | None
    grain: Grain
    first: datetime | None = None
    last: datetime | None = None
    zone: timezone | None = None
    other: Stretch | None = None


@remembered
def span(scan: Scan, index: int) -> Found[Stretch]:
    """The longest range that stands here."""
    best: Found[Stretch] = None
    for rule in (_numbered, _month_days, _both, _within, _in_between, _open, _lasting, _end_of_day):
        found = rule(scan, index)
        if found and (best is None or found[1] > best[1]):
            best = found
    return best


def _lead(scan: Scan, index: int) -> Found[str]:
    return scan.phrase(index, "between") or scan.phrase(index, "from") or scan.phrase(index, "lead")


def _link(scan: Scan, index: int, between: bool) -> Found[str]:
    return scan.phrase(index, "to") or (scan.phrase(index, "and") if between else None)


def _the(scan: Scan, index: int) -> int:
    return index + 1 if scan.word(index) == "the" else index


def _numbered(scan: Scan, index: int) -> Found[Stretch]:
    """ "from the 13th to the 15th of July", "1-8 September", "between the 21st and 23rd"."""
    lead = _lead(scan, index)
    first = numbers.day_number(scan, _the(scan, lead[1] if lead else index))
    dotted = bool(first and scan.word(first[1]) == "." and scan.glued(first[1]))  # "28.-30.12."
    link = _link(scan, first[1] + dotted, bool(scan.phrase(index, "between"))) if first else None
    if first and link is None and scan.word(first[1]) == "/":
        link = ("", first[1] + 1)  # "7/8 Dec"
    if first is None or link is None:
        return None
    second = month_day(scan, _the(scan, link[1])) or (numeric(scan, link[1]) if dotted else None)
    if second and second[0].grain == "day":
        start = second[0].start.day - first[0]
        if start <= 0:
            return None
        return _days(second[0].start - timedelta(days=start), second[0].start), second[1]
    bare = numbers.day_number(scan, _the(scan, link[1]))
    holder = relative(scan, scan.skip(bare[1], "of")) or relative(scan, bare[1]) if bare else None
    if bare and holder and holder[0].grain == "month" and first[0] < bare[0] and not holder[0].until:
        month = holder[0].start
        return _days(month.replace(day=first[0]), month.replace(day=bare[0])), holder[1]
    last = numbers.ordinal(scan, _the(scan, link[1]))
    begin = next_monthday(today(scan), first[0])
    if last is None or begin is None or not scan.word(first[1] - 1).isalpha():
        return None
    finish = next_monthday(begin, last[0])
    return (_days(begin, finish), last[1]) if finish else None


def _month_days(scan: Scan, index: int) -> Found[Stretch]:
    """ "July 13-15", "April ninth through seventeenth"."""
    lead = _lead(scan, index)
    first = month_day(scan, lead[1] if lead else index)
    link = _link(scan, first[1], bool(scan.phrase(index, "between"))) if first else None
    if first is None or link is None or first[0].grain != "day":
        return None
    last = numbers.day_number(scan, _the(scan, link[1]))
    if last is None or scan.word(last[1]) in (":", "am", "pm", "/", "."):
        return None
    if scan.phrase(last[1], "months"):
        return None
    finish = first[0].start + timedelta(days=last[0] - first[0].start.day)
    year = numbers.year(scan, last[1] + 1 if scan.word(last[1]) == "," else last[1])
    if finish <= first[0].start or finish.month != first[0].start.month:
        return None
    if year and not first[0].year:
        start, finish = (each.replace(year=year[0]) for each in (first[0].start, finish))
        return _days(start, finish), year[1]
    return _days(first[0].start, finish), last[1]


def _days(first: datetime, last: datetime) -> Stretch:
    return Stretch(first, last + timedelta(days=1), "day", last=last)


def _both(scan: Scan, index: int) -> Found[Stretch]:
    """From one day or moment to another."""
    between, lead = scan.phrase(index, "between"), _lead(scan, index)
    first = joint(scan, lead[1] if lead else index)
    link = _link(scan, first[1], bool(between)) if first else None
    if first and lead and first[0].hours and first[0].day:  # "from Thursday 9am to 11am"
        where = placed(scan, first[0])
        return Stretch(where.start, where.until, where.grain, last=where.until, zone=where.zone), first[1]
    if first and scan.word(first[1]) == "/" and first[0].day and first[0].day.year:
        link = ("", first[1] + 1)  # an interval of ISO 8601
    second = joint(scan, link[1]) if link else None
    if first is None or second is None or link is None:
        return None
    one, two = first[0], second[0]
    if one.hours or two.hours or (one.weak and two.weak and not lead and not _both_named(one, two)):
        return None
    if one.day is None and two.day is None:
        return _hours_of_parts(scan, one, two, second[1]) if one.part or two.part else None
    if one.clock and one.day is None and two.day and two.clock:
        one = replace(one, day=two.day)
    if two.day is None and one.day:
        two = replace(two, day=one.day)
    if one.day is None or two.day is None:
        return None
    one, two = _lent_years(scan, one, two)
    start, end = placed(scan, one), placed(scan, two)
    if two.day and two.day.weekday and end.start < start.start:
        end = placed(scan, replace(two, day=replace(two.day, weekday=False)))
    if one.day and one.day.point:
        start = replace(start, start=one.day.point)
    if two.day and two.day.point:
        end = replace(end, start=two.day.point, until=two.day.point)
    return _stretch(start, end, one, two), second[1]


def _hours_of_parts(scan: Scan, one: Joint, two: Joint, end: int) -> Found[Stretch]:
    """ "9am until lunchtime", "from noon to the evening": on the next day on which it is not over; up to the beginning
    of the part at which it ends."""
    start, finish = placed(scan, one), placed(scan, two)
    if start.zone or finish.zone or (one.part and one.part.day) or (two.part and two.part.day):
        return None
    last = finish.start + (timedelta(days=1) if finish.start <= start.start else timedelta())
    return Stretch(start.start, last, "hour", last=last), end


def _both_named(one: Joint, two: Joint) -> bool:
    """Whether weak ends make a range together: months, or years that follow each other."""
    a, b = one.day, two.day
    if a is None or b is None:
        return False
    return a.month or (a.weekday and b.weekday) or (a.grain == b.grain == "year" and a.start < b.start)


def _lent_years(scan: Scan, one: Joint, two: Joint) -> tuple[Joint, Joint]:
    """The ends in order: a day whose year is not named takes it from the other one."""
    a, b = one.day, two.day
    if a is None or b is None:
        return one, two
    if b.year and not a.year and a.grain == b.grain == "quarter":
        return replace(one, day=replace(a, start=a.start.replace(year=b.start.year))), two
    if b.year and not a.year and a.month:
        start = a.start.replace(year=b.start.year)
        start = start if start <= b.start else add(start, "year", -1)
        return replace(one, day=replace(a, start=start)), two
    if a.year and not b.year and b.month:
        start = b.start.replace(year=a.start.year)
        return one, replace(two, day=replace(b, start=start if start >= a.start else add(start, "year", 1)))
    if b.month and not (a.month or a.weekday or a.fixed or a.offset) and a.single and a.start.day <= b.start.day:
        return replace(one, day=replace(a, start=b.start.replace(day=a.start.day))), two
    if b.start < a.start and a.month and b.month and not (a.year or b.year):
        return replace(one, day=replace(a, start=add(a.start, "year", -1))), two  # the one that goes on
    if b.start < a.start and not b.year:
        for step in ("week", "month", "year"):
            if (step == "week") == b.weekday and (step != "month" or not b.month):
                later = b
                while later.start < a.start:
                    later = replace(later, start=add(later.start, step, 1))
                    if later.until:
                        later = replace(later, until=add(later.until, step, 1))
                return one, replace(two, day=later)
    return one, two


def _stretch(start: Placed, end: Placed, one: Joint, two: Joint) -> Stretch:
    if two.clock or (two.day and two.day.timed):
        return Stretch(start.start, end.start, end.grain, last=end.start, zone=end.zone or start.zone)
    day = two.day
    finish = end.until or (day.end if day else end.start)
    return Stretch(start.start, finish, end.grain, last=end.start if end.until is None else finish)


def _within(scan: Scan, index: int) -> Found[Stretch]:
    """ "within 2 weeks": from now on."""
    sure = scan.phrase(index, "within")
    lead = sure or scan.phrase(index, "less_than")
    found = length(scan, scan.skip(lead[1], "relative")) if lead else None
    if lead is None or found is None:
        return None
    for table in ("after_that", "from"):
        link = scan.phrase(found[1], table)
        base = joint(scan, link[1]) if link else None
        if base and base[0].day and base[0].day.single:
            start = placed(scan, base[0]).start
            return Stretch(start, shifted(scan, start, found[0], 1), "day"), base[1]
    if sure is None:
        return None  # "less than 10 minutes" is a duration
    end = shifted(scan, scan.now, found[0], 1)
    unit = found[0].amounts[-1][0]
    end = floor(end, "day") if NOMINAL_SECONDS[unit] > NOMINAL_SECONDS["day"] else end
    return Stretch(scan.now, end, "second"), found[1]


def _in_between(scan: Scan, index: int) -> Found[Stretch]:
    """ "in 2-3 weeks", "in two or three days", "in a week or two": from the one to the other, counted from now."""
    at = scan.skip(index + 1, "about") if scan.word(index) == "in" else 0
    few = numbers.cardinal(scan, at) if at else None
    link = _or(scan, few[1]) if few else None
    longest = length(scan, link) if link else None
    if few and longest and len(longest[0].amounts) == 1:
        (unit, most), end = longest[0].amounts[0], longest[1]
        return (_counted(scan, unit, few[0], most), end) if few[0] < most else None
    one = length(scan, at) if at else None
    after = numbers.cardinal(scan, one[1] + 1) if one and scan.word(one[1]) == "or" else None
    if one is None or after is None or one[0].amounts[1:] or one[0].amounts[0][1] >= after[0]:
        return None
    return _counted(scan, one[0].amounts[0][0], one[0].amounts[0][1], after[0]), after[1]


def _or(scan: Scan, index: int) -> int:
    link = scan.phrase(index, "to")
    return link[1] if link else index + 1 if scan.word(index) == "or" else 0


def _counted(scan: Scan, unit: Grain, least: float, most: float) -> Stretch:
    start, end = (shifted(scan, scan.now, Duration(((unit, float(count)),)), 1) for count in (least, most))
    if unit in _CLOCK:
        return Stretch(start, end, "minute", last=end)
    return _days(floor(start, "day"), floor(end, "day"))


def _end_of_day(scan: Scan, index: int) -> Found[Stretch]:
    """ "by EOD": from now to midnight."""
    lead = scan.phrase(index, "by") or scan.phrase(index, "before")
    found = scan.phrase(lead[1], "end_of_day") if lead else None
    if found is None:
        return None
    exact = day(scan, lead[1]) if lead else None
    if exact and exact[0].timed and exact[1] > found[1]:
        return Stretch(scan.now, exact[0].start + timedelta(seconds=1), "second"), exact[1]
    return Stretch(scan.now, today(scan) + timedelta(days=1), "second"), found[1]


def _open(scan: Scan, index: int) -> Found[Stretch]:
    """Before, by, after or since a day or moment; "2018 or later"."""
    if part(scan, index):
        return None  # "after lunch" is a part of the day
    for table in ("before", "by", "after", "since", "from"):
        lead = scan.phrase(index, table)
        found = (bound(scan, lead[1]) if scan.word(index) != "up" else joint(scan, lead[1])) if lead else None
        if lead and found and found[0].weak and scan.phrase(lead[1], "units"):
            continue  # "revenue by quarter"
        if lead and found and table in ("from", "since"):
            onwards = scan.phrase(found[1], "or_later") or (scan.word(found[1]) == "on" and ("", found[1] + 1))
            if table == "from" and not onwards and not (found[0].clock and joint(scan, lead[1])):
                continue  # "the mail from Monday" is of that day
            found = (found[0], onwards[1]) if onwards else found
        if found is None or found[0].hours or (found[0].day and found[0].day.offset and not found[0].day.fixed):
            continue
        found = (_past(scan, found[0]), found[1]) if scan.word(index) == "since" else found
        made = _opened(scan, table, found[0])
        dotted = _dotted(scan, lead[1], *found) if lead else None
        if dotted:
            made = replace(_opened(scan, table, dotted), other=made)
        return _closed(scan, made, found[1])
    found = joint(scan, index)
    if found and found[0].hours is None:
        if bounded := _day_and_bound(scan, *found):
            return bounded
        where = placed(scan, found[0])
        finish = where.until or (where.start if found[0].clock or not found[0].day else found[0].day.end)
        if (after := scan.phrase(found[1], "latest")) and not scan.word(after[1]).isalpha():
            return _half_open(scan, "by", where, finish), after[1]
        if after := scan.phrase(found[1], "or_later"):
            return Stretch(where.start, None, where.grain, zone=where.zone), after[1]
        if after := scan.phrase(found[1], "or_before"):
            return Stretch(None, finish, where.grain, last=where.start, zone=where.zone), after[1]
    return None


def _dotted(scan: Scan, index: int, found: Joint, end: int) -> Joint | None:
    """The time in "before 10.10", which may be a day of October too."""
    at = clock_time(scan, index)
    if at is None or at[1] != end or not scan.word(index).isdecimal() or found.clock or not found.weak:
        return None
    return Joint(clock=at[0], said=True) if at[0].minute else None


def _opened(scan: Scan, table: str, found: Joint) -> Stretch:
    where = placed(scan, found)
    finish = where.until or (where.start if found.clock or not found.day else found.day.end)
    if found.day and found.day.timed:
        finish = where.start
    if found.day and found.day.point:
        where = replace(where, start=found.day.point)
        finish = found.day.point if table == "by" else finish
    return _half_open(scan, table, where, finish)


def _past(scan: Scan, found: Joint) -> Joint:
    """ "since May" and "since 9am" look back: what would come next is the one before."""
    day = found.day
    if day is None and found.clock and found.clock.zone is None and not found.part:
        start = placed(scan, found).start
        return replace(found, day=Day(floor(start, "day") - timedelta(days=start > scan.now), "day", fixed=True))
    if day is None or day.year or day.fixed or day.offset or day.start <= scan.now or not (day.month or day.weekday):
        return found
    return replace(found, day=replace(day, start=add(day.start, "year" if day.month else "week", -1)))


def _day_and_bound(scan: Scan, found: Joint, end: int) -> Found[Stretch]:
    """ "Monday after 3pm", "tomorrow before noon"."""
    if found.day is None or not found.day.single or found.clock:
        return None
    for table in ("before", "by", "after", "since", "from"):
        link = scan.phrase(end, table) or scan.phrase(scan.skip(end, "join"), table)
        clock = clock_time(scan, link[1]) if link else None
        if clock is None:
            continue
        where = placed(scan, replace(found, clock=clock[0]))
        if table in ("before", "by"):
            return Stretch(None, where.start, where.grain, last=where.start, zone=where.zone), clock[1]
        return Stretch(where.start, None, where.grain, zone=where.zone), clock[1]
    return None


def _closed(scan: Scan, found: Stretch, end: int) -> Found[Stretch]:
    """ "after 3 but before 6"."""
    link = scan.phrase(end + 1, "before") if found.end is None and scan.word(end) == "but" else None
    bound = joint(scan, link[1]) if link else None
    if bound is None:
        return found, end
    finish = placed(scan, bound[0])
    return replace(
        found, end=finish.start, last=finish.start, grain=finish.grain if finish.grain != "hour" else found.grain
    ), bound[1]


def _half_open(scan: Scan, table: str, where: Placed, finish: datetime) -> Stretch:
    match table:
        case "before":
            return Stretch(None, where.start, where.grain, last=where.start, zone=where.zone)
        case "by":
            return Stretch(
                scan.now, finish, "second", last=where.start if where.until is None else finish, zone=where.zone
            )
        case "after":
            first = where.start if where.grain == "day" and where.until is None else None
            return Stretch(finish, None, where.grain, first=first, zone=where.zone)
    return Stretch(where.start, None, where.grain, zone=where.zone)


def _lasting(scan: Scan, index: int) -> Found[Stretch]:
    """ "18th Dec for 10 days", "for 10 days from 18th Dec", "3 days starting Monday"."""
    at = index + 1 if scan.word(index) == "for" else index
    amount = length(scan, at)
    lead = scan.phrase(amount[1], "from") if amount else None
    if amount and lead and (at > index or scan.word(amount[1]) in ("starting", "beginning")):
        begin = joint(scan, lead[1])
        end = begin[1] if begin else 0
    else:
        begin = joint(scan, scan.skip(index, "from"))
        amount = length(scan, begin[1] + 1) if begin and scan.word(begin[1]) == "for" else None
        end = amount[1] if amount else 0
    weak = begin and begin[0].weak and not scan.phrase(index, "from")
    if begin is None or amount is None or begin[0].hours or weak or not (begin[0].day or begin[0].clock):
        return None
    where = placed(scan, begin[0])
    finish = shifted(scan, where.start, amount[0], 1)
    grain: Grain = amount[0].amounts[-1][0] if begin[0].clock is None else "minute"
    if begin[0].clock is None and grain not in _CLOCK:
        grain = "day"
    return Stretch(where.start, finish, grain, last=finish, zone=where.zone), end
