"""Slots of a service: when it can be done and by whom. Pure.

Stretches of the window are looked at one after the other, the first ones short: the first slot is found before the rest
is worked out. In each stretch sets of minutes say when every node of the rule could be met, were each resource in it
alone; where places cannot compete for resources that is the answer, else each of these starts is looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice

from assistant.scheduling.engine.candidates import Path, Place, candidates, places
from assistant.scheduling.engine.free import FreeStarts, at_least
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Minutes, each_of
from assistant.scheduling.engine.placing import Placed, Placing
from assistant.scheduling.engine.ranking import Ranking
from assistant.scheduling.engine.rules import Order, Pick, Request, Rule, Slot, Some

_FIRST_STRETCH = 24 * 60  # minutes; each stretch is twice as long as the one before
_LONGEST_STRETCH = 32 * 24 * 60


def find_slots(loaded: Loaded, request: Request, now: datetime) -> list[Slot]:
    """The slots that are wanted, in the order that is wanted."""
    found = slots_in_time(loaded, request, now)
    if request.order is Order.EARLIEST:
        return list(islice(found, request.limit))
    return sorted(found, key=lambda slot: (slot.score, slot.start))[: request.limit]


def first_slot(loaded: Loaded, request: Request, now: datetime) -> Slot | None:
    """The earliest slot, without working out the others."""
    return next(slots_in_time(loaded, request, now), None)


def slots_in_time(loaded: Loaded, request: Request, now: datetime) -> Iterator[Slot]:
    """All slots by time, one for each start of the grid at which the rule can be met."""
    search = Search(loaded, request, now)
    ranking = Ranking(loaded, request, search.candidates)
    for start, placed in search.filled():
        yield ranking.slot(start, placed)


class Search:
    """Who could do it when, for one request."""

    def __init__(self, loaded: Loaded, request: Request, now: datetime) -> None:
        self.rule = request.service.rule
        self.places = places(request.service, request.units)
        self.candidates = {each.path: candidates(loaded, each, request) for each in self.places}
        first = (self.candidates[each.path] for each in self.places if each.days and not each.start)
        self.free = FreeStarts(loaded, request, now, frozenset().union(*first))
        self.sites = {each.id: each.site_id for each in loaded.world.resources.values()}
        self.placing = Placing(self.rule, self.places, self.candidates, self.sites)
        #: Whether who fills one place can bear on who fills another.
        self.competes = _competes(self.rule, self.places, self.candidates)

    def filled(self) -> Iterator[tuple[int, Placed]]:
        """Each start, a minute of the span, at which the rule can be met, with who fills its places."""
        start, length = self.free.first, _FIRST_STRETCH
        while start < self.free.until:
            until = min(start + length, self.free.until)
            yield from self._stretch(start, until)
            start, length = until, min(2 * length, _LONGEST_STRETCH)

    def at(self, start: int) -> Placed | None:
        """Who fills the places of the rule at one minute, whether or not that is on the grid."""
        return next((placed for _, placed in _Stretch(self, start, start + 1, 1).each()), None)

    def _stretch(self, start: int, until: int) -> Iterator[tuple[int, Placed]]:
        if not (grid := self.free.grid(start, until)):
            return
        stretch = _Stretch(self, start, until, grid)
        for minute, placed in stretch.each() if self.competes else stretch.at_once():
            yield start + minute, placed


class _Stretch:
    """The starts from a minute of the span until before another; `grid` says which are asked for."""

    def __init__(self, search: Search, start: int, until: int, grid: Minutes) -> None:
        self._search = search
        self._width = (until - start + 8) // 8
        self._masks = {
            place.path: {
                each: mask
                for each in search.candidates[place.path]
                if (mask := search.free.of(each, place, start, until) & grid)
            }
            for place in search.places
        }
        self._grid = grid
        self._met: dict[Path, Minutes] = {}
        self._at_site: dict[tuple[Path, int], Minutes] = {}
        self._possible = self._could(search.rule, (), None)

    def at_once(self) -> Iterator[tuple[int, Placed]]:
        """Every start with who fills the places, where no two places want the same resource at one time."""
        chosen: dict[int, list[tuple[Place, int]]] = {start: [] for start in each_of(self._possible)}
        for place in self._search.places:
            n = place.pick.n
            levels = [self._possible] + [0] * n
            for each, mask in self._masks[place.path].items():
                for number in range(n, 0, -1):
                    if taken := levels[number - 1] & mask & ~levels[number]:
                        levels[number] |= taken
                        for start in each_of(taken):
                            chosen[start].append((place, each))
                if levels[n] == self._possible:
                    break
        return ((start, tuple(placed)) for start, placed in chosen.items())

    def each(self) -> Iterator[tuple[int, Placed]]:
        """Every start with who fills the places, looked at one by one."""
        masks = {path: {each: self._bytes(mask) for each, mask in held.items()} for path, held in self._masks.items()}
        met = {path: self._bytes(mask) for path, mask in self._met.items()}
        at_site = {key: self._bytes(mask) for key, mask in self._at_site.items()}
        nothing, always = bytes(self._width), self._bytes(self._grid)

        def fill(byte: int, bit: int) -> Placed | None:
            return self._search.placing.fill(
                lambda path, each: bool(masks[path].get(each, nothing)[byte] & bit),
                lambda path: bool(met.get(path, always)[byte] & bit),
                lambda path, site: bool(at_site[path, site][byte] & bit),
            )

        for start in each_of(self._possible):
            if (placed := fill(start >> 3, 1 << (start & 7))) is not None:
                yield start, placed

    def _could(self, rule: Rule, path: Path, site: int | None) -> Minutes:
        """When a node could be met, were its places not to compete; of resources at one site where it is given."""
        if rule.same_site and site is None:
            found = 0
            for each in self._sites_below(path):
                found |= self._could(rule, path, each)
            self._met[path] = found
            return found
        if isinstance(rule, Pick):
            sites = self._search.sites
            held = self._masks[path].items()
            found = at_least(rule.n, (mask for each, mask in held if site is None or sites[each] == site), self._grid)
        else:
            below = (self._could(child, (*path, number), site) for number, child in enumerate(rule.children))
            found = at_least(rule.n if isinstance(rule, Some) else len(rule.children), below, self._grid)
        if site is None:
            self._met[path] = found
        else:
            self._at_site[path, site] = found
        return found

    def _sites_below(self, path: Path) -> set[int]:
        below = (held for each, held in self._masks.items() if each[: len(path)] == path)
        sites = {self._search.sites[each] for held in below for each in held}
        return {each for each in sites if each is not None}

    def _bytes(self, minutes: Minutes) -> bytes:
        return minutes.to_bytes(self._width, "little")


def _competes(rule: Rule, found: tuple[Place, ...], who: Mapping[Path, tuple[int, ...]]) -> bool:
    """Whether a choice in one place can bear on another: one resource in both, one site, or a part instead."""
    return _chooses(rule) or any(
        one.overlaps(other) and not set(who[one.path]).isdisjoint(who[other.path])
        for number, one in enumerate(found)
        for other in found[:number]
    )


def _chooses(rule: Rule) -> bool:
    if rule.same_site or isinstance(rule, Some):
        return True
    return not isinstance(rule, Pick) and any(map(_chooses, rule.children))
