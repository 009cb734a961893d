from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from itertools import count, permutations

from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import Fixed, Plan, Problem, Shift, Stop, Task, faults, rank
from assistant.scheduling.optimise.routes import Routes

LINE = Travel({(str(one), str(other)): 10 * (other - one) for one in range(7) for other in range(one + 1, 7)})
ALL_DAY = ((0, 600),)


def steps(many: int) -> Callable[[], float]:
    done = count()
    return lambda: next(done) / many


def job(number: int, area: int, **others: object) -> Task:
    return replace(Task(number, 30, ALL_DAY, str(area), frozenset({1})), **others)  # type: ignore[arg-type]


def random_problem(rng: random.Random) -> Problem:
    shifts = []
    for number in range(4):
        start = rng.randrange(0, 120, 10)
        lunch = ((start + 100, start + 130),) if rng.random() < 0.5 else ()
        job = Fixed(start + 40, start + 90, str(rng.randrange(7)), "BKG-00001")
        fixed = (job,) if rng.random() < 0.4 else ()
        shifts.append(Shift(number % 3, start, start + rng.randrange(150, 400), str(rng.randrange(7)), lunch, fixed))
    tasks = []
    for number in range(14):
        begin = rng.randrange(0, 300, 10)
        windows = ((begin, begin + rng.randrange(60, 200)),) if rng.random() < 0.6 else ((0, 90), (200, 500))
        who = frozenset(rng.sample(range(3), rng.randrange(1, 4)))
        tasks.append(Task(number, rng.randrange(10, 60), windows, str(rng.randrange(7)), who, rng.randrange(1, 4)))
    return Problem(tasks, shifts, LINE)


def test_plans_of_random_problems_obey_and_improve() -> None:
    better = 0
    for seed in range(25):
        problem = random_problem(random.Random(seed))
        plain, told = greedy(problem), list[Plan]()
        best = improved(problem, plain, steps(60), better=told.append)
        assert [fault for plan in (plain, *told) for fault in faults(problem, plan)] == []
        assert best == (told[-1] if told else plain)
        ranks = [rank(problem, plan) for plan in (plain, *told)]
        assert ranks == sorted(set(ranks), reverse=True)
        better += bool(told)
    assert better > 15


def test_greedy_places_the_important_first_and_where_it_costs_least() -> None:
    near, far = Shift(1, 0, 60, "1"), Shift(2, 0, 60, "6")
    first, second = job(1, 1, priority=2, resources=frozenset({1, 2})), job(2, 2, priority=1)
    plan = greedy(Problem([first, second], [near, far], LINE))
    assert plan == Plan((Stop(2, 0, 10),), (1,), 20)
    both = greedy(Problem([first, second], [replace(near, end=100), far], LINE))
    assert both == Plan((Stop(1, 0, 0), Stop(2, 0, 40)), (), 20)


def test_way_and_work_keep_out_of_a_break_and_reach_what_is_booked() -> None:
    shift = Shift(1, 0, 200, "0", closed=((15, 45),), fixed=(Fixed(100, 130, "3"),))
    assert greedy(Problem([job(1, 2)], [shift], LINE)) == Plan((Stop(1, 0, 50),), (), 60)
    assert greedy(Problem([job(1, 6)], [shift], LINE)).unplaced == (1,)
    late = replace(shift, fixed=(Fixed(5, 20, "6"),), closed=())
    assert greedy(Problem([job(1, 6)], [late], LINE)) == Plan((Stop(1, 0, 20),), (), 120)


def test_tour_of_a_few_becomes_the_shortest_there_is() -> None:
    tasks = [job(number, area) for number, area in enumerate((5, 1, 4, 2, 6, 3))]
    problem = Problem(tasks, [Shift(1, 0, 600, "0")], LINE)
    wrong = Routes(problem)
    for task in tasks:
        wrong.routes[0].insert(wrong.item(task), len(wrong.routes[0].items))
    worst = wrong.plan()
    assert worst.travel > 120
    shortest = min(
        sum(abs(one - other) * 10 for one, other in zip((0, *order), (*order, 0), strict=True))
        for order in permutations(range(1, 7))
    )
    assert improved(problem, worst, steps(200)).travel == shortest == 120


def test_plan_that_disobeys_is_told_by_what_it_disobeys() -> None:
    shift = Shift(1, 0, 100, "0", closed=((50, 60),))
    problem = Problem([job(1, 3), job(2, 1, windows=((0, 40),), resources=frozenset({2}))], [shift], LINE)
    assert faults(problem, Plan((Stop(1, 0, 20), Stop(1, 0, 45)), (), 61)) == [
        "task 1 is placed twice",
        "not every task is either placed or not",
        "resource 1 cannot be there at 20",
        "task 1 lies in closed time",
        "resource 1 cannot be there at 45",
        "resource 1 is not home by 100",
        "the travel is 60, not 61",
    ]
    assert faults(problem, Plan((Stop(2, 0, 20),), (1,), 20)) == [
        "task 2 is not for resource 1",
        "task 2 lies outside its windows",
    ]


def test_nothing_to_place_is_a_plan() -> None:
    empty = Problem([], [Shift(1, 0, 10, "0")], LINE)
    assert improved(empty, greedy(empty), steps(5)) == Plan((), (), 0)
    nobody = Problem([job(1, 1)], [], LINE)
    assert improved(nobody, greedy(nobody), steps(5)) == Plan((), (1,), 0)
