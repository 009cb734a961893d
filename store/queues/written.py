"""Business hours, holidays and promises as people write them on one line, and read them again. Pure.

Hours: "Mon-Fri 09:00-12:30, 13:30-17:00; Sat 10-14". Holidays: "2026-12-24 09:00-12:00; 2026-12-25; 2026-12-28 to
2026-12-31". Promises, in working time: "urgent 30 min; high 2 h; normal 1 h 30 min", or one time for every priority.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from itertools import groupby

from store.errors import Invalid
from store.records.fields import PRIORITIES
from store.sla.hours import Hours

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MOST_DAYS = 366  # of holidays in a row
_DAY = timedelta(days=1)
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_RUN = 3  # holidays in a row that are written as one

_APART = re.compile(r"[;\n]")
_DASH = r"\s*[-–]\s*"
_LINE = re.compile(rf"\s*(?P<days>[A-Za-z]+(?:(?:{_DASH}|\s*,\s*|\s+)[A-Za-z]+)*)\s*:?\s*(?P<times>\d.*)?", re.DOTALL)
_TIMES = re.compile(rf"(\d{{1,2}})(?:[:.](\d\d))?{_DASH}(\d{{1,2}})(?:[:.](\d\d))?")
_HOLIDAY = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)(?:\s*(?:\.\.|–|to)\s*(?P<last>\d{4}-\d\d-\d\d))?\s*(?P<times>.*)")
_LENGTH = re.compile(r"(?:(\d+(?:\.\d+)?)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?", re.IGNORECASE)


def week_from(text: str) -> tuple[tuple[Hours, ...], ...]:
    """The hours of each day, Monday first. Raises Invalid in words."""
    week: list[list[Hours]] = [[] for _ in _DAYS]
    for part in filter(str.strip, _APART.split(text)):
        match = _LINE.fullmatch(part)
        if match is None or not match["times"]:
            raise Invalid(f"{part.strip()!r} are no hours of a week; write them as Mon-Fri 09:00-17:00.")
        hours = _times(match["times"])
        for day in _days(match["days"]):
            week[day] += hours
    return tuple(map(tuple, week))


def week_text(week: Sequence[Sequence[Hours]]) -> str:
    """The hours of a week on one line; days with the same hours stand together."""
    said = []
    for times, days in groupby(range(7), key=lambda day: tuple(week[day])):
        run = list(days)
        if times:
            name = _SHORT[run[0]] if len(run) == 1 else f"{_SHORT[run[0]]}-{_SHORT[run[-1]]}"
            said.append(f"{name} {_times_text(times)}")
    return "; ".join(said)


def holidays_from(text: str) -> dict[date, tuple[Hours, ...]]:
    """The hours of each holiday, none where it is closed. Raises Invalid in words."""
    found: dict[date, tuple[Hours, ...]] = {}
    for part in filter(None, map(str.strip, _APART.split(text))):
        for piece in filter(None, map(str.strip, re.split(r",(?=\s*\d{4}-)", part))):
            match = _HOLIDAY.fullmatch(piece)
            if match is None:
                raise Invalid(f"{piece!r} is no holiday; write it as 2026-12-25, or 2026-12-24 09:00-12:00.")
            first, last = _date(match["first"]), _date(match["last"] or match["first"])
            if not 0 <= (last - first).days < _MOST_DAYS:
                raise Invalid(f"From {first} to {last} are no holidays.")
            hours = _times(match["times"]) if match["times"] else ()
            found |= {first + number * _DAY: tuple(hours) for number in range((last - first).days + 1)}
    return found


def holidays_text(holidays: Mapping[date, Sequence[Hours]]) -> str:
    """The holidays on one line; closed days in a row stand together."""
    said = []
    for run in _runs(sorted(holidays), holidays):
        times = f" {_times_text(holidays[run[0]])}" if holidays[run[0]] else ""
        said += [f"{run[0]} to {run[-1]}"] if len(run) >= _RUN else [f"{day}{times}" for day in run]
    return "; ".join(said)


def promises_from(text: str) -> dict[str, timedelta | None]:
    """Working time by priority; one that is not named is promised nothing. Raises Invalid in words."""
    found: dict[str, timedelta | None] = {}
    for part in filter(None, map(str.strip, re.split(r"[;,\n]", text))):
        name, _, rest = part.replace(":", " ", 1).partition(" ") if part[0].isalpha() else ("", "", part)
        priority = name.strip().lower()
        if name and priority not in PRIORITIES:
            raise Invalid(f"There is no priority {name.strip()}; there are {', '.join(PRIORITIES)}.")
        found |= dict.fromkeys([priority] if priority else PRIORITIES, length_from(rest))
    return found


def promises_text(promised: Mapping[str, timedelta | None]) -> str:
    """What is promised, the most urgent first; one time where it is the same for all."""
    given = [(priority, promised.get(priority)) for priority in reversed(PRIORITIES)]
    if given[0][1] is not None and len({time for _, time in given}) == 1:
        return length_text(given[0][1])
    return "; ".join(f"{priority} {length_text(time)}" for priority, time in given if time is not None)


def length_from(text: str) -> timedelta:
    """A length of working time written as "30 min", "4 h" or "1 h 30 min". Raises Invalid."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise Invalid(f"{text.strip()!r} is no working time; write it in hours and minutes, as 1 h 30 min.")
    try:
        return timedelta(hours=float(match[1] or 0), minutes=int(match[2] or 0))
    except OverflowError:
        raise Invalid(f"{text.strip()!r} is more working time than there is.") from None


