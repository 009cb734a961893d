"""Who may fill a place of a rule, whatever the time, and in which order they are asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.model import Resource
from assistant.scheduling.engine.rules import Pick, Request, Rule, Service, Strategy

Path = tuple[int, ...]

_DAY = 24 * 60
_NEVER = datetime.min.replace(tzinfo=UTC)


class Kind(StrEnum):
    """Why a resource is not offered, in the order in which it is looked at: first what no time changes."""

    NOT_IN_RULE = "not_in_rule"
    EXCLUDED = "excluded"
    NOT_QUALIFIED = "not_qualified"
    CAPACITY = "capacity"
    NO_HOURS = "no_hours"
    NOTICE = "notice"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED = "closed"
    OFF = "off"
    UNKNOWN_CALENDAR = "unknown_calendar"
    BUSY = "busy"
    BOOKED = "booked"
    TRAVEL = "travel"
    SITE = "site"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Place:
    """A Pick as one service asks for it: where it stands in the tree, and in minutes after the service's start when it
    works (`start` to `end`) and is occupied (`first` to `last`). It takes `units` of each of its resources.

    With `days` it works so many days of its resource's own, from the start or from the first hours of a later day, and
    `start` and `end` only say which (assistant.scheduling.engine.resting). One that `rests` need not work in between.
    """

    path: Path
    pick: Pick
    start: int
    end: int
    first: int
    last: int
    units: int
    days: int = 0
    rests: bool = False

    @property
    def before(self) -> int:
        """The minutes that each resource is occupied before it works."""
        return self.start - self.first

    @property
    def after(self) -> int:
        """The minutes that each resource is occupied after it worked."""
        return self.last - self.end

    def overlaps(self, other: Place) -> bool:
        """Whether one resource cannot fill both; where one is of days, it never can."""
        return bool(self.days or other.days) or (self.first < other.last and other.first < self.last)


def places(service: Service, units: int = 1) -> tuple[Place, ...]:
    """The places of the service's rule, in its order."""
    return tuple(_places(service, units, service.rule, ()))


def _places(service: Service, units: int, rule: Rule, path: Path) -> Iterator[Place]:
    if not isinstance(rule, Pick):
        for number, child in enumerate(rule.children):
            yield from _places(service, units, child, (*path, number))
        return
    start, end = (rule.part.offset, rule.part.offset + rule.part.duration) if rule.part else (0, service.duration)
    rests = rule.part is not None and rule.part.rests
    in_days = service.days and not rests and not start % _DAY and not end % _DAY
    first, last = start - service.before, end + service.after
    yield Place(path, rule, start, end, first, last, rule.units * units, (end - start) // _DAY * bool(in_days), rests)


def listed(loaded: Loaded, pick: Pick) -> frozenset[int]:
    """The resources that a Pick names, itself, by their groups or, where it names none, by naming nobody."""
    if not pick.resources and not pick.groups:
        return frozenset(loaded.world.resources)
    return frozenset(pick.resources).union(*(loaded.in_group(each) for each in pick.groups))


def hindrance(resource: Resource, place: Place, named: frozenset[int], excluded: frozenset[int]) -> Kind | None:
    """Why the resource can never fill the place; None where only time decides. `named` is what its Pick lists."""
    pick = place.pick
    if resource.id not in named or (pick.kinds and resource.kind not in pick.kinds):
        return Kind.NOT_IN_RULE
    if resource.id in pick.excluded or resource.id in excluded:
        return Kind.EXCLUDED
    if any(resource.skills.get(skill, level - 1) < level for skill, level in pick.skills.items()):
        return Kind.NOT_QUALIFIED
    if resource.capacity < place.units:
        return Kind.CAPACITY
    return Kind.NO_HOURS if resource.hours is None else None


def fitting(loaded: Loaded, place: Place, excluded: frozenset[int]) -> list[int]:
    """Who can fill the place when the time is right."""
    named, resources = listed(loaded, place.pick), loaded.world.resources
    return [each for each in named if each in resources and hindrance(resources[each], place, named, excluded) is None]


def candidates(loaded: Loaded, place: Place, request: Request) -> tuple[int, ...]:
    """Who can fill the place: those preferred by the request first, then those that the rule prefers, then as its
    strategy says, where the way counts as work, then by id."""

    def turn(each: int) -> tuple[int, tuple[float, int], int]:
        preferred = 0 if each in request.preferred else 1 if each in place.pick.preferred else 2
        return preferred, _waits(loaded, place.pick.strategy, each, request), each

    return tuple(sorted(fitting(loaded, place, request.excluded), key=turn))


def booked_minutes(loaded: Loaded, resource_id: int, request: Request) -> int:
    """For how many minutes of the window bookings occupy the resource."""
    return loaded.booked_minutes(resource_id, loaded.span.floor(request.start), loaded.span.ceil(request.end))


def _waits(loaded: Loaded, strategy: Strategy, resource_id: int, request: Request) -> tuple[float, int]:
    """Least busy is who would have the fewest minutes, booked and on the way from home and back: a colleague around the
    corner comes before an idle one far away. Of equally busy ones the nearest comes first."""
    resource = loaded.world.resources[resource_id]
    if strategy is Strategy.ROUND_ROBIN:
        return ((resource.last_turn or _NEVER) - _NEVER).total_seconds(), 0
    booked, way = booked_minutes(loaded, resource_id, request), _way(loaded, resource, request)
    return (booked + way, way) if strategy is Strategy.LEAST_BUSY else (-booked, way)


def _way(loaded: Loaded, resource: Resource, request: Request) -> int:
    """Minutes from the resource's home to where the job is, and back."""
    if not resource.travels or not request.area:
        return 0
    between = loaded.world.travel.between
    return between(resource.area, request.area) + between(request.area, resource.area)
