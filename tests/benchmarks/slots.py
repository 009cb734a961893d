"""Finding slots, timed against its limits, and beside the same search over sorted intervals.

    python -m tests.benchmarks.slots [--runs 5] [--seed 0]

The first world has 50 resources, 30 days and a service of 45 minutes every quarter of an hour, with 9,000 and with
54,000 bookings; the second 500 resources, 90 days, travel, and a rule of depth 3 with a choice and one site. Each run
begins with a world that was loaded anew; the fastest is told, in processor time, because that is all the work, whatever
else the machine does. Loading, which makes the sets of minutes, is told apart. Ends with 1 when a limit is missed or
the intervals find other slots.
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from time import process_time
from typing import TypeVar

from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.minutes import each_of, stretches_of
from assistant.scheduling.engine.model import Booked, Group, Pattern, Resource, ResourceKind, Site, WorkHours
from assistant.scheduling.engine.rules import All, Grid, Pick, Request, Service, Some
from assistant.scheduling.engine.search import Search, find_slots, first_slot
from assistant.scheduling.engine.travel import Travel
from store.sla.hours import Hours

ALL_LIMIT = 0.05  # seconds for all slots of 50 resources in 30 days
FIRST_LIMIT, TREE_LIMIT = 0.1, 2.0  # for the first slot and all of them, of 500 resources in 90 days

START = datetime(2026, 10, 5, tzinfo=UTC)  # the clocks change within the window
_ZONE = "Europe/Vienna"
_MINUTE = timedelta(minutes=1)
_AREAS = ("north", "south", "east", "west", "centre", "airport")

T = TypeVar("T")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    missed = 0
    for bookings in (9_000, 54_000):
        missed |= plain(bookings, options.runs, random.Random(options.seed))
    return missed | tree(options.runs, random.Random(options.seed))


def plain(bookings: int, runs: int, rng: random.Random) -> int:
    """One of 50 resources, over 30 days."""
    days, resources = 30, 50
    each = bookings // resources
    hours = _work_hours(((8, 12), (12, 18)))
    world = World(
        {
            number: Resource(number, f"R{number}", hours=hours, bookings=_bookings(rng, each, days))
            for number in range(resources)
        }
    )
    service = Service(1, "check", 45, Pick(), Grid(15, 0, _ZONE))
    request = Request(service, START, START + timedelta(days=days))
    span = span_for([service], request.start, request.end, world.travel)
    loading, _ = _fastest(runs, lambda: Loaded(world, span).prepared())
    took, slots = _timed(runs, world, request, lambda fresh: find_slots(fresh, request, START))
    print(f"{resources} resources, {days} days, {resources * each:,} bookings: loaded in {loading * 1e3:.1f} ms")
    ratio = took / ALL_LIMIT
    print(f"  all {len(slots):,} slots: {took * 1e3:.1f} ms, {ratio:.2f} x the limit of {ALL_LIMIT * 1e3:.0f} ms")
    return int(took > ALL_LIMIT) | int(not _compared(runs, world, request, 1))


def tree(runs: int, rng: random.Random) -> int:
    """A person, and a van or an instrument with a room, all at one site: of 500 resources, over 90 days."""
    days, resources = 90, 500
    hours = [_work_hours(shift) for shift in (((8, 12), (13, 17)), ((6, 14),), ((14, 22),))]
    kinds = tuple(ResourceKind)
    world = World(
        {
            number: Resource(
                number,
                f"R{number}",
                kinds[number % 3],
                site_id=number % 7 + 1,
                area=rng.choice(_AREAS),
                skills={skill: rng.randrange(1, 5) for skill in ("weld", "lift", "cool") if rng.random() < 0.5},
                hours=hours[number % 3 if number % 5 else 0],
                bookings=_bookings(rng, 3 * days, days),
            )
            for number in range(resources)
        },
        {1: Group(1, "vans", tuple(range(1, resources, 3))), 2: Group(2, "all vans", (), (1,))},
        {number: Site(number, f"S{number}", _ZONE) for number in range(1, 8)},
        Travel({(one, other): rng.randrange(5, 60) for one in _AREAS for other in _AREAS if one < other}, 30),
    )
    rule = All(
        (
            Pick(2, skills={"weld": 2}, kinds=frozenset({ResourceKind.PERSON})),
            Some(
                1,
                (
                    Pick(groups=(2,), skills={"cool": 2}),
                    All((Pick(skills={"lift": 3}), Pick(kinds=frozenset({ResourceKind.FACILITY})))),
                ),
            ),
        ),
        same_site=True,
    )
    service = Service(1, "overhaul", 90, rule, Grid(15, 0, _ZONE), before=10, after=10, notice=60)
    request = Request(service, START, START + timedelta(days=days), area="north")
    span = span_for([service], request.start, request.end, world.travel)
    loading, _ = _fastest(1, lambda: Loaded(world, span).prepared())
    first, _ = _timed(runs, world, request, lambda fresh: first_slot(fresh, request, START))
    took, slots = _timed(min(2, runs), world, request, lambda fresh: find_slots(fresh, request, START))
    print(f"{resources} resources, {days} days, a rule of depth 3: loaded in {loading * 1e3:.0f} ms")
    print(
        f"  the first slot: {first * 1e3:.1f} ms, {first / FIRST_LIMIT:.2f} x the limit of {FIRST_LIMIT * 1e3:.0f} ms"
    )
    print(f"  all {len(slots):,} slots: {took:.2f} s, {took / TREE_LIMIT:.2f} x the limit of {TREE_LIMIT:.0f} s")
    two = Request(Service(2, "lift", 90, Pick(2), service.grid), request.start, request.end, area="north")
    same = _compared(min(2, runs), world, two, 2)
    return int(first > FIRST_LIMIT) | int(took > TREE_LIMIT) | int(not same)


class _Intervals:
    """The same answer from sorted intervals: lists of from and to of what is free for the request."""

    def __init__(self, search: Search) -> None:
        loaded, request = search.free.loaded, search.free.request
        self._search, self._place = search, search.places[0]
        self._free = {}
        for each in search.candidates[self._place.path]:
            resource = loaded.world.resources[each]
            between = loaded.world.travel.between
            jobs = []
            for start, end, booked in loaded.jobs(each):
                here, there = request.area or resource.area, booked.area or resource.area
                to, back = (between(here, there), between(there, here)) if resource.travels else (0, 0)
                jobs.append((start - to, end + back))
            self._free[each] = _without(list(stretches_of(loaded.open(each))), sorted(jobs))

    def chosen(self) -> list[tuple[int, tuple[int, ...]]]:
        """Every start of the grid from which enough are free long enough, and who are the first of them."""
        free, long, n = self._search.free, self._place.end, self._place.pick.n
        grid = [start + free.first for start in each_of(free.grid(free.first, free.until))]
        found: dict[int, list[int]] = {start: [] for start in grid}
        for each, stretches in self._free.items():
            for begin, end in stretches:
                if end - begin >= long:
                    for start in grid[bisect_left(grid, begin) : bisect_right(grid, end - long)]:
                        if len(found[start]) < n:
                            found[start].append(each)
        return [(start, tuple(who)) for start, who in found.items() if len(who) == n]


def _without(stretches: list[tuple[int, int]], taken: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The stretches without what is taken, both in order."""
    found = []
    number = 0
    for begin, end in stretches:
        at = begin
        while number < len(taken) and taken[number][0] < end:
            start, stop = taken[number]
            if start > at:
                found.append((at, start))
            at = max(at, stop)
            if stop > end:
                break
            number += 1
        if at < end:
            found.append((at, end))
    return found


