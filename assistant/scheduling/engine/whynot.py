"""Why a resource is not offered: at one start, or in how much of the window. Pure.

Looked at is the first place of the rule that the resource could ever fill; where there is none, the one for which it
lacks least. Whoever is free for any place has no reason of its own: then the rule cannot be met beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from assistant.scheduling.engine.candidates import Kind, Path, Place, hindrance, listed
from assistant.scheduling.engine.free import FreeStarts
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Minutes, lasting, moved
from assistant.scheduling.engine.model import Booked, Busy, Resource, TimeOff
from assistant.scheduling.engine.placing import Placed
from assistant.scheduling.engine.reasons import Telling, shares_told
from assistant.scheduling.engine.resting import free_from, openings, starts_in, stays
from assistant.scheduling.engine.rules import All, Pick, Request, Rule, Some
from assistant.scheduling.engine.search import Search


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason, in words. `share` is the part of the window's starts that it takes, each start counted for its first
    reason; `items` the very bookings, appointments or time off of one start."""

    kind: Kind
    words: str
    share: float = 1.0
    items: tuple[Busy | Booked | TimeOff, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a resource is not offered; without reasons it could be chosen, of the window's starts at `offered`."""

    resource_id: int
    reasons: tuple[Reason, ...]
    offered: float = 0.0


class Explaining:
    """Says of each resource why it is not offered for one request."""

    def __init__(self, loaded: Loaded, request: Request, now: datetime) -> None:
        self._loaded, self._request, self._now = loaded, request, now
        self._search = Search(loaded, request, now)
        self._free: FreeStarts = self._search.free
        span = loaded.span
        self._start, self._until = span.ceil(request.start), max(self._free.until, span.ceil(request.start))
        self._telling = Telling(loaded, request)
        self._filled: dict[int, Placed | None] = {}

    def everybody(self) -> list[WhyNot]:
        """All resources in the window, in the order of their names."""
        by_name = sorted(self._loaded.world.resources.values(), key=lambda each: (each.name, each.id))
        return [self.window(each.id) for each in by_name]

    def window(self, resource_id: int) -> WhyNot:
        """One resource in all of the window."""
        resource = self._loaded.world.resources[resource_id]
        place, never = self._place(resource)
        if never is not None:
            return WhyNot(resource_id, (Reason(never, self._telling.never(resource, place, never)),))
        grid = self._free.grid(self._start, self._until)
        total = grid.bit_count()
        if not total:
            return WhyNot(resource_id, (Reason(Kind.NOTICE, "the service has no start in this time"),))
        taken: list[tuple[Kind, int]] = []
        left = grid & ~self._own(resource)
        rest = grid & ~left
        for kind, minutes in self._against(resource, place, self._start, self._until):
            if now := left & minutes:
                taken.append((kind, now.bit_count()))
                left &= ~now
        for kind, minutes in ((Kind.SITE, self._relaxed & ~self._met), (Kind.OTHERS, ~self._relaxed)):
            if now := rest & minutes:
                taken.append((kind, now.bit_count()))
                rest &= ~now
        reasons = (Reason(kind, shares_told(kind, resource, count / total), count / total) for kind, count in taken)
        return WhyNot(resource_id, tuple(reasons), rest.bit_count() / total)

    def at(self, resource_id: int, start: datetime) -> WhyNot:
        """One resource at one start, on the grid or not: every reason there is, with what stands in the way."""
        resource = self._loaded.world.resources[resource_id]
        place, never = self._place(resource)
        if never is not None:
            return WhyNot(resource_id, (Reason(never, self._telling.never(resource, place, never)),))
        at = self._loaded.span.ceil(start)
        free = [each for each in self._fits(resource) if self._free.of(resource_id, each, at, at + 1)]
        if not free or at < self._free.first:
            return WhyNot(resource_id, self._told(resource, place, at))
        if self._chosen(resource_id, free, at):
            return WhyNot(resource_id, (), 1.0)
        rule = self._request.service.rule
        relaxed = any(self._can(_anywhere(_forced(rule, each.path, resource_id)), at) for each in free)
        kind = Kind.SITE if relaxed else Kind.OTHERS
        return WhyNot(resource_id, (Reason(kind, shares_told(kind, resource, 1.0)),))

    def in_place(self, resource_id: int, path: Path, start: datetime) -> tuple[Reason, ...]:
        """Every reason why one resource cannot fill one place of the rule at a start; none where it can."""
        resource = self._loaded.world.resources[resource_id]
        place = next(each for each in self._search.places if each.path == path)
        never = hindrance(resource, place, listed(self._loaded, place.pick), self._request.excluded)
        if never is not None:
            return (Reason(never, self._telling.never(resource, place, never)),)
        return self._told(resource, place, self._loaded.span.ceil(start))

    def _told(self, resource: Resource, place: Place, at: int) -> tuple[Reason, ...]:
        against = (kind for kind, hit in self._against(resource, place, at, at + 1) if hit)
        told = ((kind, *self._telling.at(resource, place, kind, at)) for kind in against)
        return tuple(Reason(kind, words, 1.0, items) for kind, words, items in told)

    def _place(self, resource: Resource) -> tuple[Place, Kind | None]:
        """The place looked at, and why the resource can never fill it."""
        kinds = list(Kind)
        best: tuple[Place, Kind] | None = None
        for place in self._search.places:
            never = hindrance(resource, place, listed(self._loaded, place.pick), self._request.excluded)
            if never is None:
                return place, None
            if best is None or kinds.index(never) > kinds.index(best[1]):
                best = place, never
        if best is None:
            raise ValueError("the rule has no place")
        return best

    def _fits(self, resource: Resource) -> Iterator[Place]:
        return (each for each in self._search.places if resource.id in self._search.candidates[each.path])

    def _own(self, resource: Resource) -> Minutes:
        """The starts of the window at which the resource is free for some place, in time to be told."""
        found = 0
        for place in self._fits(resource):
            found |= self._free.of(resource.id, place, self._start, self._until)
        soon = max(0, self._free.first - self._start)
        return found >> soon << soon

    def _against(self, resource: Resource, place: Place, start: int, until: int) -> Iterator[tuple[Kind, Minutes]]:
        """The starts of a stretch that each kind of reason takes, in the order of the kinds."""
        if place.days:
            yield from self._against_days(resource, place, start, until)
            return
        loaded, long = self._loaded, until - start
        base, end = start + min(0, place.first), until + place.last
        whole = (1 << (end - base)) - 1

        def hit(minutes: Minutes, first: int, last: int) -> Minutes:
            """The starts that have any of the minutes (of the stretch from `base`) between two distances."""
            free = lasting(whole & ~minutes, last - first) >> (start + first - base)
            return ~free & ((1 << long) - 1)

        yield Kind.NOTICE, self._soon(start, until)
        if place.rests:
            worked, opened = (self._rested(resource, place, start, until, closures=each) for each in (False, True))
            yield Kind.OUTSIDE_HOURS, ~worked & ((1 << long) - 1)
            yield Kind.CLOSED, worked & ~opened
        else:
            worked = loaded.worked(resource.id) >> base & whole
            yield Kind.OUTSIDE_HOURS, hit(whole & ~worked, place.start, place.end)
            yield Kind.CLOSED, hit(moved(loaded.closed(resource.id), -base), place.start, place.end)
        yield Kind.OFF, hit(moved(loaded.away(resource.id), -base), place.start, place.end)
        yield Kind.UNKNOWN_CALENDAR, hit(moved(loaded.unknown(resource.id), -base), place.first, place.last)
        yield Kind.BUSY, hit(moved(loaded.busy(resource.id), -base), place.first, place.last)
        booked = loaded.held(resource.id, None, place.units, base, end)
        taken = Kind.BOOKED if place.units >= resource.capacity else Kind.CAPACITY
        yield taken, hit(booked, place.first, place.last)
        held = loaded.held(resource.id, self._request.area, place.units, base, end)
        yield Kind.TRAVEL, hit(held, place.first, place.last) & ~hit(booked, place.first, place.last)

    def _against_days(self, resource: Resource, place: Place, start: int, until: int) -> Iterator[tuple[Kind, Minutes]]:
        """The same for a place of days; what occupies the resource is only told where its hours would do."""
        loaded, whole = self._loaded, (1 << (until - start)) - 1
        days = loaded.days(resource.id)
        in_hours = starts_in((each[:2] for each in openings(days, place, start, until, closures=False)), start)
        found = list(openings(days, place, start, until))
        opened = starts_in((each[:2] for each in found), start)
        yield Kind.NOTICE, self._soon(start, until)
        yield Kind.OUTSIDE_HOURS, whole & ~in_hours
        yield Kind.CLOSED, in_hours & ~opened
        if not found:
            return

        def hit(minutes: Minutes, base: int = 0, around: tuple[int, int] = (place.before, place.after)) -> Minutes:
            return starts_in(((each.first, free_from(each, minutes, base, *around)) for each in found), start)

        yield Kind.OFF, hit(loaded.away(resource.id), 0, (0, 0))
        yield Kind.UNKNOWN_CALENDAR, hit(loaded.unknown(resource.id))
        yield Kind.BUSY, hit(loaded.busy(resource.id))
        base, end = max(0, start - place.before), max(each.end for each in found) + place.after
        taken = hit(loaded.held(resource.id, None, place.units, base, end), base)
        yield Kind.BOOKED if place.units >= resource.capacity else Kind.CAPACITY, taken
        yield Kind.TRAVEL, hit(loaded.held(resource.id, self._request.area, place.units, base, end), base) & ~taken

    def _soon(self, start: int, until: int) -> Minutes:
        """The starts of a stretch that come before the notice is over."""
        return (1 << min(until - start, max(0, self._free.first - start))) - 1

    def _rested(self, resource: Resource, place: Place, start: int, until: int, *, closures: bool) -> Minutes:
        """The starts of a stretch from which a resource works that rests in between."""
        days = self._loaded.days(resource.id)
        begun = (at for at in range(start, until) if stays(days, at + place.start, at + place.end, closures=closures))
        return sum(1 << (at - start) for at in begun)

    def _chosen(self, resource_id: int, free: list[Place], at: int) -> bool:
        """Whether the rule can be met at one minute with the resource in a place for which it is free."""
        if at not in self._filled:
            self._filled[at] = self._search.at(at)
        placed = self._filled[at]
        if placed is None:
            return False
        if not self._search.competes or any(each == resource_id for _, each in placed):
            return True
        rule = self._request.service.rule
        return any(self._can(_forced(rule, each.path, resource_id), at) for each in free)

    def _can(self, rule: Rule, at: int) -> bool:
        """Whether a rule can be met at one minute."""
        service = replace(self._request.service, rule=rule)
        return Search(self._loaded, replace(self._request, service=service), self._now).at(at) is not None

    @cached_property
    def _met(self) -> Minutes:
        """The starts of the window at which the rule can be met by anybody."""
        return self._starts(self._search)

    @cached_property
    def _relaxed(self) -> Minutes:
        """The same, wherever the resources are."""
        rule = self._request.service.rule
        if (relaxed := _anywhere(rule)) == rule:
            return self._met
        service = replace(self._request.service, rule=relaxed)
        return self._starts(Search(self._loaded, replace(self._request, service=service), self._now))

    def _starts(self, search: Search) -> Minutes:
        found = bytearray((self._until - self._start >> 3) + 1)
        for start, _ in search.filled():
            found[start - self._start >> 3] |= 1 << (start - self._start & 7)
        return int.from_bytes(found, "little")


def _forced(rule: Rule, path: tuple[int, ...], resource_id: int) -> Rule:
    """The rule with one resource chosen for the Pick at the end of the way, and that among the parts chosen."""
    if isinstance(rule, Pick):
        one = replace(rule, n=1, resources=(resource_id,), groups=())
        rest = replace(rule, n=rule.n - 1, excluded=rule.excluded | {resource_id})
        return All((one, rest) if rule.n > 1 else (one,), rule.same_site)
    number = path[0]
    child = _forced(rule.children[number], path[1:], resource_id)
    others = (*rule.children[:number], *rule.children[number + 1 :])
    if isinstance(rule, All):
        return All((child, *others), rule.same_site)
    return All((child, Some(rule.n - 1, others)) if rule.n > 1 else (child,), rule.same_site)


def _anywhere(rule: Rule) -> Rule:
    """The rule without its sites."""
    if isinstance(rule, Pick):
        return replace(rule, same_site=False)
    return replace(rule, same_site=False, children=tuple(map(_anywhere, rule.children)))
