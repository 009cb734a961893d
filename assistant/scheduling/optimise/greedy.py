"""A plan at once: task by task, each where it costs the least. Pure."""

from __future__ import annotations

from assistant.scheduling.optimise.model import Plan, Problem, Task
from assistant.scheduling.optimise.routes import Routes


def greedy(problem: Problem, start: Plan | None = None) -> Plan:
    """The more important tasks first, of these the ones that the fewest can do and that must be done the soonest; each
    where it takes the least travel more. What `start` places stays on its routes."""
    routes, placed = Routes(problem), set[int]()
    if start is not None:
        routes.follow(start)
        placed = {each.task_id for each in start.stops}
    for task in sorted((each for each in problem.tasks if each.id not in placed), key=_urgency):
        item = routes.item(task)
        if (fit := routes.cheapest(item, routes.open_to(task))) is not None:
            routes.place(item, fit)
    return routes.plan()


def _urgency(task: Task) -> tuple[int, int, int, int]:
    return task.priority, len(task.resources), min((last for _, last in task.windows), default=0), task.id
