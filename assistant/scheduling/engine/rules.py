"""What is booked and whom it takes: services and their selection rules, as data. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from assistant.scheduling.engine.model import ResourceKind
from store.errors import Invalid
from store.scheduling.stored import least_window, working_days
from store.sla.hours import zone_named

_DAY = 24 * 60


class Strategy(StrEnum):
    """Who comes first among those that are free: in the window the least or the most booked minutes, or the longest
    since its last turn."""

    LEAST_BUSY = "least_busy"
    MOST_BUSY = "most_busy"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True)
class Part:
    """A resource is needed from `offset` minutes after the service's start for `duration` minutes.

    In a service of days, whole days of these are working days of its own: the second one is `Part(1440, 1440)`. One
    that `rests` begins and ends in work hours, on working days, and need not work in between.
    """

    offset: int
    duration: int
    rests: bool = False


@dataclass(frozen=True, slots=True)
class Pick:
    """`n` different resources, each with `units` free, for the whole service or a part of it.

    They come from `resources` and the members of `groups`, from all where neither is given, are of one of `kinds`
    (any where empty) and have every skill at its level or above. The preferred come first, then `strategy` says.
    """

    n: int = 1
    resources: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()
    skills: Mapping[str, int] = field(default_factory=dict)
    kinds: frozenset[ResourceKind] = frozenset()
    units: int = 1
    part: Part | None = None
    strategy: Strategy = Strategy.LEAST_BUSY
    preferred: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    same_site: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class All:
    """Every one of these; with `same_site`, all resources below it at one site."""

    children: tuple[Rule, ...]
    same_site: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Some:
    """`n` of these, the first ones that can be met."""

    n: int
    children: tuple[Rule, ...]
    same_site: bool = False
    name: str = ""


Rule = Pick | All | Some


@dataclass(frozen=True, slots=True)
class Grid:
    """Starts every `minutes`, counted on the wall clock of the zone from `anchor` minutes after each midnight, in both
    directions within the day. What the clocks skip is no start; what they show twice is two."""

    minutes: int = 15
    anchor: int = 0
    zone: str = "UTC"

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if not 1 <= self.minutes <= _DAY:
            raise Invalid("A service begins every so many minutes: from 1 to 1440.")
        if not 0 <= self.anchor < _DAY:
            raise Invalid("The first start of a day lies within the day.")


@dataclass(frozen=True, slots=True)
class Service:
    """What is done for a customer. All times are in minutes that really pass: `duration`, the buffers `before` and
    `after` that each resource is occupied around its part, and the minimum `notice`.

    A duration of whole days (times 1440) is so many working days that follow each other, see `days`, unless it is
    worked `on_end`.
    """

    id: int
    name: str
    duration: int
    rule: Rule
    grid: Grid = Grid()
    before: int = 0
    after: int = 0
    notice: int = 0
    initial_status: str = "confirmed"
    on_end: bool = False

    def __post_init__(self) -> None:
        if self.duration < 1:
            raise Invalid(f"{self.name} must take at least one minute.")
        if min(self.before, self.after, self.notice) < 0:
            raise Invalid(f"The buffers and the notice of {self.name} cannot be negative.")

    @property
    def days(self) -> int:
        """How many working days it takes, 0 where it is done without a rest.

        Each resource begins in its hours of the first day, works on every day, rests when its hours end, and is done
        with its hours of the last one. It may begin where somebody who can do it begins a day's work.
        """
        return working_days(self.duration, on_end=self.on_end)

    @property
    def window(self) -> int:
        """The minutes that a window has at least in which it can be done."""
        return least_window(self.duration, on_end=self.on_end)


class Order(StrEnum):
    """Slots by what is good about them, or by their time."""

    BEST = "best"
    EARLIEST = "earliest"


@dataclass(frozen=True, slots=True)
class Request:
    """Slots of a service that begin at or after `start` and end by `end`, at a customer in `area`; of a service of days
    those whose last day begins before `end`.

    An `area` of '' is where each resource is at home. `units` multiplies what each place of the rule needs. `limit` is
    how many slots are wanted, None all.
    """

    service: Service
    start: datetime
    end: datetime
    area: str = ""
    units: int = 1
    preferred: frozenset[int] = frozenset()
    excluded: frozenset[int] = frozenset()
    order: Order = Order.BEST
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("The time looked at must end after it begins.")
        if self.units < 1:
            raise Invalid("At least one unit is booked.")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One resource in one place of the rule: when it works and, buffers included, when it is occupied (UTC).

    `place` is the way through the rule's tree to its Pick, `name` what that is called.
    """

    resource_id: int
    start: datetime
    end: datetime
    occupied_start: datetime
    occupied_end: datetime
    units: int
    place: tuple[int, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time (UTC) at which the service can be done, by whom, and what is good about it; the lower the score, the
    better."""

    start: datetime
    end: datetime
    assignments: tuple[Assignment, ...]
    score: int
    reasons: tuple[str, ...]
