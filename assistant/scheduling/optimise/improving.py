"""A plan made better while there is time: some stops are taken out and put back where they cost less. Pure.

Ruin and recreate by slack induction (Christiaens and Vanden Berghe, 2020): strings of stops near one another leave
their routes, and all that is not placed is placed again, the more important first among them; a change for the worse is
kept now and then, less and less often (simulated annealing). Every plan on the way obeys every rule.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import log

from assistant.scheduling.optimise.model import Plan, Problem, Task, rank
from assistant.scheduling.optimise.routes import Item, Routes

_TAKEN = 8  # stops that leave in one step, on average
_STRING = 5  # stops in a row that leave one route, at most
_BLINK = 0.02  # of the routes are overlooked, so that not every step ends at the same place
_NEIGHBOURS = 60  # of a task, from which stops are taken
_APART = 20  # minutes between two windows that count as one of travel
_HOT, _COLD = 20.0, 0.2  # minutes of travel: how much worse is still taken, at the beginning and at the end


def improved(
    problem: Problem,
    start: Plan,
    spent: Callable[[], float],
    *,
    better: Callable[[Plan], None] = lambda plan: None,
    seed: int = 0,
) -> Plan:
    """The best plan found from `start` on, never worse.

    `spent` says how much of the time is gone, from 0 to 1, at which the search ends; `better` hears of each plan that
    is better than those before it.
    """
    search = _Search(problem, start, random.Random(seed))
    best, least = start, rank(problem, start)
    while search.any and (share := spent()) < 1:
        if search.step(_HOT * (_COLD / _HOT) ** share):
            plan = search.routes.plan()
            if (found := rank(problem, plan)) < least:
                best, least = plan, found
                better(plan)
    return best


class _Search:
    """The plan as it is now, and steps from it to the next."""

    def __init__(self, problem: Problem, start: Plan, rng: random.Random) -> None:
        self._rng = rng
        self.routes = Routes(problem)
        self.routes.follow(start)
        self._tasks = {each.id: each for each in problem.tasks}
        self._items = {each.id: self.routes.item(each) for each in problem.tasks}
        self._open = {each.id: self.routes.open_to(each) for each in problem.tasks}
        self._at = {stop.task_id: stop.shift for stop in start.stops}
        self._ids = [each for each, routes in self._open.items() if routes]
        self._absent = [each for each in self._ids if each not in self._at]
        self._weights = _weights(problem.tasks, sum(map(max, self.routes.ways.minutes)))
        self._near = {each: self._nearest(each) for each in self._ids}
        self._cost = self._least = self._now()

    @property
    def any(self) -> bool:
        """Whether there is anything that can be moved."""
        return bool(self._ids)

    def step(self, heat: float) -> bool:
        """Takes some out and puts them back; whether that made the best plan so far. The more `heat`, in minutes of
        travel, the worse may be what is kept."""
        saved: dict[int, tuple[list[Item], int]] = {}
        absent = self._absent
        self._absent = [*absent, *self._ruin(saved)]
        self._recreate(saved)
        routes = self.routes.routes
        change = sum(routes[number].travel - travel for number, (_, travel) in saved.items())
        change += self._missing(self._absent) - self._missing(absent)
        if change < -heat * log(1 - self._rng.random()):
            self._cost += change
            better = self._cost < self._least
            self._least = min(self._least, self._cost)
            return better
        for each in absent:
            self._at.pop(each, None)
        for number, (items, _) in saved.items():
            routes[number].become(items)
            self._at.update((item.task_id, number) for item in items if item.task_id is not None)
        self._absent = absent
        return False

    def _ruin(self, saved: dict[int, tuple[list[Item], int]]) -> list[int]:
        """Takes out strings of stops near a task, each from another route."""
        rng, taken = self._rng, list[int]()
        wanted = rng.randint(1, 2 * _TAKEN)
        for each in self._near[rng.choice(self._ids)]:
            number = self._at.get(each)
            if number is None or number in saved:
                continue
            route = self.routes.routes[number]
            self._save(saved, number)
            long = rng.randint(1, min(_STRING, len(route.items)))
            place = next(place for place, item in enumerate(route.items) if item.task_id == each)
            first = max(0, place - rng.randrange(long))
            gone = {item.task_id for item in route.items[first : first + long] if item.task_id is not None}
            route.become([item for item in route.items if item.task_id not in gone])
            for one in gone:
                del self._at[one]
            taken += sorted(gone)
            if len(taken) >= wanted:
                break
        return taken

    def _recreate(self, saved: dict[int, tuple[list[Item], int]]) -> None:
        """Places what is not placed, one by one where it costs the least."""
        rng, left = self._rng, list[int]()
        for each in sorted(self._absent, key=self._turns()):
            numbers = [number for number in self._open[each] if rng.random() >= _BLINK]
            fit = self.routes.cheapest(self._items[each], numbers)
            if fit is None:
                left.append(each)
                continue
            self._save(saved, fit.route)
            self.routes.place(self._items[each], fit)
            self._at[each] = fit.route
        self._absent = left

    def _turns(self) -> Callable[[int], tuple[float, ...]]:
        """An order in which to place tasks: one of several, so that each may once come first."""
        tasks, rng = self._tasks, self._rng
        match rng.randrange(4):
            case 0:
                return lambda each: (tasks[each].priority, -tasks[each].duration)
            case 1:
                return lambda each: (tasks[each].priority, len(self._open[each]))
            case _:
                return lambda each: (tasks[each].priority, rng.random())

    def _save(self, saved: dict[int, tuple[list[Item], int]], number: int) -> None:
        if number not in saved:
            route = self.routes.routes[number]
            saved[number] = list(route.items), route.travel

    def _nearest(self, task_id: int) -> list[int]:
        """The tasks nearest to one, itself first: on the way, and in when they may begin."""
        one, way = self._tasks[task_id], self.routes.ways.minutes[self._items[task_id].area]
        begins = min(first for first, _ in one.windows)

        def far(each: int) -> tuple[bool, float]:
            apart = abs(min(first for first, _ in self._tasks[each].windows) - begins)
            return each != task_id, way[self._items[each].area] + apart / _APART

        return sorted(self._ids, key=far)[:_NEIGHBOURS]

    def _missing(self, absent: list[int]) -> int:
        return sum(self._weights[self._tasks[each].priority] for each in absent)

    def _now(self) -> int:
        return sum(route.travel for route in self.routes.routes) + self._missing(self._absent)


def _weights(tasks: Sequence[Task], farthest: int) -> dict[int, int]:
    """What it costs to leave out a task of each priority: more than all that matter less and all travel together."""
    weights: dict[int, int] = {}
    less = 2 * farthest * (len(tasks) + 1)
    for priority in sorted({each.priority for each in tasks}, reverse=True):
        weights[priority] = less + 1
        less += weights[priority] * sum(each.priority == priority for each in tasks)
    return weights
