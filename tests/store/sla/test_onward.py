from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from store.sla.hours import BusinessCalendar
from store.sla.onward import onward
from tests.store.sla.scenarios import Scenario, scenario


def test_a_clock_goes_on_as_if_it_were_worked_out_again() -> None:
    for seed in range(150):
        rng = random.Random(seed)
        case = scenario(rng)
        later = replace(case, now=case.now + timedelta(minutes=rng.choice((1, 45, 600, 5_000))))
        calendar = _desk(case)
        for name in ("first_response", "resolution"):
            before, after = getattr(case.clocks(), name), getattr(later.clocks(), name)
            assert onward(before, calendar, case.now, later.now) == after, f"seed {seed}"


def _desk(case: Scenario) -> BusinessCalendar:
    queues = [event.value for event in case.events if event.kind == "queue"]
    desk = case.queues.get(queues[-1], case.desk) if queues else case.desk
    return desk.sla().calendar
