from __future__ import annotations

import random
from itertools import pairwise

from assistant.scheduling.engine.travel import Travel

AREAS = "abcde"


def test_way_is_the_shortest_one_and_the_default_where_none_is_known() -> None:
    travel = Travel({("a", "b"): 10, ("b", "c"): 20, ("a", "c"): 50, ("c", "a"): 45, ("d", "e"): 5}, 30)
    assert [travel.between(*pair) for pair in ("aa", "ab", "ba", "ac", "ca", "ad", "zd")] == [0, 10, 10, 30, 30, 30, 30]
    assert travel.longest == 30


def test_every_job_by_itself_says_what_the_jobs_next_to_it_say() -> None:
    rng = random.Random(3)
    said = set()
    for _ in range(300):
        travel = Travel({(one, other): rng.randrange(1, 60) for one in AREAS for other in AREAS if one != other})
        at, jobs = 0, list[tuple[int, int, str]]()
        for area in rng.choices(AREAS, k=5):
            at += travel.between(jobs[-1][2], area) + rng.randrange(30) if jobs else 0
            jobs.append((at, at := at + rng.randrange(1, 40), area))
        start, area = rng.randrange(-60, at + 60), rng.choice(AREAS)
        asked = (start, start + rng.randrange(1, 30), area)
        in_turn = sorted([*jobs, asked])
        together = all(one[1] + travel.between(one[2], other[2]) <= other[0] for one, other in pairwise(in_turn))
        alone = all(
            asked[1] + travel.between(area, job[2]) <= job[0] or job[1] + travel.between(job[2], area) <= asked[0]
            for job in jobs
        )
        assert together == alone
        said.add(alone)
    assert said == {True, False}
