"""What is to be placed on whom, and a plan that says when. Pure.

Times are minutes since any one moment. A route is one resource's shift: from home to its jobs and back, the ways lying
within the shift; what is closed of it (a break, a meeting) holds neither work nor ways. Jobs that stand already are
fixed, even where they break these rules.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Stretch = tuple[int, int]


class Ways(Protocol):
    """Minutes between areas, of which no detour is shorter than the way itself (scheduling.travel.Travel is such)."""

    def between(self, start: str, end: str, /) -> int: ...


@dataclass(frozen=True, slots=True)
class Task:
    """Work of `duration` minutes, buffers included, that lies within one of the windows and is done by one of the
    resources. It begins any number of `every` minutes after its window does. The lower the `priority`, the more it
    matters."""

    id: int
    duration: int
    windows: tuple[Stretch, ...]
    area: str
    resources: frozenset[int]
    priority: int = 1
    every: int = 1


@dataclass(frozen=True, slots=True)
class Fixed:
    """A job that stays where it is: one that was booked, or locked."""

    start: int
    end: int
    area: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """One resource from `start` until `end`, beginning and ending at `home`."""

    resource_id: int
    start: int
    end: int
    home: str = ""
    closed: tuple[Stretch, ...] = ()
    fixed: tuple[Fixed, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What there is to do and who is there."""

    tasks: Sequence[Task]
    shifts: Sequence[Shift]
    travel: Ways


@dataclass(frozen=True, slots=True)
class Stop:
    """A task on a shift (its number in the problem), begun at a minute."""

    task_id: int
    shift: int
    start: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is placed where, what is not, and the minutes that all are on their way."""

    stops: tuple[Stop, ...]
    unplaced: tuple[int, ...]
    travel: int


def rank(problem: Problem, plan: Plan) -> tuple[tuple[int, ...], int]:
    """What makes a plan better, the lower the better: first how many are not placed of each priority, the highest
    first; then the travel."""
    unplaced = set(plan.unplaced)
    missing = Counter(task.priority for task in problem.tasks if task.id in unplaced)
    return tuple(missing[each] for each in sorted({task.priority for task in problem.tasks})), plan.travel


def faults(problem: Problem, plan: Plan) -> list[str]:
    """What a plan disobeys, in words; nothing for one that can be carried out. Written from the definitions, not from
    the search, and run on every plan before it is shown."""
    tasks = {each.id: each for each in problem.tasks}
    placed = [each.task_id for each in plan.stops]
    found = [f"task {each} is placed twice" for each, count in Counter(placed).items() if count > 1]
    if set(placed) | set(plan.unplaced) != set(tasks) or set(placed) & set(plan.unplaced):
        found.append("not every task is either placed or not")
    travel = 0
    for number, shift in enumerate(problem.shifts):
        stops = sorted((each for each in plan.stops if each.shift == number), key=lambda each: each.start)
        travel += _faults_of(problem, shift, [(each.start, tasks[each.task_id]) for each in stops], found)
    if travel != plan.travel:
        found.append(f"the travel is {travel}, not {plan.travel}")
    return found


def _faults_of(problem: Problem, shift: Shift, work: list[tuple[int, Task]], found: list[str]) -> int:
    """Adds what one shift disobeys; returns its travel."""
    between = problem.travel.between
    at, area, travel, bound = shift.start, shift.home, 0, True
    jobs: list[tuple[int, int, str, Task | None]] = [
        (start, start + each.duration, each.area, each) for start, each in work
    ]
    jobs += [(each.start, each.end, each.area, None) for each in shift.fixed]
    for start, end, there, task in sorted(jobs, key=lambda job: job[:2]):
        if task is not None:
            if shift.resource_id not in task.resources:
                found.append(f"task {task.id} is not for resource {shift.resource_id}")
            within = (start - first for first, last in task.windows if first <= start and end <= last)
            if all(since % task.every for since in within):
                found.append(f"task {task.id} lies outside its windows")
            if any(first < end and start < last for first, last in shift.closed):
                found.append(f"task {task.id} lies in closed time")
        way = between(area, there)
        if _open_between(shift, at, start) < way and (task is not None or not bound):
            found.append(f"resource {shift.resource_id} cannot be there at {start}")
        at, area, travel, bound = end, there, travel + way, task is None
    way = between(area, shift.home)
    if _open_between(shift, at, shift.end) < way and not bound:
        found.append(f"resource {shift.resource_id} is not home by {shift.end}")
    return travel + way


def _open_between(shift: Shift, start: int, end: int) -> int:
    """The minutes between two that are not closed, less than 0 where the end lies first."""
    if end < start:
        return end - start
    return end - start - sum(max(0, min(end, last) - max(start, first)) for first, last in shift.closed)
