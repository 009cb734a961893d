"""A day or a longer stretch of the calendar, as the rules hand it on; wall time in the user's zone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.chat.times.scan import Scan
from assistant.chat.times.values import Grain
from assistant.chat.times.wall import add, floor


@dataclass(frozen=True, slots=True)
class Day:
    """From `start`, as long as its grain says or up to `until`. `weak`: a word that is a date only where something
    else says so ("may", "2014"). `timed`: exact to the time of day ("in 2 hours"). `offset`: counted from something,
    and not a stretch. `month`: the month that is named and can be lent ("13 to 15 July"); `year`: whether one is
    named; `weekday`: whether it is only the name of a weekday; `fixed`: whether now tells it. `point`: the edge that is
    meant where a range goes from or to it ("the end of May"). `other`: readings as honest as this one."""

    start: datetime
    grain: Grain
    until: datetime | None = None
    weak: bool = False
    timed: bool = False
    offset: bool = False
    month: bool = False
    year: bool = False
    weekday: bool = False
    fixed: bool = False
    point: datetime | None = None
    other: tuple[Day, ...] = ()

    @property
    def end(self) -> datetime:
        return self.until or add(floor(self.start, self.grain), self.grain, 1)

    @property
    def single(self) -> bool:
        """Whether it is one day, to which a time of day can be added."""
        return self.until is None and not self.timed and (self.grain == "day" or self.offset)

    def strong(self) -> Day:
        return replace(self, weak=False)


def today(scan: Scan) -> datetime:
    return floor(scan.now, "day")


def dated(year: int, month: int, day: int) -> datetime:
    """Midnight of a day; ValueError where there is no such day."""
    return datetime(year, month, day)  # noqa: DTZ001 - wall time


def next_date(scan: Scan, month: int, day: int) -> datetime | None:
    """The first such day from today on; None where no year has it."""
    for year in range(scan.now.year, scan.now.year + 9):
        try:
            found = dated(year, month, day)
        except ValueError:
            continue
        if found >= today(scan):
            return found
    return None


def next_monthday(start: datetime, day: int) -> datetime | None:
    """The first day of that number on or after `start`."""
    for ahead in range(13):
        first = add(start.replace(day=1), "month", ahead)
        found = first + timedelta(days=day - 1)
        if found.month == first.month and found >= start:
            return found
    return None


def on_weekday(scan: Scan, month: int, day: int, weekday: int) -> datetime | None:
    """This year, the next or the last one, if the day falls on the weekday in it."""
    for distance in range(2):
        for year in (scan.now.year + distance, scan.now.year - distance):
            try:
                found = dated(year, month, day)
            except ValueError:
                continue
            if found.weekday() == weekday:
                return found
    return None
