from __future__ import annotations

import pytest

from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import faults, rank
from tests.assistant.scheduling.optimise.test_improving import steps
from tests.assistant.scheduling.optimise.trsp import INSTANCES, trsp
from tests.corpora import corpus


@pytest.mark.corpus
@pytest.mark.parametrize("name", INSTANCES)
def test_plan_of_a_known_instance_obeys_and_places_no_fewer_than_greedy(name: str) -> None:
    problem = trsp(corpus("scheduling", "trsp", name))
    plain = greedy(problem)
    best = improved(problem, plain, steps(40))
    assert faults(problem, plain) + faults(problem, best) == []
    assert rank(problem, best) < rank(problem, plain)
    assert (len(problem.tasks), len(problem.shifts)) == (100, 25)
