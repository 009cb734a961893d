"""What no route can hold, services of several resources among them, put into what a plan leaves free. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.repairing import taken
from assistant.scheduling.engine.rules import Slot
from assistant.scheduling.engine.search import find_slots
from assistant.scheduling.optimise.posing import Wanted


def beside(loaded: Loaded, placed: Mapping[int, Slot], wanted: Iterable[Wanted], now: datetime) -> dict[int, Slot]:
    """The best slot of each of these that still fits beside what is placed, by id: the more important first, and each
    beside those before it. `wanted` has those that are placed, too."""
    by_id = {each.id: each for each in wanted}
    for number, slot in placed.items():
        loaded = _with(loaded, by_id[number], slot)
    found: dict[int, Slot] = {}
    rest = (each for each in by_id.values() if each.id not in placed)
    for each in sorted(rest, key=lambda one: (one.priority, one.id)):
        best = find_slots(loaded, replace(each.request, limit=1), now)
        if best:
            found[each.id] = best[0]
            loaded = _with(loaded, each, best[0])
    return found


def _with(loaded: Loaded, wanted: Wanted, slot: Slot) -> Loaded:
    return loaded.replacing(*taken(loaded.world, slot, "", wanted.request.area))
