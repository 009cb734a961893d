from __future__ import annotations

from assistant.scheduling.optimise.explaining import Change, ChangeKind, changes
from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.model import Problem, Shift, Stop
from tests.assistant.scheduling.optimise.test_improving import LINE, job


def test_task_that_is_not_placed_says_which_single_change_would_place_it() -> None:
    shifts = [Shift(1, 0, 60, "1"), Shift(2, 0, 60, "1"), Shift(1, 1440, 1500, "1")]
    tasks = [job(1, 1, priority=2, windows=((0, 60),)), job(2, 2, priority=1, windows=((0, 60),))]
    tasks += [job(3, 2, priority=1, windows=((0, 60),))]
    problem = Problem(tasks, shifts, LINE)
    plan = greedy(problem)
    assert (plan.stops, plan.unplaced) == ((Stop(2, 0, 10),), (1, 3))
    assert changes(problem, plan, 1) == [
        Change(ChangeKind.WINDOW, Stop(1, 2, 1440), 1410),
        Change(ChangeKind.RESOURCE, Stop(1, 1, 0)),
    ]


def test_task_may_take_the_place_of_a_less_important_one() -> None:
    problem = Problem([job(1, 1, priority=3), job(2, 2, priority=1)], [Shift(1, 0, 60, "1")], LINE)
    plan = greedy(Problem(problem.tasks[:1], problem.shifts, LINE))
    assert changes(problem, plan, 2) == [
        Change(ChangeKind.OVERTIME, Stop(2, 0, 10), 30),
        Change(ChangeKind.INSTEAD, Stop(2, 0, 10), instead=1),
    ]
    assert changes(problem, greedy(problem), 1) == [Change(ChangeKind.OVERTIME, Stop(1, 0, 0), 30)]


def test_task_that_no_single_change_places_has_none() -> None:
    problem = Problem([job(1, 1, duration=900, windows=((0, 960),))], [Shift(1, 0, 60, "1")], LINE)
    assert changes(problem, greedy(problem), 1) == []
