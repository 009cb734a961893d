from __future__ import annotations

import random

import pytest

from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.model import Problem, Shift, faults, rank
from assistant.scheduling.optimise.ortools import is_installed, ordered
from tests.assistant.scheduling.optimise.test_improving import LINE, job, random_problem

pytestmark = pytest.mark.skipif(not is_installed(), reason="OR-Tools is an extra")


def test_plans_of_random_problems_obey_and_are_never_worse() -> None:
    for seed in range(6):
        problem = random_problem(random.Random(seed))
        plain = greedy(problem)
        plan = ordered(problem, plain, 0.05)
        assert faults(problem, plan) == []
        assert rank(problem, plan) <= rank(problem, plain)


def test_tour_of_a_few_becomes_shorter() -> None:
    tasks = [job(number, area, windows=((0, 300),)) for number, area in enumerate((5, 1, 4, 2, 6, 3))]
    problem = Problem(tasks, [Shift(1, 0, 600, "0")], LINE)
    assert ordered(problem, greedy(problem), 0.1).travel == 120


def test_nothing_to_place_is_a_plan() -> None:
    empty = Problem([], [Shift(1, 0, 10, "0")], LINE)
    assert ordered(empty, greedy(empty), 0.1) == greedy(empty)
