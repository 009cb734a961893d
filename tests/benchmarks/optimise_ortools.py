"""The same week planned by OR-Tools' routing search, for comparison; nothing where OR-Tools is not installed.

Both begin with the greedy plan and have the same time. The week is without breaks: with its intervals for breaks the
routing search does not take the greedy plan up.
"""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

from assistant.scheduling.optimise.model import Plan, Problem
from assistant.scheduling.optimise.routes import Routes

_HEAVY = 1_000_000  # minutes of travel that leaving out a task costs, by what it matters


def is_installed() -> bool:
    """Whether there is anything to compare with."""
    return find_spec("ortools") is not None


def planned(problem: Problem, start: Plan, seconds: float) -> Plan:
    """The plan that guided local search comes to from `start` in so many seconds."""
    solver: Any = importlib.import_module("ortools.constraint_solver.pywrapcp")
    enums: Any = importlib.import_module("ortools.constraint_solver.routing_enums_pb2")
    number = Routes(problem).ways.number
    shifts, tasks = problem.shifts, list(problem.tasks)
    homes = sorted({number[shift.home] for shift in shifts})
    areas = [*(number[each.area] for each in tasks), *homes]
    ends = [len(tasks) + homes.index(number[shift.home]) for shift in shifts]
    manager = solver.RoutingIndexManager(len(areas), len(shifts), ends, ends)
    model = solver.RoutingModel(manager)
    minutes = Routes(problem).ways.minutes
    ways = [[minutes[one][other] for other in areas] for one in areas]
    model.SetArcCostEvaluatorOfAllVehicles(model.RegisterTransitMatrix(ways))
    lasts = [*(each.duration for each in tasks), *(0 for _ in homes)]
    times = [[last + way for way in row] for last, row in zip(lasts, ways, strict=True)]
    horizon = max(shift.end for shift in shifts)
    model.AddDimension(model.RegisterTransitMatrix(times), horizon, horizon, False, "time")
    _bind(manager, model, problem)
    options = solver.DefaultRoutingSearchParameters()
    options.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    options.time_limit.FromMilliseconds(int(seconds * 1000))
    model.CloseModelWithParameters(options)
    node = {task.id: place for place, task in enumerate(tasks)}
    routes: list[list[int]] = [[] for _ in shifts]
    for stop in sorted(start.stops, key=lambda each: each.start):
        routes[stop.shift].append(manager.NodeToIndex(node[stop.task_id]))
    first = model.ReadAssignmentFromRoutes(routes, True)
    found = model.SolveFromAssignmentWithParameters(first, options)
    return _read(manager, model, found, problem)


def _bind(manager: Any, model: Any, problem: Problem) -> None:
    """Shifts, windows and who may do what."""
    time = model.GetDimensionOrDie("time")
    for number, shift in enumerate(problem.shifts):
        for end in (model.Start(number), model.End(number)):
            time.CumulVar(end).SetRange(shift.start, shift.end)
    for node, task in enumerate(problem.tasks):
        index = manager.NodeToIndex(node)
        model.AddDisjunction([index], _HEAVY * 1000 ** (3 - task.priority))
        able = [number for number, shift in enumerate(problem.shifts) if shift.resource_id in task.resources]
        model.VehicleVar(index).SetValues([-1, *able])
        windows = sorted((first, last - task.duration) for first, last in task.windows)
        begin = time.CumulVar(index)
        begin.SetRange(windows[0][0], windows[-1][1])
        for one, other in pairwise(windows):
            begin.RemoveInterval(one[1] + 1, other[0] - 1)


def _read(manager: Any, model: Any, found: Any, problem: Problem) -> Plan:
    """What was found, on routes of ours."""
    routes = Routes(problem)
    for number in range(len(problem.shifts)):
        index = model.Start(number)
        while not model.IsEnd(index):
            node = manager.IndexToNode(index)
            if node < len(problem.tasks):
                route = routes.routes[number]
                route.insert(routes.item(problem.tasks[node]), len(route.items))
            index = found.Value(model.NextVar(index))
    return routes.plan()
