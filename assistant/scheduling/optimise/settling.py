"""A plan in which as little as possible of what is booked already is elsewhere. Pure.

A route begins each job as early as it can, so a search for less travel moves nearly everything. What may as well stay
where it was, on nearly the same ways, is put back there, that nobody is told of another time for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.scheduling.optimise.model import Plan, Problem, Stop
from assistant.scheduling.optimise.routes import Fit, Item, Routes

#: Minutes of travel that must be saved before a customer is told of another time.
WORTH = 15


def settled(problem: Problem, plan: Plan, stands: Sequence[Stop], worth: int = WORTH) -> Plan:
    """The plan with tasks back where they stood, or at least at the time at which they did, each wherever that costs at
    most `worth` minutes of travel more; all that is placed stays placed."""
    routes = Routes(problem)
    routes.follow(plan)
    tasks = {each.id: each for each in problem.tasks}
    for stand in sorted(stands, key=lambda each: (each.start, each.task_id)):
        number = _route_of(routes, stand.task_id)
        if number is None:
            continue
        task = tasks[stand.task_id]
        item = pinned(routes.item(task), stand.start)
        route = routes.routes[number]
        stood, travel = list(route.items), route.travel
        route.become([each for each in stood if each.task_id != stand.task_id])
        most = worth + travel - route.travel
        fit = _within(routes.cheapest(item, [stand.shift]), most)
        fit = fit or _within(routes.cheapest(item, routes.open_to(task)), most)
        if fit is None:
            route.become(stood)
        else:
            routes.place(item, fit)
    return routes.plan()


def pinned(item: Item, start: int) -> Item:
    """The same at one time only."""
    return item._replace(windows=((start, start + item.duration),), every=1)


def _within(fit: Fit | None, most: int) -> Fit | None:
    return fit if fit is not None and fit.cost <= most else None


def _route_of(routes: Routes, task_id: int) -> int | None:
    for number, route in enumerate(routes.routes):
        if any(item.task_id == task_id for item in route.items):
            return number
    return None
