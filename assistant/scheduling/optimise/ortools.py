"""A plan gone on with by OR-Tools' routing search, where that is installed (extra `optimise`). Pure.

Its guided local search knows shifts, windows, who may do what, and jobs that stand already; it does not know breaks and
the grids of starts. What it comes to is therefore only an order of jobs: it is put on routes of ours as far as it fits
there, and the rest where it costs the least, so that the plan obeys every rule.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.model import Plan, Problem, Stretch, rank
from assistant.scheduling.optimise.routes import Route, Routes

_LEFT_OUT = 1_000_000  # minutes of travel that leaving out a task costs, times what its priority matters more
_LEVELS = 3  # of priorities that weigh a thousand times the next; more would not fit in its numbers


def is_installed() -> bool:
    """Whether OR-Tools is there."""
    return find_spec("ortools") is not None


def ordered(problem: Problem, start: Plan, seconds: float) -> Plan:
    """The better of `start` and of what OR-Tools makes of it in so many seconds."""
    if not problem.tasks or not problem.shifts:
        return start
    found = _Search(problem).from_plan(start, seconds)
    plan = start if found is None else _on_routes(problem, found)
    return min(plan, start, key=lambda each: rank(problem, each))


def _on_routes(problem: Problem, orders: Sequence[Sequence[int | None]]) -> Plan:
    """The tasks of each shift, by id and in their order, on routes of ours, None for each job that stands already; the
    rest where it costs the least."""
    routes = Routes(problem)
    tasks = {each.id: each for each in problem.tasks}
    for route, order in zip(routes.routes, orders, strict=True):
        place = 0
        for task_id in order:
            if task_id is None:
                place = _past_next_job(route, place)
            elif route.fits(item := routes.item(tasks[task_id]), place):
                route.insert(item, place)
                place += 1
    return greedy(problem, routes.plan())


def _past_next_job(route: Route, place: int) -> int:
    return next((after for after in range(place, len(route.items)) if route.items[after].task_id is None), place) + 1


@dataclass(frozen=True, slots=True)
class _Node:
    """A task, or with a shift's number a job that stands on it."""

    task_id: int | None
    duration: int
    windows: tuple[Stretch, ...]
    area: int
    priority: int
    shifts: tuple[int, ...]


class _Search:
    def __init__(self, problem: Problem) -> None:
        self._solver: Any = importlib.import_module("ortools.constraint_solver.pywrapcp")
        self._enums: Any = importlib.import_module("ortools.constraint_solver.routing_enums_pb2")
        self._problem = problem
        ways = Routes(problem).ways
        self._nodes = list(_nodes(problem, ways.number))
        shifts, nodes = problem.shifts, self._nodes
        homes = sorted({ways.number[shift.home] for shift in shifts})
        areas = [*(each.area for each in nodes), *homes]
        ends = [len(nodes) + homes.index(ways.number[shift.home]) for shift in shifts]
        self._manager = self._solver.RoutingIndexManager(len(areas), len(shifts), ends, ends)
        self._model = self._solver.RoutingModel(self._manager)
        minutes = [[ways.minutes[one][other] for other in areas] for one in areas]
        self._model.SetArcCostEvaluatorOfAllVehicles(self._model.RegisterTransitMatrix(minutes))
        lasts = [*(each.duration for each in nodes), *(0 for _ in homes)]
        times = [[last + way for way in row] for last, row in zip(lasts, minutes, strict=True)]
        horizon = max(shift.end for shift in shifts)
        self._model.AddDimension(self._model.RegisterTransitMatrix(times), horizon, horizon, False, "time")
        self._bind()

    def from_plan(self, start: Plan, seconds: float) -> list[list[int | None]] | None:
        """The tasks of each shift in the order in which they are best done; None where it does not take the plan up."""
        options = self._solver.DefaultRoutingSearchParameters()
        options.local_search_metaheuristic = self._enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        options.time_limit.FromMilliseconds(max(1, int(seconds * 1000)))
        self._model.CloseModelWithParameters(options)
        first = self._model.ReadAssignmentFromRoutes(self._routes(start), True)
        found = None if first is None else self._model.SolveFromAssignmentWithParameters(first, options)
        return None if found is None else [self._read(found, number) for number in range(len(self._problem.shifts))]

    def _bind(self) -> None:
        """Shifts, windows and who may do what."""
        time = self._model.GetDimensionOrDie("time")
        for number, shift in enumerate(self._problem.shifts):
            for end in (self._model.Start(number), self._model.End(number)):
                time.CumulVar(end).SetRange(shift.start, shift.end)
        levels = sorted({each.priority for each in self._nodes})
        for node, each in enumerate(self._nodes):
            index = self._manager.NodeToIndex(node)
            level = max(0, _LEVELS - levels.index(each.priority) - 1)
            self._model.AddDisjunction([index], _LEFT_OUT * 1000**level)
            self._model.VehicleVar(index).SetValues([-1, *each.shifts])
            windows = sorted((first, last - each.duration) for first, last in each.windows)
            begin = time.CumulVar(index)
            begin.SetRange(windows[0][0], max(last for _, last in windows))
            for one, other in pairwise(_joined(windows)):
                begin.RemoveInterval(one[1] + 1, other[0] - 1)

    def _routes(self, start: Plan) -> list[list[int]]:
        """The plan as the numbers of nodes, jobs that stand already among the tasks."""
        by_task = {each.task_id: node for node, each in enumerate(self._nodes) if each.task_id is not None}
        routes: list[list[tuple[int, int]]] = [[] for _ in self._problem.shifts]
        for stop in start.stops:
            routes[stop.shift].append((stop.start, by_task[stop.task_id]))
        for node, each in enumerate(self._nodes):
            if each.task_id is None:
                routes[each.shifts[0]].append((each.windows[0][0], node))
        return [[self._manager.NodeToIndex(node) for _, node in sorted(route)] for route in routes]

    def _read(self, found: Any, number: int) -> list[int | None]:
        order, index = list[int | None](), self._model.Start(number)
        while not self._model.IsEnd(index):
            node = self._manager.IndexToNode(index)
            if node < len(self._nodes):
                order.append(self._nodes[node].task_id)
            index = found.Value(self._model.NextVar(index))
        return order


def _nodes(problem: Problem, number: dict[str, int]) -> Iterator[_Node]:
    for each in problem.tasks:
        able = tuple(place for place, shift in enumerate(problem.shifts) if shift.resource_id in each.resources)
        if each.windows:
            yield _Node(each.id, each.duration, each.windows, number[each.area], each.priority, able)
    most = min((each.priority for each in problem.tasks), default=0)
    for place, shift in enumerate(problem.shifts):
        for job in shift.fixed:
            start, end = max(job.start, shift.start), min(job.end, shift.end)
            yield _Node(None, end - start, ((start, end),), number[job.area], most, (place,))


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for start, end in stretches:
        if found and start <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(end, found[-1][1])
        else:
            found.append((start, end))
    return found
