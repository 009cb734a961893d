"""What a change breaks, and the cheapest repair of each booking that breaks. Pure.

A change is a world with it: a sick call is time off, a move a booking elsewhere. The bookings in question stand in that
world as they were, each `Booked` with the number of its booking. Repairs are proposed one after the other, by time, and
each counts on those before it: taken together they can be booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from assistant.scheduling.engine.candidates import Kind, places
from assistant.scheduling.engine.loaded import Loaded, World, margins
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.model import Booked, Resource
from assistant.scheduling.engine.ranking import Ranking
from assistant.scheduling.engine.rules import Assignment, Pick, Request, Rule, Service, Slot
from assistant.scheduling.engine.search import Search
from assistant.scheduling.engine.whynot import Explaining, Reason

_REACHES = (timedelta(days=1), timedelta(days=4), timedelta(days=16))  # looked at one after the other


@dataclass(frozen=True, slots=True)
class Planned:
    """A booking as it stands: its number (`what`, as its resources' `Booked` have it), what it is for, where, and who
    does it. One that `stays` keeps its time whatever happens."""

    what: str
    service: Service
    start: datetime
    assignments: tuple[Assignment, ...]
    area: str = ""
    units: int = 1
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A booking that cannot be done as it stands: the reasons against each of its resources that cannot do it."""

    planned: Planned
    reasons: tuple[tuple[int, tuple[Reason, ...]], ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """How a broken booking can be done: at its own time with others, else as near to it as it goes.

    It is `moved` so many minutes, back where that is less than 0; `leave` and `come` are the resources that change.
    Without a `slot` nothing was found.
    """

    broken: Broken
    slot: Slot | None
    moved: int = 0
    leave: tuple[int, ...] = ()
    come: tuple[int, ...] = ()


def broken(loaded: Loaded, bookings: Iterable[Planned]) -> list[Broken]:
    """The bookings that cannot be done as they stand, by time; all of them have to lie in what is loaded."""
    return [
        Broken(each, reasons)
        for each in sorted(bookings, key=lambda each: (each.start, each.what))
        if (reasons := _reasons(loaded, each))
    ]


def newly_broken(before: Loaded, after: Loaded, bookings: Iterable[Planned]) -> list[Broken]:
    """The bookings that a change breaks, each with the reasons that it brings: what stood against a booking before it,
    because somebody decided so or nobody could know, is left out."""
    found = broken(after, _touched(before.world, after.world, bookings))
    already = {each.planned.what: _kinds(each) for each in broken(before, [each.planned for each in found])}
    anew = (_but(each, already.get(each.planned.what, frozenset())) for each in found)
    return [each for each in anew if each.reasons]


def _kinds(one: Broken) -> frozenset[tuple[int, Kind]]:
    return frozenset((resource_id, each.kind) for resource_id, reasons in one.reasons for each in reasons)


def _but(one: Broken, already: frozenset[tuple[int, Kind]]) -> Broken:
    """The same without the reasons that were there already."""
    anew = ((who, tuple(each for each in why if (who, each.kind) not in already)) for who, why in one.reasons)
    return Broken(one.planned, tuple((who, why) for who, why in anew if why))


def _touched(before: World, after: World, bookings: Iterable[Planned]) -> Iterable[Planned]:
    """The bookings that a change can break: those of resources that are not as they were."""
    if (before.travel, before.sites, before.groups) != (after.travel, after.sites, after.groups):
        return bookings
    ids = before.resources.keys() | after.resources.keys()
    changed = {each for each in ids if before.resources.get(each) != after.resources.get(each)}
    return [each for each in bookings if not changed.isdisjoint(_who(each))]


def repairs(loaded: Loaded, breaks: Sequence[Broken], now: datetime) -> list[Repair]:
    """A repair for each of these, from now on and within what is loaded. One that an earlier repair mended is left
    out."""
    found = []
    for each in breaks:
        if not _reasons(loaded, each.planned):
            continue
        bare = loaded.replacing(*_without(loaded.world, each.planned))
        repair = _same_time(bare, each, now) or _nearest(bare, each, now) or Repair(each, None)
        if repair.slot is not None:
            loaded = bare.replacing(*taken(bare.world, repair.slot, each.planned.what, each.planned.area))
        found.append(repair)
    return found


def taken(world: World, slot: Slot, what: str, area: str) -> list[Resource]:
    """The resources of a slot as they are once `what` is booked there."""
    found: dict[int, Resource] = {}
    for each in slot.assignments:
        resource = found.get(each.resource_id) or world.resources[each.resource_id]
        booked = Booked(each.occupied_start, each.occupied_end, each.units, what, area)
        found[resource.id] = replace(resource, bookings=[*resource.bookings, booked])
    return list(found.values())


def _reasons(loaded: Loaded, planned: Planned) -> tuple[tuple[int, tuple[Reason, ...]], ...]:
    """What stands against each resource of a booking, were it not booked yet."""
    world = loaded.world
    own = {each.id: each for each in _without(world, planned)}
    alone = Loaded(World(own, world.groups, world.sites, world.travel), loaded.span)
    explaining = Explaining(alone, _request(planned, planned.start), planned.start)
    known = {each.path for each in places(planned.service)}
    found = []
    for each in planned.assignments:
        if each.resource_id not in own:
            reasons: tuple[Reason, ...] = (Reason(Kind.NOT_IN_RULE, "is not there any more"),)
        elif each.place not in known:
            reasons = (Reason(Kind.NOT_IN_RULE, "has no place in the service any more"),)
        else:
            reasons = explaining.in_place(each.resource_id, each.place, planned.start)
        if not reasons and _astray(world, planned, each):
            reasons = (Reason(Kind.SITE, "is not at the site of the others"),)
        if reasons:
            found.append((each.resource_id, reasons))
    return tuple(found)


def _astray(world: World, planned: Planned, one: Assignment) -> bool:
    """Whether a resource stands at another site than those with which it should be at one."""
    for scope in _scopes(planned.service.rule, one.place):
        together = [each for each in planned.assignments if each.place[: len(scope)] == scope]
        sites = {world.resources[each.resource_id].site_id for each in together if each.resource_id in world.resources}
        if len(sites) > 1 or None in sites:
            return True
    return False


def _scopes(rule: Rule, path: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """The ways to the nodes above a place, or itself, that want one site."""
    for depth in range(len(path) + 1):
        if rule.same_site:
            yield path[:depth]
        if isinstance(rule, Pick) or depth == len(path):
            return
        rule = rule.children[path[depth]]


def _same_time(bare: Loaded, one: Broken, now: datetime) -> Repair | None:
    """Others at the time that was promised."""
    planned = one.planned
    if planned.start < now:
        return None
    request = _keeping(one, planned.start, planned.start + planned.service.window * MINUTE)
    search = Search(bare, request, now)
    at = bare.span.ceil(planned.start)
    placed = search.at(at)
    return None if placed is None else _repair(one, Ranking(bare, request, search.candidates).slot(at, placed))


def _nearest(bare: Loaded, one: Broken, now: datetime) -> Repair | None:
    """The slot that is the least away from the time that was promised, the earlier of two."""
    planned = one.planned
    if planned.stays:
        return None
    way = bare.world.travel.longest
    before, after = margins(planned.service)
    earliest = bare.span.at(before + way)
    latest = bare.span.at(bare.span.length - after - way)
    for reach in _REACHES:
        start = max(planned.start - reach, earliest, now)
        end = min(planned.start + reach + planned.service.window * MINUTE, latest)
        if start >= end:
            continue
        request = _keeping(one, start, end)
        search, wanted = Search(bare, request, now), bare.span.floor(planned.start)
        found = min(search.filled(), key=lambda each: (abs(each[0] - wanted), each[0]), default=None)
        if found is not None:
            return _repair(one, Ranking(bare, request, search.candidates).slot(*found))
    return None


def _repair(one: Broken, slot: Slot) -> Repair:
    was = {each.resource_id for each in one.planned.assignments}
    becomes = {each.resource_id for each in slot.assignments}
    moved = (slot.start - one.planned.start) // MINUTE
    return Repair(one, slot, moved, tuple(sorted(was - becomes)), tuple(sorted(becomes - was)))


def _keeping(one: Broken, start: datetime, end: datetime) -> Request:
    """A request that keeps whom it can of those who have the booking."""
    can = {each.resource_id for each in one.planned.assignments}
    return replace(_request(one.planned, start), end=end, preferred=frozenset(can))


def _request(planned: Planned, start: datetime) -> Request:
    """What was asked for when it was booked, the notice left out: it was kept then."""
    end = start + planned.service.window * MINUTE
    return Request(replace(planned.service, notice=0), start, end, planned.area, planned.units)


def _without(world: World, planned: Planned) -> list[Resource]:
    """The resources of a booking as they are without it."""
    there = (world.resources[each] for each in _who(planned) if each in world.resources)
    return [
        replace(each, bookings=[booked for booked in each.bookings if booked.what != planned.what]) for each in there
    ]


def _who(planned: Planned) -> list[int]:
    return list(dict.fromkeys(each.resource_id for each in planned.assignments))
