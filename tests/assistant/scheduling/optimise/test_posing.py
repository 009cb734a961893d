from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.model import Booked, Busy, Resource
from assistant.scheduling.engine.rules import All, Grid, Pick, Request
from assistant.scheduling.engine.search import Search
from assistant.scheduling.optimise.beside import beside
from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import faults
from assistant.scheduling.optimise.posing import Wanted, pose, slots_of
from tests.assistant.scheduling.optimise.test_improving import LINE, steps
from tests.assistant.scheduling.workshop import ZONE, at, booked, hours, service

ASKED = replace(service(duration=40), grid=Grid(15, 0, ZONE), before=5, after=5)


def test_every_slot_of_a_plan_can_be_booked_one_after_the_other() -> None:
    rng = random.Random(4)
    people = [
        Resource(
            number,
            f"R{number}",
            area=str(rng.randrange(7)),
            skills={"weld": number % 2},
            hours=hours(),
            busy=[Busy(at(15), at(16), "call")],
            bookings=[booked(9, 10, "BKG-00001", str(rng.randrange(7)))],
        )
        for number in range(3)
    ]
    world = World({each.id: each for each in people}, travel=LINE)
    loaded = Loaded(world, span_for([ASKED], at(0), at(48), LINE))
    wanted = []
    for number in range(30):
        rule = All((Pick(skills={"weld": rng.choice((0, 1))}),))
        asked = Request(replace(ASKED, rule=rule), at(rng.choice((0, 9, 24))), at(48), str(rng.randrange(7)))
        wanted.append(Wanted(number, asked, rng.randrange(1, 3)))
    posed = pose(loaded, wanted, at(0))
    plan = improved(posed.problem, greedy(posed.problem), steps(30))
    assert faults(posed.problem, plan) == []
    found = slots_of(loaded, posed, plan)
    assert len(found) == len(plan.stops) > 15
    for number, slot in found.items():
        (one,) = slot.assignments
        request = replace(wanted[number].request, excluded=frozenset({0, 1, 2} - {one.resource_id}))
        search = Search(loaded, request, at(0))
        minute = loaded.span.floor(slot.start)
        assert search.free.grid(minute, minute + 1) == 1
        placed = search.at(minute)
        assert placed is not None and placed[0][1] == one.resource_id
        resource = loaded.world.resources[one.resource_id]
        taken = Booked(one.occupied_start, one.occupied_end, 1, f"NEW-{number}", request.area)
        loaded = loaded.replacing(replace(resource, bookings=[*resource.bookings, taken]))


def test_request_that_cannot_be_posed_says_why() -> None:
    people = [Resource(1, "Ann", area="1", hours=hours()), Resource(2, "Bob", area="6", hours=hours())]
    world = World({each.id: each for each in people}, travel=LINE)
    loaded = Loaded(world, span_for([ASKED], at(0), at(24), world.travel))
    long = replace(ASKED, duration=2 * 1440)
    day = Request(ASKED, at(0), at(24), "1")
    two = replace(day, service=replace(ASKED, rule=Pick(2)))
    able = replace(day, service=replace(ASKED, rule=Pick(skills={"weld": 1})))
    asked = [Wanted(1, day), Wanted(2, two), Wanted(3, able), Wanted(4, replace(day, area=""))]
    asked.append(Wanted(5, replace(day, service=long)))
    at_home = replace(day, area="", excluded=frozenset({2}), start=at(13))
    asked.append(Wanted(6, at_home))
    posed = pose(loaded, asked, at(8, 20))
    assert posed.left_out == {
        2: "more than one resource is needed, or only for a part",
        3: "nobody who travels can do it",
        4: "nobody knows where it is to be done",
        5: "it takes days",
    }
    found = slots_of(loaded, posed, greedy(posed.problem))
    assert {number: (slot.start, slot.end) for number, slot in found.items()} == {
        1: (at(8, 30), at(9, 10)),
        6: (at(13, 15), at(13, 55)),
    }
    assert found[1].assignments[0].occupied_start == at(8, 30) - timedelta(minutes=5)


def test_what_needs_several_is_put_beside_the_plan_the_more_important_first() -> None:
    people = [Resource(number, name, area="1", hours=hours()) for number, name in ((1, "Ann"), (2, "Bob"))]
    world = World({each.id: each for each in people}, travel=LINE)
    loaded = Loaded(world, span_for([ASKED], at(0), at(24), world.travel))
    morning = Request(ASKED, at(8), at(10), "1")
    two = replace(morning, service=replace(ASKED, rule=Pick(2)), start=at(8), end=at(9, 30))
    asked = [Wanted(1, morning), Wanted(2, two, priority=5), Wanted(3, two, priority=4)]
    posed = pose(loaded, asked, at(0))
    found = slots_of(loaded, posed, greedy(posed.problem))
    assert [(number, slot.start) for number, slot in found.items()] == [(1, at(8, 15))]
    more = beside(loaded, found, asked, at(0))
    assert {number: (slot.start, len(slot.assignments)) for number, slot in more.items()} == {}
    later = [replace(each, request=replace(each.request, end=at(10, 30))) for each in asked]
    more = beside(loaded, found, later, at(0))
    assert {number: (slot.start, len(slot.assignments)) for number, slot in more.items()} == {3: (at(9, 15), 2)}
