"""What is wanted of a loaded world as a problem of routes, and a plan of these as slots again. Pure.

A resource's work of one day, breaks included, is a shift; what its calendar holds is closed, bookings are fixed. Only
services that one resource does from beginning to end in one go can be posed. A plan keeps to more than slots have to:
ways lie within shifts and out of breaks. So every slot that it gives can be booked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from assistant.scheduling.engine.candidates import Place, fitting, places
from assistant.scheduling.engine.free import FreeStarts
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import MINUTE, each_of, stretches_of
from assistant.scheduling.engine.rules import All, Assignment, Pick, Request, Rule, Slot
from assistant.scheduling.optimise.model import Fixed, Plan, Problem, Shift, Stretch, Task

_SAME_DAY = 5 * 60  # minutes between two stretches of work, from which on they are two shifts


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that is to be placed. The lower the `priority`, the more it matters."""

    id: int
    request: Request
    priority: int = 1


@dataclass(frozen=True, slots=True)
class Posed:
    """The problem, what is wanted in it by id, and of what cannot be posed the reason."""

    problem: Problem
    wanted: dict[int, Wanted]
    left_out: dict[int, str]


def pose(loaded: Loaded, wanted: Sequence[Wanted], now: datetime) -> Posed:
    """The problem of placing these from now on."""
    tasks: list[Task] = []
    left_out: dict[int, str] = {}
    for each in wanted:
        if each.request.service.days:
            left_out[each.id] = "it takes days"
        elif (place := _only_place(each.request)) is None:
            left_out[each.id] = "more than one resource is needed, or only for a part"
        elif not (who := _travellers(loaded, fitting(loaded, place, each.request.excluded))):
            left_out[each.id] = "nobody who travels can do it"
        elif not (area := each.request.area or _home(loaded, who)) and loaded.world.travel.longest:
            left_out[each.id] = "nobody knows where it is to be done"
        else:
            tasks.append(_task(loaded, each, place, who, area, now))
    able = frozenset().union(*(each.resources for each in tasks))
    shifts = [shift for each in sorted(able) for shift in _shifts(loaded, each)]
    return Posed(Problem(tasks, shifts, loaded.world.travel), {each.id: each for each in wanted}, left_out)


def slots_of(loaded: Loaded, posed: Posed, plan: Plan) -> dict[int, Slot]:
    """The slot of each request that the plan places, by its id."""
    return {
        stop.task_id: _slot(loaded, posed.wanted[stop.task_id], posed.problem.shifts[stop.shift], stop.start)
        for stop in plan.stops
    }


def _only_place(request: Request) -> Place | None:
    rule: Rule = request.service.rule
    while not isinstance(rule, Pick) and len(rule.children) == 1 and (isinstance(rule, All) or rule.n == 1):
        rule = rule.children[0]
    if not isinstance(rule, Pick) or rule.n != 1 or rule.part is not None:
        return None
    return places(request.service, request.units)[0]


def _home(loaded: Loaded, resource_ids: Collection[int]) -> str:
    """Where all of these are at home; '' where that is not one place."""
    homes = {loaded.world.resources[each].area for each in resource_ids}
    return homes.pop() if len(homes) == 1 else ""


def _travellers(loaded: Loaded, resource_ids: Sequence[int]) -> frozenset[int]:
    return frozenset(each for each in resource_ids if loaded.world.resources[each].travels)


def _task(loaded: Loaded, wanted: Wanted, place: Place, who: frozenset[int], area: str, now: datetime) -> Task:
    request = wanted.request
    service = request.service
    free = FreeStarts(loaded, request, now)
    grid = free.grid(free.first, max(free.first, free.until))
    starts = [free.first + each + place.first for each in each_of(grid)]
    windows = tuple(_windows(starts, place.last - place.first, service.grid.minutes))
    return Task(wanted.id, place.last - place.first, windows, area, who, wanted.priority, service.grid.minutes)


def _windows(starts: Sequence[int], duration: int, every: int) -> Iterator[Stretch]:
    """Starts that follow each other at the distance of the grid, as windows; it breaks off where clocks change."""
    first = last = None
    for start in starts:
        if first is None or last is None:
            first = start
        elif start != last + every:
            yield first, last + duration
            first = start
        last = start
    if first is not None and last is not None:
        yield first, last + duration


def _shifts(loaded: Loaded, resource_id: int) -> Iterator[Shift]:
    """The working days of a resource in what is loaded."""
    resource = loaded.world.resources[resource_id]
    fixed = [
        Fixed(job.start, job.end, job.booked.area or resource.area, job.booked.what) for job in loaded.jobs(resource_id)
    ]
    for day in _days(list(stretches_of(loaded.open(resource_id)))):
        start, end = day[0][0], day[-1][1]
        closed = [(one[1], other[0]) for one, other in pairwise(day)]
        shut = (loaded.busy(resource_id) | loaded.unknown(resource_id)) >> start & ((1 << (end - start)) - 1)
        closed += [(start + first, start + last) for first, last in stretches_of(shut)]
        jobs = tuple(each for each in fixed if each.start < end and start < each.end)
        yield Shift(resource_id, start, end, resource.area, tuple(_joined(sorted(closed))), jobs)


def _days(stretches: list[Stretch]) -> Iterator[list[Stretch]]:
    day: list[Stretch] = []
    for each in stretches:
        if day and each[0] - day[-1][1] >= _SAME_DAY:
            yield day
            day = []
        day.append(each)
    if day:
        yield day


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """The same time, those that overlap or touch made one."""
    found: list[Stretch] = []
    for start, end in stretches:
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found


def _slot(loaded: Loaded, wanted: Wanted, shift: Shift, occupied: int) -> Slot:
    service = wanted.request.service
    place = places(service, wanted.request.units)[0]
    first = loaded.span.at(occupied)
    start = first - place.first * MINUTE
    end = start + service.duration * MINUTE
    last = end + service.after * MINUTE
    name = loaded.world.resources[shift.resource_id].name
    one = Assignment(shift.resource_id, start, end, first, last, place.units, place.path, place.pick.name)
    return Slot(start, end, (one,), 0, (f"{name} does it on the way",))
