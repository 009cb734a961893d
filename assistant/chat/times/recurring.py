"""Recurrences: "every other Thursday", "daily at 9", "Tuesdays", "every 3 weeks", "first Monday of every month"."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.times import numbers
from assistant.chat.times.clock import Clock
from assistant.chat.times.joint import clock_time
from assistant.chat.times.lengths import unit
from assistant.chat.times.scan import Found, Scan, remembered
from assistant.chat.times.values import Grain, Recurrence

_WORKDAYS = (0, 1, 2, 3, 4)


@remembered
def recurrence(scan: Scan, index: int) -> Found[Recurrence]:
    """A recurrence with its time of day, before or after it."""
    found = _frequency(scan, index) or _every(scan, index) or _plural(scan, index)
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
    elif found.unit == "month" and not found.month_day:
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
        return None
    interval, at = 1, lead[1]
    counted = scan.phrase(at, "other")
    number = numbers.cardinal(scan, at) or numbers.ordinal(scan, at)
    if counted and not (number and number[1] > counted[1]):
        interval, at = 2, counted[1]
    elif number and (unit(scan, number[1]) or scan.phrase(number[1], "weekdays")):
        interval, at = number
    elif number:
        return _month_day(scan, number)
    weekdays = _weekday_list(scan, at)
    if weekdays:
        return Recurrence("week", interval, weekdays[0]), weekdays[1]
    if part := scan.phrase(at, "parts"):
        return Recurrence("day", interval, part=part[0]), part[1]
    if month := scan.phrase(at, "months"):
        day = numbers.day_number(scan, month[1])
        return Recurrence("year", interval, month_day=day[0] if day else None, month=int(month[0])), day[
            1
        ] if day else month[1]
    named = unit(scan, at)
    if named is None or interval < 1:
        return None
    return Recurrence(named[0][0], interval * named[0][1]), named[1]


def _month_day(scan: Scan, number: tuple[int, int]) -> Found[Recurrence]:
    """ "every 3rd (of the month)", "every 4th of July"."""
    value, end = number
    if not 1 <= value <= 31 or not scan.word(end - 1).isalpha():
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
