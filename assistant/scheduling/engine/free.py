"""When a resource can begin: the starts of a service at which it works and is not occupied, as a set. Pure.

A stretch of starts is looked at on its own, so that the first slots are there before the last ones are worked out. Bit
m of every answer is the start m minutes after the stretch begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from assistant.scheduling.engine.candidates import Place
from assistant.scheduling.engine.loaded import Loaded, margins
from assistant.scheduling.engine.minutes import MINUTE, Minutes, lasting
from assistant.scheduling.engine.resting import free_from, mornings, openings, starts_in
from assistant.scheduling.engine.rules import Request
from assistant.scheduling.engine.walls import starts


class FreeStarts:
    """What stands against each resource for one request; `beginning` are those with whose days a service of days may
    begin. Raises ValueError where too little of the time is loaded."""

    def __init__(self, loaded: Loaded, request: Request, now: datetime, beginning: Collection[int] = ()) -> None:
        self.loaded = loaded
        self.request = request
        service, span = request.service, loaded.span
        self.first = max(span.ceil(request.start), span.ceil(now + service.notice * MINUTE))
        self.until = span.floor(request.end) - service.window + 1
        before, after = margins(service)
        if span.ceil(request.start) < before or span.floor(request.end) + after > span.length:
            raise ValueError("too little time is loaded for this request")
        self._grid = starts(service.grid, span)
        if beginning:
            self._grid &= mornings(loaded, beginning, self._grid)

    def grid(self, start: int, until: int) -> Minutes:
        """The starts that the service's grid has in the stretch."""
        return self._grid >> start & ((1 << (until - start)) - 1)

    def of(self, resource_id: int, place: Place, start: int, until: int) -> Minutes:
        """The starts of the stretch, on the grid or not, at which the resource can fill the place."""
        if place.days:
            return self._of_days(resource_id, place, start, until)
        base = start + min(0, place.first)
        end = until + place.last
        whole = (1 << (end - base)) - 1
        works = self.loaded.open(resource_id) >> base & whole
        if not works:
            return 0
        free = whole & ~self.blocked(resource_id, place.units, base, end)
        begins = lasting(works, place.end - place.start) >> (start + place.start - base)
        begins &= lasting(free, place.last - place.first) >> (start + place.first - base)
        return begins & ((1 << (until - start)) - 1)

    def _of_days(self, resource_id: int, place: Place, start: int, until: int) -> Minutes:
        found = list(openings(self.loaded.days(resource_id), place, start, until))
        if not found:
            return 0
        base = max(0, start - place.before)
        blocked = self.blocked(resource_id, place.units, base, max(each.end for each in found) + place.after)
        away = self.loaded.away(resource_id)
        free = []
        for each in found:
            first = free_from(each, blocked, base, place.before, place.after)
            free.append((max(first, free_from(each, away, 0)), each.last))
        return starts_in(free, start)

    def blocked(self, resource_id: int, units: int, start: int, until: int) -> Minutes:
        """The minutes of a stretch in which it cannot be occupied by so many units more."""
        loaded = self.loaded
        found = loaded.held(resource_id, self.request.area, units, start, until)
        if busy := loaded.busy(resource_id) | loaded.unknown(resource_id):
            found |= busy >> start
        return found


def at_least(n: int, sets: Iterable[Minutes], whole: Minutes) -> Minutes:
    """The minutes of `whole` that are in `n` or more of the sets."""
    levels = [whole] + [0] * n
    for each in sets:
        for number in range(n, 0, -1):
            levels[number] |= levels[number - 1] & each
    return levels[n]
