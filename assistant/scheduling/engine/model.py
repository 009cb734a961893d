"""Who and what can be booked, and what stands against it: sites, work hours, resources, groups. Pure.

Moments are aware datetimes of any zone, hours of a day in whole minutes. The engine looks at whole minutes: what
occupies a resource is rounded outward, what frees it inward. A value that was made is right in itself; what is wrong
raises Invalid with one sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import NamedTuple

from store.errors import Invalid
from store.scheduling.capacity import Booked as Booked
from store.scheduling.stored import check_apart
from store.sla.hours import Hours, zone_named
from store.sla.stored import WEEKDAYS


class ResourceKind(StrEnum):
    """What a resource is. A facility stays where it is: customers come, so no travel counts."""

    PERSON = "person"
    EQUIPMENT = "equipment"
    FACILITY = "facility"


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the company. `closures` are days of its wall calendar, from midnight to midnight, on which nothing of
    it works but in the hours given; a closed day has none."""

    id: int
    name: str
    zone: str
    closures: Mapping[date, Sequence[Hours]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        for day, hours in self.closures.items():
            if any(each.end <= each.start and each.end != time() for each in hours):
                raise Invalid(f"The hours of {self.name} on {day} must end by midnight.")
            check_apart([hours], f"on {day}")


@dataclass(frozen=True, slots=True)
class Pattern:
    """The hours of a week, Monday first, that hold from a day on."""

    valid_from: date
    week: tuple[tuple[Hours, ...], ...]

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise Invalid("A week of work hours has seven days.")
        for weekday in range(7):
            check_apart((self.week[weekday], self.week[(weekday + 1) % 7]), f"on {WEEKDAYS[weekday].capitalize()}")


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Away, whatever the hours say: from `start` until before `end`."""

    start: datetime
    end: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise Invalid("Time off must end after it begins.")


@dataclass(frozen=True, slots=True)
class WorkHours:
    """When a resource works, on the clocks of its zone.

    A day's hours are those of the pattern with the latest `valid_from` not after it (none before the first), unless
    the day has its own in `dates`. Hours belong to the day on which they begin: a night shift goes on into the next
    one whatever that day's hours are. Breaks are what lies between hours. Wall times that the clocks skip are not
    worked, those that they show twice are worked twice.
    """

    zone: str
    patterns: tuple[Pattern, ...]
    dates: Mapping[date, Sequence[Hours]] = field(default_factory=dict)
    time_off: tuple[TimeOff, ...] = ()

    def __post_init__(self) -> None:
        zone_named(self.zone)
        begun = [each.valid_from for each in self.patterns]
        if twice := next((day for day in begun if begun.count(day) > 1), None):
            raise Invalid(f"Two weeks of work hours begin on {twice}; one day has one week.")
        object.__setattr__(self, "patterns", tuple(sorted(self.patterns, key=lambda each: each.valid_from)))
        for day, hours in self.dates.items():
            check_apart([hours], f"on {day}")

    def on(self, day: date) -> Sequence[Hours]:
        """The hours that begin on this day of the wall's calendar."""
        if (own := self.dates.get(day)) is not None:
            return own
        held: Pattern | None = None
        for pattern in self.patterns:
            if pattern.valid_from > day:
                break
            held = pattern
        return held.week[day.weekday()] if held else ()


class Busy(NamedTuple):
    """Time that a calendar holds: the whole resource is busy, wherever it is. `what` is as people may read it, `kind`
    busy, tentative, oof or elsewhere."""

    start: datetime
    end: datetime
    what: str = ""
    kind: str = "busy"


@dataclass(frozen=True, slots=True)
class Resource:
    """Somebody or something that can be booked, with all that occupies it in the time looked at.

    `area` is its home. Without hours it is never offered. `unknown` says why its calendar cannot be trusted, '' where
    it can; then nothing is known of it after `known_until`, and nothing at all where that is None. `last_turn` is when
    it was last given work, for taking turns.
    """

    id: int
    name: str
    kind: ResourceKind = ResourceKind.PERSON
    site_id: int | None = None
    area: str = ""
    capacity: int = 1
    skills: Mapping[str, int] = field(default_factory=dict)
    hours: WorkHours | None = None
    busy: Sequence[Busy] = ()
    bookings: Sequence[Booked] = ()
    unknown: str = ""
    known_until: datetime | None = None
    last_turn: datetime | None = None

    def __post_init__(self) -> None:
        if self.capacity < 1:
            raise Invalid(f"{self.name} needs a capacity of at least 1.")

    @property
    def travels(self) -> bool:
        """Whether it goes to where the job is."""
        return self.kind is not ResourceKind.FACILITY


@dataclass(frozen=True, slots=True)
class Group:
    """Resources under one name; `groups` are groups within it."""

    id: int
    name: str
    resources: tuple[int, ...] = ()
    groups: tuple[int, ...] = ()


def members(groups: Mapping[int, Group], group_id: int) -> frozenset[int]:
    """The resources of a group and of all groups within it. Raises Invalid for a cycle, naming it."""
    found: set[int] = set()
    seen: set[int] = set()

    def enter(each: int, path: tuple[int, ...]) -> None:
        if each in path:
            way = " > ".join(groups[step].name for step in (*path[path.index(each) :], each))
            raise Invalid(f"A group cannot hold itself: {way}.")
        if each in seen or each not in groups:
            return
        for inner in groups[each].groups:
            enter(inner, (*path, each))
        seen.add(each)
        found.update(groups[each].resources)

    enter(group_id, ())
    return frozenset(found)


def utc(at: datetime) -> datetime:
    """The same moment in UTC."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)


def minute_of_day(wall: time) -> int:
    """The whole minute of the day that a wall time lies in."""
    return wall.hour * 60 + wall.minute
