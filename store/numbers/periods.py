"""The time that numbers are about, cut into days, weeks or months of the reader's wall. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Unit = Literal["day", "week", "month"]
UNITS: tuple[Unit, ...] = ("day", "week", "month")

_DAYS_AS_DAYS, _DAYS_AS_WEEKS = 45, 200  # the longest periods that are cut so


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`, cut at `edges`: their starts, the first of which is `since`. All in UTC.

    `days` names each part by its first day on the wall.
    """

    since: datetime
    until: datetime
    unit: Unit
    edges: tuple[datetime, ...]
    days: tuple[date, ...]

    def place(self, at: datetime) -> int | None:
        """In which part a moment lies; None outside."""
        return bisect_right(self.edges, at) - 1 if self.since <= at < self.until else None

    @property
    def ends(self) -> tuple[datetime, ...]:
        """The end of each part."""
        return (*self.edges[1:], self.until)


def period(first: date, now: datetime, *, last: date | None = None, unit: Unit | None = None) -> Period:
    """The whole days from `first` to `last` on the wall, but not longer than now, which belongs to it.

    `now` is in the reader's zone. Without a unit it is cut so that a plot of it can be read. A first day that lies
    behind the last one gives the last one only.
    """
    zone = now.tzinfo or UTC
    last = min(last or now.date(), now.date())
    first = min(first, last)
    days = (last - first).days + 1
    chosen = unit or ("day" if days <= _DAYS_AS_DAYS else "week" if days <= _DAYS_AS_WEEKS else "month")
    starts = [first]
    while (following := _next(starts[-1], chosen)) <= last:
        starts.append(following)
    edges = tuple(_midnight(day, zone) for day in starts)
    until = min(_midnight(last + timedelta(days=1), zone), now.astimezone(UTC) + timedelta(microseconds=1))
    return Period(edges[0], until, chosen, edges, tuple(starts))


def _next(day: date, unit: Unit) -> date:
    """The first day of the next part: days, weeks from Monday, months from their first."""
    if unit == "day":
        return day + timedelta(days=1)
    if unit == "week":
        return day + timedelta(days=7 - day.weekday())
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)
