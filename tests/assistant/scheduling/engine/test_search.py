from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Span
from assistant.scheduling.engine.model import Resource
from assistant.scheduling.engine.rules import All, Order, Part, Pick, Rule, Slot, Strategy
from assistant.scheduling.engine.search import find_slots, first_slot
from tests.assistant.scheduling.cases import random_case
from tests.assistant.scheduling.oracle import difference, reasons_differ
from tests.assistant.scheduling.workshop import at, booked, hours, loaded, monday, service, world


def test_slots_are_those_found_minute_by_minute() -> None:
    found = {seed: difference(random_case(random.Random(seed))) for seed in range(1000)}
    assert {seed: said for seed, said in found.items() if said} == {}


def test_slots_are_the_same_when_dead_ends_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.scheduling.engine.placing._PATIENCE", -1)
    found = {seed: difference(random_case(random.Random(seed))) for seed in range(2000, 2080)}
    assert {seed: said for seed, said in found.items() if said} == {}


def test_reasons_are_those_found_minute_by_minute() -> None:
    found = {seed: reasons_differ(random_case(random.Random(seed)), random.Random(seed)) for seed in range(1000, 1060)}
    assert {seed: said for seed, said in found.items() if said} == {}


def who(slots: list[Slot]) -> list[tuple[int, ...]]:
    return [tuple(each.resource_id for each in slot.assignments) for slot in slots]


def asked(rule: Rule, *resources: Resource, order: Order = Order.EARLIEST) -> list[Slot]:
    request = replace(monday(service(rule)), order=order)
    return find_slots(loaded(world(*resources), request), request, at(0))


def test_strategy_says_who_comes_first() -> None:
    full = Resource(1, "Ann", hours=hours(), bookings=[booked(8, 11)], last_turn=at(0))
    some = Resource(2, "Bob", hours=hours(), bookings=[booked(8, 9)], last_turn=at(0) + timedelta(hours=1))
    new = Resource(3, "Eve", hours=hours(), bookings=[booked(8, 10)])
    first = {each: who(asked(Pick(strategy=each), full, some, new))[-1] for each in Strategy}
    assert first == {Strategy.LEAST_BUSY: (2,), Strategy.MOST_BUSY: (1,), Strategy.ROUND_ROBIN: (3,)}
    assert who(asked(Pick(preferred=frozenset({3})), full, some, new))[-1] == (3,)
    assert who(asked(Pick(2, excluded=frozenset({2})), full, some, new))[-1] == (3, 1)


def test_resource_works_in_one_place_at_a_time_and_may_in_the_next() -> None:
    only = Resource(1, "Ann", hours=hours())
    halves = All((Pick(part=Part(0, 30)), Pick(part=Part(30, 30))))
    assert who(asked(halves, only))[0] == (1, 1)
    assert asked(All((Pick(), Pick(part=Part(30, 30)))), only) == []
    found = asked(halves, only)[0]
    assert [(each.start, each.end, each.place) for each in found.assignments] == [
        (at(8), at(8, 30), (0,)),
        (at(8, 30), at(9), (1,)),
    ]


def test_many_that_want_the_same_few_are_answered_soon() -> None:
    crowd = [Resource(number, f"R{number}", hours=hours(), site_id=number % 2) for number in range(12)]
    rule = All(tuple(Pick(resources=tuple(range(12)), name=str(each)) for each in range(12)))
    assert len(asked(rule, *crowd)) == 8
    crowd[5] = replace(crowd[5], bookings=[booked(8, 16)])
    assert [slot.start for slot in asked(rule, *crowd)] == [at(16)]
    assert asked(replace(rule, same_site=True), *crowd) == []


def test_first_slot_is_the_earliest_one_and_limits_hold() -> None:
    known = world(Resource(1, "Ann", hours=hours(), bookings=[booked(8, 10)]))
    request = monday(service(), limit=2)
    assert first_slot(loaded(known, request), request, at(0)) == find_slots(loaded(known, request), request, at(0))[0]
    assert [slot.start for slot in find_slots(loaded(known, request), request, at(11, 1))] == [at(13), at(14)]
    assert first_slot(loaded(known, request), request, at(17)) is None


def test_slots_are_not_looked_for_in_time_that_is_not_loaded() -> None:
    request = monday(service())
    with pytest.raises(ValueError, match="too little time is loaded"):
        find_slots(Loaded(world(), Span.around(at(8), at(12))), request, at(0))


def test_best_slot_has_the_shortest_way_and_says_so() -> None:
    known = world(
        Resource(1, "Ann", area="north", hours=hours(), bookings=[booked(13, 14, "BKG-00007", "south")]),
        travel={("north", "south"): 30},
    )
    request = replace(monday(service(), "south", limit=2), preferred=frozenset({1}))
    found = find_slots(loaded(known, request), request, at(0))
    assert [(slot.start, slot.score, slot.reasons) for slot in found] == [
        (at(8), 33, ("Ann is preferred", "Ann travels 30 min from home, 0 min on to BKG-00007")),
        (at(9), 33, ("Ann is preferred", "Ann travels 30 min from home, 0 min on to BKG-00007")),
    ]
    calm = replace(request, preferred=frozenset(), order=Order.EARLIEST)
    assert find_slots(loaded(known, calm), calm, at(0))[0].reasons[0] == "Ann can do it, and nobody else"
