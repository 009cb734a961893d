"""Routes that grow by one task at a time: where one more fits, and what that costs in travel. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from assistant.scheduling.optimise.model import Plan, Problem, Shift, Stop, Stretch, Task, Ways


class Table:
    """The minutes between areas by their numbers: a look into a list for each."""

    def __init__(self, travel: Ways, areas: Iterable[str]) -> None:
        self.number = {area: number for number, area in enumerate(dict.fromkeys(areas))}
        self.minutes = [[travel.between(one, other) for other in self.number] for one in self.number]


class Item(NamedTuple):
    """A task or a fixed job on a route; of the latter `task_id` is None."""

    task_id: int | None
    duration: int
    windows: tuple[Stretch, ...]
    area: int
    every: int = 1


class Fit(NamedTuple):
    """Where a task fits: the travel more that it costs, the route, and the place in it."""

    cost: int
    route: int
    place: int


class Route:
    """The jobs of one shift in order, each begun as early as it can be."""

    def __init__(self, shift: Shift, ways: Table) -> None:
        self.shift = shift
        self._minutes = ways.minutes
        self._home = ways.number[shift.home]
        self._closed = sorted(shift.closed)
        self.items = [
            Item(None, each.end - each.start, ((each.start, each.end),), ways.number[each.area])
            for each in sorted(shift.fixed, key=lambda each: (each.start, each.end))
        ]
        self._leave: list[int] = []
        self.starts: list[int] = []
        self.travel = 0
        self._walk()

    def insert(self, item: Item, place: int) -> None:
        """Puts an item where it was found to fit."""
        self.items.insert(place, item)
        self._walk()

    def become(self, items: list[Item]) -> None:
        """Takes these in place of its own: what stood here before, or a part of what stands here. No way past a stop is
        longer than that over it, so the rest fits without it."""
        self.items = items
        self._walk()

    def cheapest(self, item: Item, limit: int) -> tuple[int, int] | None:
        """The least travel more that the item costs here, below a limit, and its place; None where it does not fit."""
        best: tuple[int, int] | None = None
        minutes, home = self._minutes, self._home
        to = minutes[item.area]
        for place in range(len(self.items) + 1):
            area = self.items[place - 1].area if place else home
            after = self.items[place].area if place < len(self.items) else home
            cost = minutes[area][item.area] + to[after] - minutes[area][after]
            if cost < limit and self.fits(item, place):
                best, limit = (cost, place), cost
        return best

    def fits(self, item: Item, place: int) -> bool:
        """Whether the item can be done at this place, and all that comes after it still in time."""
        at, area = (self._leave[place - 1], self.items[place - 1].area) if place else (self.shift.start, self._home)
        at, bound = self._done(item, self._there(at, self._minutes[area][item.area]), False), False
        if at < 0:
            return False
        area = item.area
        for number in range(place, len(self.items)):
            each = self.items[number]
            at = self._done(each, self._there(at, self._minutes[area][each.area]), bound)
            if at < 0:
                return False
            if at == self._leave[number]:
                return True
            area, bound = each.area, each.task_id is None
        return bound or self._there(at, self._minutes[area][self._home]) <= self.shift.end

    def _there(self, at: int, way: int) -> int:
        """When the way is done that begins at a minute; closed time stops it."""
        for begin, until in self._closed:
            if until > at:
                if begin >= at + way:
                    break
                way -= max(0, begin - at)
                at = until
        return at + way

    def _done(self, item: Item, arrival: int, bound: bool) -> int:
        """When the item is done that is reached then, -1 where it cannot be; `bound`: it follows a job that stands
        already, or the start of the shift, so that the way between is nobody's choice."""
        if item.task_id is None:
            start, end = item.windows[0]
            return end if bound or arrival <= start else -1
        for first, last in item.windows:
            start = max(arrival, first)
            start += (first - start) % item.every
            for begin, until in self._closed:
                if begin < start + item.duration and start < until:
                    start = until + (first - until) % item.every
            if start + item.duration <= last:
                return start + item.duration
        return -1

    def _walk(self) -> None:
        at, area, bound = self.shift.start, self._home, True
        self._leave, self.starts, self.travel = [], [], 0
        for each in self.items:
            way = self._minutes[area][each.area]
            at = self._done(each, self._there(at, way), bound)
            self._leave.append(at)
            self.starts.append(at - each.duration)
            self.travel += way
            area, bound = each.area, each.task_id is None
        self.travel += self._minutes[area][self._home]


class Routes:
    """The routes of all shifts, as they stand before anything is placed."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        areas = [each.area for each in problem.tasks]
        areas += [area for shift in problem.shifts for area in (shift.home, *(each.area for each in shift.fixed))]
        self.ways = Table(problem.travel, areas)
        self.routes = [Route(shift, self.ways) for shift in problem.shifts]
        self._by_resource: dict[int, list[int]] = {}
        for number, shift in enumerate(problem.shifts):
            self._by_resource.setdefault(shift.resource_id, []).append(number)

    def item(self, task: Task) -> Item:
        """The task as routes have it, its windows in order."""
        return Item(task.id, task.duration, tuple(sorted(task.windows)), self.ways.number[task.area], task.every)

    def open_to(self, task: Task) -> list[int]:
        """The routes of those who can do the task, on which it could lie within its windows."""
        return [
            number
            for resource_id in sorted(task.resources)
            for number in self._by_resource.get(resource_id, ())
            if any(
                max(first, self.problem.shifts[number].start) + task.duration
                <= min(last, self.problem.shifts[number].end)
                for first, last in task.windows
            )
        ]

    def cheapest(self, item: Item, numbers: Iterable[int]) -> Fit | None:
        """Where among these routes the item costs the least travel more; the first of equals."""
        best, limit = None, 1 << 60
        for number in numbers:
            if (found := self.routes[number].cheapest(item, limit)) is not None:
                limit = found[0]
                best = Fit(limit, number, found[1])
        return best

    def place(self, item: Item, fit: Fit) -> None:
        """Places the item where it was found to fit."""
        self.routes[fit.route].insert(item, fit.place)

    def follow(self, plan: Plan) -> None:
        """Places all that the plan does, in its order."""
        tasks = {each.id: each for each in self.problem.tasks}
        for stop in sorted(plan.stops, key=lambda each: each.start):
            route = self.routes[stop.shift]
            place = sum(start < stop.start for start in route.starts)
            route.insert(self.item(tasks[stop.task_id]), place)

    def plan(self) -> Plan:
        """What stands on the routes."""
        stops = [
            Stop(item.task_id, number, start)
            for number, route in enumerate(self.routes)
            for item, start in zip(route.items, route.starts, strict=True)
            if item.task_id is not None
        ]
        placed = {each.task_id for each in stops}
        unplaced = tuple(task.id for task in self.problem.tasks if task.id not in placed)
        return Plan(tuple(stops), unplaced, sum(route.travel for route in self.routes))