def _compared(runs: int, world: World, request: Request, n: int) -> bool:
    """Who is free when, by sets of minutes and by sorted intervals; whether both say the same."""
    bits, found = _timed(runs, world, request, lambda fresh: _chosen(Search(fresh, request, START)))
    span = span_for([request.service], request.start, request.end, world.travel)
    loaded = Loaded(world, span).prepared()
    spent, other = _fastest(runs, lambda: _Intervals(Search(loaded, request, START)).chosen())
    ready = _Intervals(Search(loaded, request, START))
    walked, _ = _fastest(runs, ready.chosen)
    print(
        f"  who are the first {n} free when: sets of minutes {bits * 1e3:.1f} ms, sorted intervals {spent * 1e3:.1f},"
        f" {spent / bits:.1f} x as long\n    ({walked * 1e3:.1f} ms of them once what is free is known)"
    )
    if found != other:
        print("  the intervals find other slots")
    return found == other


def _chosen(search: Search) -> list[tuple[int, tuple[int, ...]]]:
    return [(start, tuple(each for _, each in placed)) for start, placed in search.filled()]


def _timed(runs: int, world: World, request: Request, ask: Callable[[Loaded], T]) -> tuple[float, T]:
    """The fastest of so many runs, each in a world that was loaded anew, and its answer."""
    span = span_for([request.service], request.start, request.end, world.travel)
    return min((_once(Loaded(world, span).prepared(), ask) for _ in range(runs)), key=lambda run: run[0])


def _once(loaded: Loaded, ask: Callable[[Loaded], T]) -> tuple[float, T]:
    started = process_time()
    found = ask(loaded)
    return process_time() - started, found


def _fastest(runs: int, make: Callable[[], T]) -> tuple[float, T]:
    timed = []
    for _ in range(runs):
        started = process_time()
        made = make()
        timed.append((process_time() - started, made))
    return min(timed, key=lambda run: run[0])


def _work_hours(shift: tuple[tuple[int, int], ...]) -> WorkHours:
    day = tuple(Hours(time(start), time(end)) for start, end in shift)
    return WorkHours(_ZONE, (Pattern(date(2026, 1, 1), (day,) * 7),))


def _bookings(rng: random.Random, count: int, days: int) -> list[Booked]:
    """So many quarters of an hour of a resource's days, from 6:00 to 16:00 UTC, none twice."""
    quarters = sorted(rng.sample(range(days * 40), count))
    return [
        Booked(
            at := START + timedelta(days=number // 40, hours=6, minutes=number % 40 * 15),
            at + 15 * _MINUTE,
            1,
            f"BKG-{number}",
            rng.choice(_AREAS),
        )
        for number in quarters
    ]


if __name__ == "__main__":
    sys.exit(main())
