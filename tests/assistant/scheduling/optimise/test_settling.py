from __future__ import annotations

import random

from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import Plan, Problem, Shift, Stop, faults
from assistant.scheduling.optimise.settling import settled
from tests.assistant.scheduling.optimise.test_improving import LINE, job, random_problem, steps


def test_what_stands_goes_back_where_that_costs_little() -> None:
    problem = Problem([job(1, 2), job(2, 2)], [Shift(1, 0, 600, "0")], LINE)
    early = greedy(problem)
    assert [stop.start for stop in early.stops] == [20, 50]
    kept = settled(problem, early, [Stop(1, 0, 200), Stop(2, 0, 20)])
    assert kept == Plan((Stop(2, 0, 20), Stop(1, 0, 200)), (), early.travel)


def test_time_is_kept_by_another_where_the_way_is_too_long() -> None:
    shifts = [Shift(1, 0, 600, "6"), Shift(2, 0, 600, "2")]
    problem = Problem([job(1, 1, resources=frozenset({1, 2}))], shifts, LINE)
    plan, stand = greedy(problem), Stop(1, 0, 300)
    assert (plan.stops, plan.travel) == ((Stop(1, 1, 10),), 20)
    assert settled(problem, plan, [stand]).stops == (Stop(1, 1, 300),)
    assert settled(problem, plan, [stand], worth=80).stops == (stand,)


def test_settled_plans_obey_place_as_much_and_cost_no_more_than_is_said() -> None:
    kept = 0
    for seed in range(20):
        problem = random_problem(random.Random(seed))
        plain = greedy(problem)
        best, stands = improved(problem, plain, steps(20)), plain.stops[::2]
        for worth in (0, 15):
            plan = settled(problem, best, stands, worth)
            assert faults(problem, plan) == []
            assert plan.unplaced == best.unplaced
            assert plan.travel <= best.travel + worth * len(stands)
            kept += len(set(plan.stops) & set(stands)) - len(set(best.stops) & set(stands))
    assert kept > 20


def test_greedy_goes_on_from_a_plan() -> None:
    problem = random_problem(random.Random(3))
    half = Problem(problem.tasks[:7], problem.shifts, problem.travel)
    begun = greedy(half)
    plan = greedy(problem, Plan(begun.stops, (), begun.travel))
    assert faults(problem, plan) == []
    assert {(stop.task_id, stop.shift) for stop in begun.stops} <= {(stop.task_id, stop.shift) for stop in plan.stops}
