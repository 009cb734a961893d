"""When a resource can begin: the starts of a service at which it works and is not occupied, as a set. Pure.

A stretch of starts is looked at on its own, so that the first slots are there before the last ones are worked out. Bit
m of every answer is the start m minutes after the stretch begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from assistant.scheduling.candidates import Place
from assistant.scheduling.loaded import Loaded
from assistant.scheduling.minutes import MINUTE, Minutes, lasting
from assistant.scheduling.rules import Request
from assistant.scheduling.walls import starts


class FreeStarts:
    """What stands against each resource for one request. Raises ValueError where too little of the time is loaded."""

    def __init__(self, loaded: Loaded, request: Request, now: datetime) -> None:
        self.loaded = loaded
        self.request = request
        service, span = request.service, loaded.span
        self.first = max(span.ceil(request.start), span.ceil(now + service.notice * MINUTE))
        self.until = span.floor(request.end) - service.duration + 1
        if span.ceil(request.start) < service.before or span.floor(request.end) + service.after > span.length:
            raise ValueError("too little time is loaded for this request")
        self._grid = starts(service.grid, span)

    def grid(self, start: int, until: int) -> Minutes:
        """The starts that the service's grid has in the stretch."""
        return self._grid >> start & ((1 << (until - start)) - 1)

    def of(self, resource_id: int, place: Place, start: int, until: int) -> Minutes:
        """The starts of the stretch, on the grid or not, at which the resource can fill the place."""
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
