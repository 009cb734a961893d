"""Numbers of a team for a period: counts, times, and how many promises were kept; by group and in time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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
    """What happened in a period, or a part of it; `open` cases, and their `ages` by AGES, are those at its end.

    `name` is the group's, '' for what belongs to none.
    """

    name: str
    created: int = 0
    resolved: int = 0
    cancelled: int = 0
    reopened: int = 0
    open: int = 0
    ages: tuple[int, ...] = (0,) * len(AGES)
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
class Numbers:
    """All together, by group (those with most open cases first), and in the parts of the period, oldest first."""

    period: Period
    total: Figures
    groups: tuple[Figures, ...]
    parts: tuple[Figures, ...]


def numbers(cases: Iterable[CaseFacts], period: Period, now: datetime) -> Numbers:
    """The numbers of these cases: all that were open at some time of the period or were opened in it."""
    whole, parts, groups = _Tally(), [_Tally() for _ in period.edges], dict[str, _Tally]()
    moved = [0] * len(period.edges)  # cases more, or less, in each part
    before = 0
    for case in cases:
        own = groups.setdefault(case.group, _Tally())
        is_open = 0
        for one in happenings(case, now):
            place = period.place(one.at)
            step = _TO_BACKLOG.get(one.what, 0)
            if one.at < period.until:
                is_open += step
            if place is not None:
                moved[place] += step
                for tally in (whole, own, parts[place]):
                    tally.take(one)
            elif one.at < period.since:
                before += step
        if is_open > 0:
            age = period.until - case.created_at
            whole.stays(age)
            own.stays(age)
    return Numbers(
        period,
        whole.figures(""),
        tuple(sorted((each.figures(name) for name, each in groups.items() if each.is_filled), key=_most_open_first)),
        tuple(
            tally.figures(str(day), opened)
            for tally, day, opened in zip(parts, period.days, _running(before, moved), strict=True)
        ),
    )


class _Tally:
    """Counts what it is told."""

    __slots__ = ("ages", "counts", "took")

    def __init__(self) -> None:
        self.counts = [0] * len(What)
        self.took: dict[What, list[timedelta]] = {What.ANSWERED: [], What.SOLVED: []}
        self.ages = [0] * len(AGES)

    def take(self, one: Happening) -> None:
        self.counts[one.what] += 1
        if one.took is not None:
            self.took[one.what].append(one.took)

    def stays(self, age: timedelta) -> None:
        """A case of this age is still open."""
        self.ages[sum(1 for _, least in AGES[1:] if age >= least)] += 1

    @property
    def is_filled(self) -> bool:
        return any(self.counts) or any(self.ages)

    def figures(self, name: str, opened: int | None = None) -> Figures:
        """What was counted; `opened` cases are open where it was not told their ages."""
        count = self.counts
        return Figures(
            name,
            created=count[What.CREATED],
            resolved=count[What.RESOLVED],
            cancelled=count[What.CANCELLED],
            reopened=count[What.REOPENED],
            open=sum(self.ages) if opened is None else opened,
            ages=tuple(self.ages),
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


def _running(start: int, moved: Sequence[int]) -> list[int]:
    found = []
    for each in moved:
        start += each
        found.append(start)
    return found


def _most_open_first(one: Figures) -> tuple[bool, int, int, str]:
    return not one.name, -one.open, -one.created, one.name
