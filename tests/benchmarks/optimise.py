"""Plans for a week, timed and compared with the greedy one in the same run.

    python -m tests.benchmarks.optimise [--seconds 10] [--seed 0]

300 requests, 40 technicians, 5 days: first a week in which all fits, then one with a quarter of the technicians; then
both beside OR-Tools, where that is installed, and some published instances. Plans are checked against the definitions.
Ends with 1 when something is not placed that could be, a plan disobeys, travel is not at least 15 % below the greedy
plan's, or a plan is worse than the greedy one.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import Plan, Problem, Shift, Task, faults, rank
from assistant.scheduling.optimise.ortools import is_installed, ordered
from tests.assistant.scheduling.optimise.trsp import trsp
from tests.corpora import SHARED

PLACED_LIMIT = 3.0  # seconds until all are placed
LESS_TRAVEL = 0.15  # than greedy
_DAY = 1440


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    missed = roomy(options.seconds, options.seed) | full(options.seconds, options.seed)
    if is_installed():
        peer(options.seconds, options.seed)
    return missed | known(options.seconds, options.seed)


def roomy(seconds: float, seed: int) -> int:
    """A week in which all fits."""
    problem = week(random.Random(seed), technicians=40)
    first, started = list[float](), perf_counter()

    def heard(plan: Plan) -> None:
        if not plan.unplaced and not first:
            first.append(perf_counter() - started)

    plain = greedy(problem)
    took = perf_counter() - started
    heard(plain)
    best = improved(problem, plain, within(seconds), better=heard)
    less = 1 - best.travel / plain.travel
    print(f"300 requests, 40 technicians, 5 days: greedy places {len(plain.stops)} in {took:.2f} s, {plain.travel} min")
    print(f"  all placed after {first[0]:.2f} s" if first else f"  {len(best.unplaced)} are not placed")
    print(f"  after {seconds:.0f} s: {best.travel} min, {less:.1%} less: {less / LESS_TRAVEL:.2f} x the 15 % to reach")
    wrong = faults(problem, plain) + faults(problem, best)
    print(f"  {len(wrong)} faults {wrong[:3]}")
    return int(bool(wrong) or not first or first[0] > PLACED_LIMIT or less < LESS_TRAVEL)


def full(seconds: float, seed: int) -> int:
    """A week with too much to do."""
    problem = week(random.Random(seed), technicians=10)
    plain = greedy(problem)
    best = improved(problem, plain, within(seconds))
    wrong = faults(problem, plain) + faults(problem, best)
    for name, plan in (("greedy", plain), ("optimised", best)):
        print(f"300 requests, 10 technicians, {name}: {_left(problem, plan)} not placed, {plan.travel} min")
    print(f"  {len(wrong)} faults {wrong[:3]}")
    return int(bool(wrong) or rank(problem, best) > rank(problem, plain))


def peer(seconds: float, seed: int) -> None:
    """Both weeks without breaks, beside OR-Tools."""
    for technicians in (40, 10):
        problem = week(random.Random(seed), technicians)
        problem = replace(problem, shifts=[replace(shift, closed=()) for shift in problem.shifts])
        plain = greedy(problem)
        ours = improved(problem, plain, within(seconds))
        theirs = ordered(problem, plain, seconds)
        print(
            f"300 requests, {technicians} technicians without breaks, {len(faults(problem, theirs))} faults of OR-Tools"
        )
        for name, plan in (("greedy", plain), ("ours", ours), ("OR-Tools", theirs)):
            print(f"  {name}: {_left(problem, plan)} not placed, {plan.travel} min")


def known(seconds: float, seed: int) -> int:
    """Published instances, where they are on this machine."""
    missed = 0
    for path in sorted((SHARED / "scheduling" / "trsp").glob("*.xml"))[::7]:
        problem = trsp(path, seed)
        plain = greedy(problem)
        best = improved(problem, plain, within(seconds))
        wrong = faults(problem, plain) + faults(problem, best)
        print(
            f"{path.stem}: greedy places {len(plain.stops)} of {len(problem.tasks)} with {plain.travel} min, after"
            f" {seconds:.0f} s {len(best.stops)} with {best.travel} min, {len(wrong)} faults"
        )
        missed |= int(bool(wrong) or rank(problem, best) > rank(problem, plain))
    return missed


def week(rng: random.Random, technicians: int) -> Problem:
    """300 requests over 5 days and 30 areas on a plane of an hour's drive."""
    places = {f"area {number}": (rng.random() * 60, rng.random() * 60) for number in range(30)}
    travel = Travel(
        {
            (one, other): 3 + int(((x - u) ** 2 + (y - v) ** 2) ** 0.5)
            for one, (x, y) in places.items()
            for other, (u, v) in places.items()
            if one < other
        }
    )
    areas = list(places)
    skills = [frozenset(rng.sample("abcd", rng.randrange(1, 4))) for _ in range(technicians)]
    shifts = []
    for number in range(technicians):
        home = rng.choice(areas)
        for day in range(5):
            start = day * _DAY + rng.choice((420, 480, 540))
            shifts.append(Shift(number, start, start + 510, home, ((start + 240, start + 270),)))
    tasks = []
    for number in range(300):
        day, needed = rng.randrange(5), rng.choice("abcd")
        if rng.random() < 0.4:
            begin = day * _DAY + rng.randrange(480, 840, 30)
            windows: tuple[tuple[int, int], ...] = ((begin, begin + 180),)
        else:
            windows = tuple((each * _DAY + 480, each * _DAY + 1020) for each in range(day, min(5, day + 3)))
        able = frozenset(each for each in range(technicians) if needed in skills[each])
        tasks.append(Task(number, rng.randrange(30, 91, 15), windows, rng.choice(areas), able, rng.randrange(1, 4)))
    return Problem(tasks, shifts, travel)


def within(seconds: float) -> Callable[[], float]:
    """How much of so many seconds is gone."""
    started = perf_counter()
    return lambda: (perf_counter() - started) / seconds


def _left(problem: Problem, plan: Plan) -> dict[int, int]:
    unplaced = set(plan.unplaced)
    return dict(sorted(Counter(task.priority for task in problem.tasks if task.id in unplaced).items()))


if __name__ == "__main__":
    sys.exit(main())
