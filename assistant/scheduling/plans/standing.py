"""Bookings as they stand as values of the search: what breaks them, and by which rule they are done otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from assistant.scheduling.engine.candidates import Path, Place, fitting, places
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.repairing import Planned
from assistant.scheduling.engine.rules import All, Assignment, Part, Pick, Rule, Service
from store.queries.scheduling.bookings import BookedResource
from store.queries.scheduling.standing import OpenBooking

_HALF_DAY = 12 * 60


def as_seats(booking: OpenBooking, service: Service) -> Planned:
    """The booking as one that can be done by its own resources only: whatever the rule says, this is what was decided,
    and what stands against each of them is told."""
    picks = [_only(booking, service, each, each.part) for each in booking.resources]
    return _planned(booking, service, All(tuple(picks)), [(number,) for number in range(len(picks))])


def as_ruled(booking: OpenBooking, service: Service, loaded: Loaded) -> Planned:
    """The booking as one that others can do too: by the service's rule where its resources meet that, else each of them
    by those who can fill the same place."""
    asked = _as_it_is(booking, service)
    known = places(asked)
    filled = _filled(booking, known, loaded)
    paths = [each.path for each in filled if each is not None]
    units = {one.units // each.units for one, each in zip(booking.resources, filled, strict=True) if each is not None}
    if len(paths) == len(filled) and len(units) == 1 and _met(asked.rule, Counter(paths)):
        return replace(_planned(booking, asked, asked.rule, paths), units=max(1, *units))
    picks = [
        _only(booking, service, one, one.part) if each is None else _alike(booking, one, each)
        for one, each in zip(booking.resources, filled, strict=True)
    ]
    return _planned(booking, asked, All(tuple(picks)), [(number,) for number in range(len(picks))])


def units_asked(booked: Iterable[tuple[str, int]], service: Service) -> int:
    """How many times the units of its rule a booking takes, by the parts and the units of what it needs; of a part that
    the rule does not know each unit counts."""
    known = {name: each.units for each in places(service) for name in (each.pick.name, _number(each.path)) if name}
    return max((units // known.get(part, 1) for part, units in booked), default=1) or 1


def _planned(booking: OpenBooking, service: Service, rule: Rule, paths: Sequence[Path]) -> Planned:
    assignments = tuple(
        Assignment(
            each.resource_id,
            each.works_from,
            each.works_until,
            each.starts_at,
            each.ends_at,
            each.units,
            path,
            each.part,
        )
        for each, path in zip(booking.resources, paths, strict=True)
    )
    asked = replace(_as_it_is(booking, service), rule=rule)
    return Planned(booking.number, asked, booking.starts_at, assignments, booking.area, stays=booking.locked)


def _as_it_is(booking: OpenBooking, service: Service) -> Service:
    """The service as long as the booking is; one of days is as long as its resources' days are."""
    return service if service.days else replace(service, duration=_minutes(booking), on_end=True)


def _minutes(booking: OpenBooking) -> int:
    return (booking.ends_at - booking.starts_at) // MINUTE


def _minutes_of(booking: OpenBooking, one: BookedResource) -> tuple[int, int]:
    """From when until when a resource works, in minutes after the booking's start."""
    return (one.works_from - booking.starts_at) // MINUTE, (one.works_until - booking.starts_at) // MINUTE


def _part(booking: OpenBooking, one: BookedResource) -> Part | None:
    """What a resource is needed for; None for all of it."""
    first, last = _minutes_of(booking, one)
    return None if (first, last) == (0, _minutes(booking)) else Part(first, last - first)


def _only(booking: OpenBooking, service: Service, one: BookedResource, name: str) -> Pick:
    """Nobody but one resource, for the time that it has; in a service of days it rests meanwhile."""
    part = _part(booking, one)
    if service.days:
        first, last = _minutes_of(booking, one)
        part = Part(first, last - first, rests=True)
    return Pick(resources=(one.resource_id,), units=one.units, part=part, name=name)


def _alike(booking: OpenBooking, one: BookedResource, place: Place) -> Pick:
    """One resource of those who can fill a place, under the name by which the booking knows it."""
    name = one.part or place.pick.name
    part = place.pick.part if place.days else _part(booking, one)
    return replace(place.pick, n=1, units=one.units, part=part, name=name, same_site=False)


def _filled(booking: OpenBooking, known: Sequence[Place], loaded: Loaded) -> list[Place | None]:
    """The place of the rule that each resource fills: the one that the booking names, else the first that it can fill
    and that is not full; None where there is none."""
    left = Counter({each.path: each.pick.n for each in known})
    able = {each.path: set(fitting(loaded, each, frozenset())) for each in known}
    found: list[Place | None] = [None] * len(booking.resources)

    def take(fits: Callable[[BookedResource, Place], bool]) -> None:
        for number, one in enumerate(booking.resources):
            if found[number] is not None or one.units < 1:
                continue
            for each in known:
                if left[each.path] and _as_long(booking, one, each) and fits(one, each):
                    left[each.path] -= 1
                    found[number] = each
                    break

    take(lambda one, each: bool(one.part) and one.part in (each.pick.name, _number(each.path)))
    take(lambda one, each: not one.part and one.resource_id in able[each.path])
    return found


def _as_long(booking: OpenBooking, one: BookedResource, place: Place) -> bool:
    first, last = _minutes_of(booking, one)
    if place.days:
        # when its days begin and end is for its own hours to say, so as many days as it touches have to do
        lasts = abs(first - place.start) < _HALF_DAY and place.end - 2 * _HALF_DAY < last <= place.end
    else:
        lasts = (first, last) == (place.start, place.end)
    return lasts and not one.units % place.units


def _number(path: Path) -> str:
    """How a place without a name is called in a booking (assistant.scheduling.booking.needs_of)."""
    return ".".join(str(step + 1) for step in path)


def _met(rule: Rule, filled: Counter[Path], path: Path = ()) -> bool:
    """Whether so many resources in each place meet the rule."""
    if isinstance(rule, Pick):
        return filled[path] == rule.n
    met = sum(_met(child, filled, (*path, number)) for number, child in enumerate(rule.children))
    return met >= (len(rule.children) if isinstance(rule, All) else rule.n)
