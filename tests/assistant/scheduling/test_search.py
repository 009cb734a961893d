from __future__ import annotations

import random

from tests.assistant.scheduling.cases import random_case
from tests.assistant.scheduling.oracle import difference


def test_slots_are_those_found_minute_by_minute() -> None:
    found = {seed: difference(random_case(random.Random(seed))) for seed in range(1000)}
    assert {seed: said for seed, said in found.items() if said} == {}