def length_text(length: timedelta) -> str:
    """The length as `length_from` reads it, to the minute."""
    hours, minutes = length // _HOUR, length % _HOUR // _MINUTE
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _days(written: str) -> list[int]:
    if written.strip().lower() in ("daily", "every day"):
        return list(range(7))
    found: list[int] = []
    for part in re.split(r"\s*,\s*|(?<=[A-Za-z])\s+(?=[A-Za-z])", written.strip()):
        first, *more = (_day(name) for name in re.split(_DASH, part))
        last = more[-1] if more else first
        found += [(first + number) % 7 for number in range((last - first) % 7 + 1)]
    return found


def _day(name: str) -> int:
    wanted = name.strip().lower()
    fitting = [number for number, day in enumerate(_DAYS) if len(wanted) >= 2 and day.startswith(wanted)]
    if len(fitting) != 1:
        raise Invalid(f"{name.strip()!r} is not a day of the week; write {', '.join(_SHORT)}.")
    return fitting[0]


def _times(written: str) -> list[Hours]:
    found = []
    for piece in filter(None, map(str.strip, re.split(r",|\band\b", written))):
        match = _TIMES.fullmatch(piece)
        if match is None:
            raise Invalid(f"{piece!r} are no hours; write them as 09:00-17:00.")
        hour, minute, end_hour, end_minute = (int(part or 0) for part in match.groups())
        until = 0 if (end_hour, end_minute) == (24, 0) else end_hour
        found.append(Hours(_time(hour, minute, piece), _time(until, end_minute, piece)))
    return found


def _time(hour: int, minute: int, piece: str) -> time:
    try:
        return time(hour, minute)
    except ValueError:
        raise Invalid(f"{piece!r} are no hours; write them as 09:00-17:00.") from None


def _times_text(times: Iterable[Hours]) -> str:
    return ", ".join(f"{one.start:%H:%M}-{f'{one.end:%H:%M}' if one.end != time(0) else '24:00'}" for one in times)


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(f"{written!r} is not a day; write it as 2026-12-25.") from None


def _runs(days: Sequence[date], holidays: Mapping[date, Sequence[Hours]]) -> Iterable[list[date]]:
    """Closed days in a row together, every other one alone."""
    run: list[date] = []
    for day in days:
        if run and (holidays[day] or holidays[run[-1]] or day - run[-1] != _DAY):
            yield run
            run = []
        run.append(day)
    if run:
        yield run
