"""Recurrences: "every other Thursday", "daily at 9", "Tuesdays", "every 3 weeks", "first Monday of every month"."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.times import numbers
from assistant.chat.times.clock import Clock
from assistant.chat.times.days import month_day
from assistant.chat.times.joint import clock_time
from assistant.chat.times.lengths import unit
from assistant.chat.times.periods import relative
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Grain, Recurrence

_WORKDAYS = (0, 1, 2, 3, 4)


@remembered
def recurrence(scan: Scan, index: int) -> Found[Recurrence]:
    """A recurrence with its time of day, before or after it."""
    found = _frequency(scan, index) or _every(scan, index) or _plural(scan, index)
    if found and scan.word(index) == "any" and relative(scan, found[1]):
        return None  # "any day next week" is one
    if found:
        return _timed(scan, *found)
    at = scan.skip(index, "at") if not scan.word(index).isdecimal() else index
    first = clock_time(scan, at)
    if first is None:
        return None
    after = scan.skip(first[1], "join")
    found = _frequency(scan, after) or _every(scan, after) or _plural(scan, after)
    return (_at(found[0], first[0]), found[1]) if found else None


def _at(found: Recurrence, clock: Clock) -> Recurrence:
    return replace(found, at=(clock if clock.sure else clock.guessed()).time)


def _timed(scan: Scan, found: Recurrence, end: int) -> Found[Recurrence]:
    """With the weekdays, the day of the month, the part of the day or the time that follows."""
    joined = scan.skip(end, "join")
    if found.unit == "week" and not found.weekdays and (weekdays := _weekday_list(scan, joined)):
        found, end = replace(found, weekdays=weekdays[0]), weekdays[1]
    elif found.unit == "year" and not found.month_day and (date := month_day(scan, scan.skip(joined, "day_lead"))):
        if date[0].grain == "day" and not date[0].year:
            found, end = replace(found, month=date[0].start.month, month_day=date[0].start.day), date[1]
    elif found.unit == "month" and not found.month_day and not found.nth:
        day = numbers.ordinal(scan, scan.skip(joined, "day_lead"))
        if day and 1 <= day[0] <= 31:
            found, end = replace(found, month_day=day[0]), day[1]
    joined = scan.skip(end, "join")
    part = scan.phrase(joined, "parts")
    if part and not found.part:
        return replace(found, part=part[0]), part[1]
    clock = clock_time(scan, joined)
    said = joined > end and scan.word(joined - 1) in ("at", "@")
    return (_at(found, clock[0]), clock[1]) if clock and (said or not clock[0].weak) else (found, end)


def _frequency(scan: Scan, index: int) -> Found[Recurrence]:
    """ "daily", "once a week"."""
    if workdays := scan.phrase(index, "every_day"):
        return Recurrence("week", 1, _WORKDAYS), workdays[1]
    found = scan.phrase(index, "frequency")
    if found is None:
        return None
    count, grain = found[0].split()
    return Recurrence(grain, int(count)), found[1]  # type: ignore[arg-type]


def _every(scan: Scan, index: int) -> Found[Recurrence]:
    lead = scan.phrase(index, "every")
    if lead is None:
        return _of_every(scan, index)
    at = lead[1]
    if nth := _of_every(scan, at):
        return nth
    half = scan.phrase(at, "fractions")
    if half and (named := unit(scan, half[1])) and named[0][0] == "hour":
        return Recurrence("minute", int(float(half[0]) * 60)), named[1]
    counted = scan.phrase(at, "other")
    ordinal = numbers.ordinal(scan, at)
    number = ordinal or numbers.cardinal(scan, at)
    if counted and not (number and number[1] > counted[1]):
        return _every_so_many(scan, 2, counted[1])
    if number and number[0] and (unit(scan, number[1]) or scan.phrase(number[1], "weekdays")):
        return _every_so_many(scan, *number)
    if ordinal:
        return _month_day(scan, ordinal)
    return _every_so_many(scan, 1, at)


def _every_so_many(scan: Scan, interval: int, at: int) -> Found[Recurrence]:
    weekdays = _weekday_list(scan, at)
    if weekdays:
        return Recurrence("week", interval, weekdays[0]), weekdays[1]
    if part := scan.phrase(at, "parts"):
        return Recurrence("day", interval, part=part[0]), part[1]
    if month := scan.phrase(at, "months"):
        day = numbers.day_number(scan, month[1])
        found = Recurrence("year", interval, month=int(month[0]))
        return (replace(found, month_day=day[0]), day[1]) if day else (found, month[1])
    named = unit(scan, at)
    if named is None:
        return None
    if named[0][0] == "workday" and interval == 1:
        return Recurrence("week", 1, _WORKDAYS), named[1]
    return Recurrence(named[0][0], interval * named[0][1]), named[1]


def _of_every(scan: Scan, index: int) -> Found[Recurrence]:
    """ "first Monday of every month", "(every) last Friday of the month", "on the 1st of each month"."""
    start = scan.skip(index, "day_lead")
    last = scan.phrase(start, "relative")
    rank = numbers.ordinal(scan, start) or ((-1, last[1]) if last and last[0] == "-1" else None)
    weekday = scan.phrase(rank[1], "weekdays") if rank else None
    if rank is None:
        return None
    after = weekday[1] if weekday else rank[1]
    link = scan.phrase(after, "of_every") or (scan.phrase(after, "of") if scan.phrase(index - 1, "every") else None)
    named = unit(scan, link[1]) if link else None
    if named is None or named[0][0] != "month":
        return None
    if weekday:
        return Recurrence("month", weekdays=(int(weekday[0]),), nth=rank[0]), named[1]
    return (Recurrence("month", month_day=rank[0]), named[1]) if 1 <= rank[0] <= 31 else None


def _month_day(scan: Scan, number: tuple[int, int]) -> Found[Recurrence]:
    """ "every 3rd (of the month)", "every 4th of July"."""
    value, end = number
    if not 1 <= value <= 31:
        return None
    after = scan.skip(end, "of")
    if month := scan.phrase(after, "months"):
        return Recurrence("year", month_day=value, month=int(month[0])), month[1]
    named = unit(scan, after)
    return Recurrence("month", month_day=value), named[1] if named and named[0][0] == "month" else end


def _weekday_list(scan: Scan, index: int) -> Found[tuple[int, ...]]:
    """ "Monday, Wednesday and Friday"."""
    days: list[int] = []
    end = index
    at = index
    while found := scan.phrase(at, "weekdays"):
        days.append(int(found[0]))
        end = scan.abbreviated(found[1])
        link = scan.phrase(end, "to")
        last = scan.phrase(link[1], "weekdays") if link else None
        if last and days[-1] < int(last[0]):
            days += range(days[-1] + 1, int(last[0]) + 1)
            end = scan.abbreviated(last[1])
        at = scan.skip(end + 1 if scan.word(end) in (",", "/") else end, "and")
    return (tuple(sorted(set(days))), end) if days else None


def _plural(scan: Scan, index: int) -> Found[Recurrence]:
    """ "Tuesdays", "on Mondays and Fridays", "mornings", "weekends"."""
    word = scan.word(index)
    if not word.endswith("s") or len(word) < 6:
        return None
    if scan.phrase(index, "weekdays"):
        found = _weekday_list(scan, index)
        return (Recurrence("week", 1, found[0]), found[1]) if found else None
    part = scan.phrase(index, "parts")
    if part and word in ("mornings", "afternoons", "evenings", "nights"):
        return Recurrence("day", part=part[0]), part[1]
    if word == "weekends":
        grain: Grain = "weekend"
        return Recurrence(grain), index + 1
    return None
