"""What a date, time, range, duration or recurrence in a text means.

Moments are aware: wall-clock time in the user's zone, or in the zone that the text names ("8:00 GMT").
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

Kind = Literal["date", "time", "datetime", "range", "duration", "recurrence"]
Order = Literal["mdy", "dmy"]
Grain = Literal[
    "second",
    "minute",
    "hour",
    "day",
    "workday",
    "week",
    "weekend",
    "month",
    "quarter",
    "season",
    "year",
    "decade",
    "century",
]


@dataclass(frozen=True, slots=True)
class Moment:
    """A point, exact to its grain: "in two weeks" is a day, "at 3" an hour."""

    at: datetime
    grain: Grain

    @property
    def date(self) -> date:
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` up to and without `end`; None is open. `first` and `last` are the edges as they were said, where
    they are not the same: "13 to 15 July" ends on the 16th at midnight and its last is the 15th; "after Friday" starts
    on Saturday and its first is Friday."""

    start: datetime | None
    end: datetime | None
    grain: Grain
    first: datetime | None = None
    last: datetime | None = None

    @property
    def last_day(self) -> date | None:
        """The last day that the interval touches; None where it is open."""
        if self.end is None:
            return None
        midnight = self.end.timetz().replace(tzinfo=None) == time() and self.end != self.start
        return date.fromordinal(self.end.toordinal() - 1) if midnight else self.end.date()


@dataclass(frozen=True, slots=True)
class Duration:
    """How long: amounts of units, the largest first; an amount may be a fraction ("2.5 hours")."""

    amounts: tuple[tuple[Grain, float], ...]

    @property
    def seconds(self) -> float:
        """Nominal: months of 30 days, years of 365."""
        return sum(amount * NOMINAL_SECONDS[unit] for unit, amount in self.amounts)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` units, on the weekdays (Monday is 0), the day of the month, and at the time of day that are
    named; `part` names a part of day ("every morning"); `nth`: which of those weekdays in a month, -1 the last."""

    unit: Grain
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    month: int | None = None
    at: time | None = None
    part: str | None = None
    nth: int | None = None


Value = Moment | Interval | Duration | Recurrence


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in a text from character `start` up to and without `end`. Where `alternatives` are given, they are
    as honest as `value`, and whoever wrote the text should be asked. `shift`: whether the words count from something
    that need not be now ("an hour later"); `value` counts from now."""

    start: int
    end: int
    kind: Kind
    value: Value
    alternatives: tuple[Value, ...] = ()
    shift: bool = False


@dataclass(frozen=True, slots=True)
class Habits:
    """How a user writes and counts. `order`: of day and month in 3/4 (None: unknown, so both are offered). `hours`:
    other hours for parts of day, by their names in the words file. `rolling`: "the last 3 months" end today rather
    than with the last whole month."""

    order: Order | None = None
    hours: tuple[tuple[str, tuple[float, float]], ...] = field(default=())
    rolling: bool = True


NOMINAL_SECONDS: dict[Grain, int] = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "workday": 86_400,
    "week": 7 * 86_400,
    "weekend": 2 * 86_400,
    "month": 30 * 86_400,
    "quarter": 90 * 86_400,
    "season": 90 * 86_400,
    "year": 365 * 86_400,
    "decade": 3650 * 86_400,
    "century": 36_500 * 86_400,
}
