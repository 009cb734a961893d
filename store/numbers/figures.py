"""Numbers of a team for a period: counts, times, and how many promises were kept; by group and in time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from store.numbers.happenings import CaseFacts, Happening, What, happenings
from store.numbers.periods import Period

#: The ages of open cases that are told apart: name, and the age from which it holds.
AGES: tuple[tuple[str, timedelta], ...] = (
    ("under 1 day", timedelta(0)),
    ("1-3 days", timedelta(days=1)),
    ("3-7 days", timedelta(days=3)),
    ("1-4 weeks", timedelta(days=7)),
    ("over 4 weeks", timedelta(days=28)),
)

_TO_BACKLOG = {What.CREATED: 1, What.REOPENED: 1, What.RESOLVED: -1, What.CANCELLED: -1}


@dataclass(frozen=True, slots=True)
class Spread:
    """How long something took: in the middle, and what nine of ten did not exceed; None where there was none."""

    count: int = 0
    median: timedelta | None = None
    p90: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """Of how many promises that were decided in the period how many were kept."""

    kept: int = 0
    owed: int = 0

    @property
    def share(self) -> float | None:
        """0 to 1; None where nothing was promised."""
        return self.kept / self.owed if self.owed else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What happened in a period, or a part of it; `open` cases are those at its end.

    `name` is the group's, '' for what belongs to none, or the first day of a part. `ages` are those of the open cases
    by AGES, of a whole period only.
    """

    name: str
    created: int = 0
    resolved: int = 0
    cancelled: int = 0
    reopened: int = 0
    open: int = 0
    ages: tuple[int, ...] = ()
    first_response: Spread = field(default_factory=Spread)
    resolution: Spread = field(default_factory=Spread)
    response_promise: Promise = field(default_factory=Promise)
    resolution_promise: Promise = field(default_factory=Promise)

    @property
    def promises(self) -> Promise:
        """Both promises together."""
        one, other = self.response_promise, self.resolution_promise
        return Promise(one.kept + other.kept, one.owed + other.owed)


@dataclass(frozen=True, slots=True)
class Course:
    """Numbers of a group, or of all, for a whole period and for its parts, oldest first."""

    whole: Figures
    parts: tuple[Figures, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """All together, and by group, those with most open cases first and what belongs to none last."""

    period: Period
    all: Course
    groups: tuple[Course, ...]

    @property
    def total(self) -> Figures:
        return self.all.whole

    @property
    def by_group(self) -> tuple[Figures, ...]:
        return tuple(group.whole for group in self.groups)


def numbers(cases: Iterable[CaseFacts], period: Period, now: datetime) -> Numbers:
    """The numbers of these cases: all that were open at some time of the period or were opened in it."""
    tallies: dict[str, _Tallies] = {}
    for case in cases:
        own = tallies.get(case.group)
        if own is None:
            own = tallies[case.group] = _Tallies(period)
        own.take(case, now)
    whole = _Tallies(period)
    for own in tallies.values():
        whole.add(own)
    groups = [own.course(name) for name, own in tallies.items() if own.is_filled]
    return Numbers(period, whole.course(""), tuple(sorted(groups, key=_most_open_first)))


class _Tallies:
    """Counts the cases of one group: in each part of the period, and how many were open before it."""

    __slots__ = ("ages", "before", "moved", "parts", "period")

    def __init__(self, period: Period) -> None:
        self.period = period
        self.parts = [_Tally() for _ in period.edges]
        self.moved = [0] * len(period.edges)  # open cases more, or less, in each part
        self.before = 0
        self.ages = [0] * len(AGES)

    def take(self, case: CaseFacts, now: datetime) -> None:
        period, is_open = self.period, 0
        for one in happenings(case, now):
            if one.at >= period.until:
                continue
            step = _TO_BACKLOG.get(one.what, 0)
            is_open += step
            place = period.place(one.at)
            if place is None:
                self.before += step
            else:
                self.moved[place] += step
                self.parts[place].take(one)
        if is_open > 0:
            age = period.until - case.created_at
            self.ages[sum(1 for _, least in AGES[1:] if age >= least)] += 1

    def add(self, other: _Tallies) -> None:
        self.before += other.before
        self.moved = [one + more for one, more in zip(self.moved, other.moved, strict=True)]
        self.ages = [one + more for one, more in zip(self.ages, other.ages, strict=True)]
        for one, more in zip(self.parts, other.parts, strict=True):
            one.add(more)

    @property
    def is_filled(self) -> bool:
        return any(self.ages) or any(any(part.counts) for part in self.parts)

    def course(self, name: str) -> Course:
        whole = _Tally()
        for part in self.parts:
            whole.add(part)
        opened = list(accumulate(self.moved, initial=self.before))[1:]
        parts = (
            tally.figures(str(day), count)
            for tally, day, count in zip(self.parts, self.period.days, opened, strict=True)
        )
        return Course(whole.figures(name, opened[-1], tuple(self.ages)), tuple(parts))


class _Tally:
    """Counts what it is told."""

    __slots__ = ("counts", "took")

    def __init__(self) -> None:
        self.counts = [0] * len(What)
        self.took: dict[What, list[timedelta]] = {What.ANSWERED: [], What.SOLVED: []}

    def take(self, one: Happening) -> None:
        self.counts[one.what] += 1
        if one.took is not None:
            self.took[one.what].append(one.took)

    def add(self, other: _Tally) -> None:
        self.counts = [one + more for one, more in zip(self.counts, other.counts, strict=True)]
        for what, times in other.took.items():
            self.took[what] += times

    def figures(self, name: str, opened: int, ages: tuple[int, ...] = ()) -> Figures:
        """What was counted; `opened` cases are open at the end."""
        count = self.counts
        return Figures(
            name,
            created=count[What.CREATED],
            resolved=count[What.RESOLVED],
            cancelled=count[What.CANCELLED],
            reopened=count[What.REOPENED],
            open=opened,
            ages=ages,
            first_response=spread(self.took[What.ANSWERED]),
            resolution=spread(self.took[What.SOLVED]),
            response_promise=_promise(count[What.RESPONSE_KEPT], count[What.RESPONSE_BROKEN]),
            resolution_promise=_promise(count[What.RESOLUTION_KEPT], count[What.RESOLUTION_BROKEN]),
        )


def spread(times: Sequence[timedelta]) -> Spread:
    """The median, of an even number the middle of the two; and the smallest time that nine of ten do not exceed."""
    if not times:
        return Spread()
    ordered, count = sorted(times), len(times)
    median = (ordered[(count - 1) // 2] + ordered[count // 2]) / 2
    return Spread(count, median, ordered[-(-count * 9 // 10) - 1])


def _promise(kept: int, broken: int) -> Promise:
    return Promise(kept, kept + broken)


def _most_open_first(one: Course) -> tuple[bool, int, int, str]:
    figures = one.whole
    return not figures.name, -figures.open, -figures.created, figures.name
