"""Work hours and closures as the store keeps them: JSON, with the hours of a day as store.sla.stored writes them. Pure.

Hours of a resource are {"patterns": [{"from": "2026-01-01", "week": {"mon": ["08:00-12:00", "13:00-17:00"]}}], "dates":
{"2026-12-24": ["08:00-12:00"]}}: the week of the latest pattern not after a day holds, unless the day has hours of its
own. The first pattern may begin on 0001-01-01, which is always. Closures are the latter by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import Any

from store.errors import Invalid
from store.sla.hours import Hours
from store.sla.stored import WEEKDAYS, hours_from, hours_written

ALWAYS = date.min
Week = tuple[tuple[Hours, ...], ...]
Dates = Mapping[date, tuple[Hours, ...]]

_DAY = 24 * 60


def working_days(minutes: int, *, on_end: bool) -> int:
    """How many working days a service of so many minutes takes, 0 where it is worked `on_end` or in no whole days."""
    return 0 if on_end or minutes % _DAY else minutes // _DAY


def least_window(minutes: int, *, on_end: bool) -> int:
    """The minutes that a time has at least in which a service of so many can be done: of days, all but the last one."""
    days = working_days(minutes, on_end=on_end)
    return (days - 1) * _DAY + 1 if days else minutes


@dataclass(frozen=True, slots=True)
class Worked:
    """The hours of a resource: weeks (Monday first) by the day from which each holds, and days of their own.

    Raises Invalid for hours that overlap, within a day or over midnight.
    """

    weeks: Mapping[date, Week] = field(default_factory=dict)
    dates: Dates = field(default_factory=dict)

    def __post_init__(self) -> None:
        for week in self.weeks.values():
            for weekday in range(7):
                check_apart((week[weekday], week[(weekday + 1) % 7]), f"on {WEEKDAYS[weekday].capitalize()}")
        for day, hours in self.dates.items():
            check_apart([hours], f"on {day}")


def worked_from(data: Mapping[str, Any]) -> Worked:
    """The hours of a resource. Raises Invalid."""
    weeks = {
        _day(pattern["from"]): tuple(hours_from(pattern["week"].get(day, ())) for day in WEEKDAYS)
        for pattern in data.get("patterns", ())
    }
    return Worked(weeks, dates_from(data.get("dates", {})))


def worked_as_json(worked: Worked) -> dict[str, Any]:
    """The hours of a resource, for the store; nothing at all where it has none."""
    patterns = [
        {"from": first.isoformat(), "week": {day: hours_written(hours) for day, hours in _open_days(week)}}
        for first, week in sorted(worked.weeks.items())
    ]
    kept = {"patterns": patterns, "dates": dates_as_json(worked.dates)}
    return {name: value for name, value in kept.items() if value}


def dates_from(data: Mapping[str, Sequence[str]]) -> Dates:
    """The hours of days, none where nothing is open. Raises Invalid."""
    return {_day(day): hours_from(written) for day, written in data.items()}


def dates_as_json(dates: Dates) -> dict[str, list[str]]:
    """The hours of days, for the store."""
    return {day.isoformat(): hours_written(hours) for day, hours in sorted(dates.items())}


def check_apart(days: Sequence[Sequence[Hours]], when: str) -> None:
    """Raises Invalid where hours of the first of these days in a row overlap others of it, or of the next."""
    stretches = [
        (start + number * _DAY, end + number * _DAY)
        for number, hours in enumerate(days)
        for start, end in map(_stretch, hours)
    ]
    for one, other in pairwise(sorted(stretches)):
        if other[0] < one[1] and one[0] < _DAY:
            raise Invalid(f"Work hours {when} overlap: {_told(one)} and {_told(other)}.")


def _open_days(week: Week) -> list[tuple[str, tuple[Hours, ...]]]:
    return [(day, hours) for day, hours in zip(WEEKDAYS, week, strict=True) if hours]


def _stretch(hours: Hours) -> tuple[int, int]:
    """From and to in minutes since midnight; over midnight the end is past 1440."""
    start, end = (wall.hour * 60 + wall.minute for wall in (hours.start, hours.end))
    return start, end if hours.end > hours.start else end + _DAY


def _told(stretch: tuple[int, int]) -> str:
    return "-".join(f"{time(minute % _DAY // 60, minute % 60):%H:%M}" for minute in stretch)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Invalid(f"{written!r} is not a day; write it as 2026-12-25.") from None
