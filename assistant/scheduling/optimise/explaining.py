"""Why a task is not in a plan, told by the single changes each of which would place it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from assistant.scheduling.optimise.model import Plan, Problem, Stop, Task
from assistant.scheduling.optimise.routes import Item, Routes

_OVERTIME = (15, 30, 60, 120)  # minutes, tried in turn
_WIDER = (15, 30, 45, 60, 90, 120, 180, 240, 360, 24 * 60, 7 * 24 * 60)


class ChangeKind(StrEnum):
    """What is changed: the end of a shift, the windows of the task, who may do it, or a less important task leaves."""

    OVERTIME = "overtime"
    WINDOW = "window"
    RESOURCE = "resource"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that places the task at `stop`: so many `minutes` of overtime or beside its window, or in place of the
    task `instead`."""

    kind: ChangeKind
    stop: Stop
    minutes: int = 0
    instead: int | None = None


def changes(problem: Problem, plan: Plan, task_id: int) -> list[Change]:
    """For a task that the plan does not place, the least change of each kind that would, by kind; none where no single
    one does."""
    return list(_Explaining(problem, plan, task_id).each())


class _Explaining:
    def __init__(self, problem: Problem, plan: Plan, task_id: int) -> None:
        self._problem = problem
        self._tasks = {each.id: each for each in problem.tasks}
        self._task = self._tasks[task_id]
        self._routes = Routes(problem)
        self._routes.follow(plan)
        self._everywhere = range(len(problem.shifts))

    def each(self) -> Iterator[Change]:
        for found in (self._overtime(), self._window(), self._resource(), self._instead()):
            if found is not None:
                yield found

    def _overtime(self) -> Change | None:
        own = [
            number for number in self._everywhere if self._problem.shifts[number].resource_id in self._task.resources
        ]
        shifts = [self._routes.routes[number].shift for number in self._everywhere]
        item = self._routes.item(self._task)
        for minutes in _OVERTIME:
            for number in own:
                self._routes.routes[number].shift = replace(shifts[number], end=shifts[number].end + minutes)
            found = self._fit(item, own)
            for number in own:
                self._routes.routes[number].shift = shifts[number]
            if found is not None:
                return Change(ChangeKind.OVERTIME, found, minutes)
        return None

    def _window(self) -> Change | None:
        for minutes in _WIDER:
            wider = replace(
                self._task, windows=tuple((first - minutes, last + minutes) for first, last in self._task.windows)
            )
            if (found := self._fit(self._routes.item(wider), self._routes.open_to(wider))) is not None:
                return Change(ChangeKind.WINDOW, found, _beside(self._task, found.start))
        return None

    def _resource(self) -> Change | None:
        anybody = replace(self._task, resources=frozenset(each.resource_id for each in self._problem.shifts))
        found = self._fit(self._routes.item(anybody), self._routes.open_to(anybody))
        return None if found is None else Change(ChangeKind.RESOURCE, found)

    def _instead(self) -> Change | None:
        """The least important task, of these the shortest, whose place would do."""
        item, best = self._routes.item(self._task), None
        for number in self._routes.open_to(self._task):
            route = self._routes.routes[number]
            stands = list(route.items)
            for place, each in enumerate(stands):
                other = self._tasks[each.task_id] if each.task_id is not None else None
                if other is None or other.priority <= self._task.priority:
                    continue
                route.become([*stands[:place], *stands[place + 1 :]])
                found = self._fit(item, [number])
                route.become(stands)
                key = (-other.priority, other.duration, other.id)
                if found is not None and (best is None or key < best[0]):
                    best = key, Change(ChangeKind.INSTEAD, found, instead=other.id)
        return best[1] if best else None

    def _fit(self, item: Item, numbers: Iterable[int]) -> Stop | None:
        """Where the item would stand on one of these routes, which are left as they are."""
        fit = self._routes.cheapest(item, numbers)
        if fit is None:
            return None
        route = self._routes.routes[fit.route]
        stands = list(route.items)
        self._routes.place(item, fit)
        stop = Stop(self._task.id, fit.route, route.starts[fit.place])
        route.become(stands)
        return stop


def _beside(task: Task, start: int) -> int:
    """By how many minutes the task, begun then, lies outside the nearest of its windows."""
    return min(max(first - start, start + task.duration - last, 0) for first, last in task.windows)
