from __future__ import annotations

import random

from tests.store.sla.oracle import differences
from tests.store.sla.scenarios import scenario


def test_clocks_say_what_counting_the_minutes_says() -> None:
    cases = [scenario(random.Random(seed)) for seed in range(300)]
    assert [found for case in cases for found in differences(case)] == []
