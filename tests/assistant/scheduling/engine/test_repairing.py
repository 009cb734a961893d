from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.minutes import Span
from assistant.scheduling.engine.model import Booked, Resource, TimeOff
from assistant.scheduling.engine.repairing import Planned, Repair, broken, newly_broken, repairs
from assistant.scheduling.engine.rules import All, Assignment, Pick, Service, Slot
from assistant.scheduling.engine.search import find_slots
from assistant.scheduling.engine.travel import Travel
from tests.assistant.scheduling.cases import Case, random_case
from tests.assistant.scheduling.workshop import at, hours, loaded, monday, service, world


def with_slot(known: World, planned: Planned, slot: Slot) -> World:
    """The world with the booking at the slot and nowhere else."""
    resources = {
        each.id: replace(each, bookings=[one for one in each.bookings if one.what != planned.what])
        for each in known.resources.values()
    }
    for each in slot.assignments:
        resource = resources[each.resource_id]
        booked = Booked(each.occupied_start, each.occupied_end, each.units, planned.what, planned.area)
        resources[resource.id] = replace(resource, bookings=[*resource.bookings, booked])
    return replace(known, resources=resources)


def made(known: World, asked: Service, starts: Sequence[datetime]) -> tuple[World, list[Planned]]:
    """Bookings at these starts, in the world that has them."""
    found = []
    for number, start in enumerate(starts, 1):
        request = replace(monday(asked), start=start, end=start + timedelta(minutes=asked.duration))
        slot = find_slots(loaded(known, request), request, at(0))[0]
        planned = Planned(f"BKG-{number:05}", asked, start, slot.assignments)
        known = with_slot(known, planned, slot)
        found.append(planned)
    return known, found


def off(resource: Resource, start: datetime, end: datetime) -> Resource:
    assert resource.hours is not None
    return replace(resource, hours=replace(resource.hours, time_off=(TimeOff(start, end, "ill"),)))


def whole_week(known: World, asked: Service) -> Loaded:
    return Loaded(known, span_for([asked], at(0), at(24 * 5), known.travel))


def told(found: list[Repair]) -> list[tuple[str, int | None, tuple[int, ...], tuple[int, ...]]]:
    return [(each.broken.planned.what, each.moved if each.slot else None, each.leave, each.come) for each in found]


def test_sick_call_breaks_bookings_and_each_gets_the_cheapest_repair() -> None:
    asked = service(All((Pick(skills={"weld": 1}), Pick(skills={"lift": 1}))))
    known = world(
        Resource(1, "Ann", skills={"weld": 1}, hours=hours()),
        Resource(2, "Bob", skills={"lift": 1}, hours=hours()),
        Resource(3, "Eve", skills={"lift": 1}, hours=hours()),
    )
    booked, planned = made(known, asked, [at(9), at(10), at(13)])
    ill = booked.resources[2]
    changed = replace(booked, resources={**booked.resources, 2: off(ill, at(0), at(24 * 2))})
    after = whole_week(changed, asked)
    found = broken(after, planned)
    assert [[(who, [each.kind for each in why]) for who, why in one.reasons] for one in found] == [
        [(2, [Kind.OFF])] for _ in found
    ]
    mended = repairs(after, found, at(0))
    assert told(mended) == [(each.planned.what, 0, (2,), (3,)) for each in found]
    assert len(found) == sum(2 in {each.resource_id for each in one.assignments} for one in planned) > 0


def test_booking_that_nobody_else_can_do_moves_to_the_nearest_slot() -> None:
    asked = service()
    booked, planned = made(world(Resource(1, "Ann", hours=hours())), asked, [at(10), at(11)])
    changed = replace(booked, resources={1: off(booked.resources[1], at(9), at(12))})
    after = whole_week(changed, asked)
    mended = repairs(after, broken(after, planned), at(0))
    assert told(mended) == [("BKG-00001", -120, (), ()), ("BKG-00002", 120, (), ())]
    late = repairs(after, broken(after, planned), at(15))
    assert told(late) == [("BKG-00001", 300, (), ()), ("BKG-00002", 300, (), ())]
    for_good = replace(booked, resources={1: off(booked.resources[1], at(0), at(24 * 9))})
    never = whole_week(for_good, asked)
    assert told(repairs(never, broken(never, planned), at(0))) == [
        ("BKG-00001", None, (), ()),
        ("BKG-00002", None, (), ()),
    ]


def test_booking_that_was_broken_before_is_not_told_of_a_change() -> None:
    asked = service()
    booked, planned = made(world(Resource(1, "Ann", hours=hours())), asked, [at(10), at(14)])
    before = replace(booked, resources={1: off(booked.resources[1], at(10), at(11))})
    after = replace(booked, resources={1: off(booked.resources[1], at(10), at(15))})
    found = newly_broken(whole_week(before, asked), whole_week(after, asked), planned)
    assert [each.planned.what for each in found] == ["BKG-00002"]
    closer = replace(after, travel=Travel(default=5))
    assert newly_broken(whole_week(before, asked), whole_week(closer, asked), planned) == found
    assert newly_broken(whole_week(after, asked), whole_week(after, asked), planned) == []
    gone = broken(whole_week(replace(booked, resources={}), asked), planned)
    assert [each.reasons[0][1][0].words for each in gone] == ["is not there any more"] * 2


def test_reason_that_a_change_brings_is_told_beside_those_that_were_there() -> None:
    asked = service()
    booked, planned = made(world(Resource(1, "Ann", hours=hours())), asked, [at(10)])
    late = [replace(planned[0], start=at(19), assignments=_later(planned[0], at(19)))]
    ill = replace(booked, resources={1: off(booked.resources[1], at(18), at(20))})
    [found] = newly_broken(whole_week(booked, asked), whole_week(ill, asked), late)
    assert [[each.kind for each in why] for _, why in found.reasons] == [[Kind.OFF]]


def test_booking_that_stays_keeps_its_time_or_is_left() -> None:
    asked = service()
    known = world(Resource(1, "Ann", hours=hours()), Resource(2, "Bob", hours=hours()))
    booked, planned = made(known, asked, [at(10), at(10)])
    [ann] = [each for each in planned if each.assignments[0].resource_id == 1]
    after = whole_week(
        replace(booked, resources={**booked.resources, 1: off(known.resources[1], at(9), at(12))}), asked
    )
    [moved] = repairs(after, broken(after, [ann]), at(0))
    [left] = repairs(after, broken(after, [replace(ann, stays=True)]), at(0))
    assert (moved.moved, moved.come, left.slot) == (-60, (2,), None)


def _later(one: Planned, start: datetime) -> tuple[Assignment, ...]:
    by = start - one.start
    return tuple(
        replace(each, start=each.start + by, end=each.end + by, occupied_start=each.occupied_start + by)
        for each in one.assignments
    )


def test_resources_that_shall_be_at_one_site_break_when_one_moves() -> None:
    asked = service(All((Pick(resources=(1,)), Pick(resources=(2, 3))), same_site=True))
    known = world(*(Resource(number, f"R{number}", site_id=7, hours=hours()) for number in (1, 2, 3)))
    booked, planned = made(known, asked, [at(10)])
    moved = replace(booked, resources={**booked.resources, 2: replace(booked.resources[2], site_id=8)})
    after = whole_week(moved, asked)
    found = broken(after, planned)
    assert [[(who, why[0].kind) for who, why in one.reasons] for one in found] == [[(1, Kind.SITE), (2, Kind.SITE)]]
    assert told(repairs(after, found, at(0))) == [("BKG-00001", 0, (2,), (3,))]


def test_repairs_of_random_changes_can_all_be_booked() -> None:
    mended = 0
    for seed in range(120):
        case = random_case(random.Random(seed))
        span = span_for([case.request.service], case.request.start, case.request.end, case.world.travel)
        known, planned = _booked(case, span)
        assert broken(Loaded(known, span), planned) == []
        if not planned:
            continue
        out = planned[0].assignments[0].resource_id
        changed = replace(known, resources={**known.resources, out: replace(known.resources[out], hours=None)})
        found = repairs(Loaded(changed, span), broken(Loaded(changed, span), planned), case.now)
        done = [(each.broken.planned, each.slot) for each in found if each.slot]
        for one, slot in done:
            changed = with_slot(changed, one, slot)
        again = [replace(one, start=slot.start, assignments=slot.assignments) for one, slot in done]
        assert broken(Loaded(changed, span), again) == []
        mended += len(done)
    assert mended > 10


def _booked(case: Case, span: Span) -> tuple[World, list[Planned]]:
    """The world of a case with up to three bookings of what is asked for."""
    known, asked, planned = case.world, case.request, list[Planned]()
    for number in range(3):
        if slots := find_slots(Loaded(known, span), asked, case.now):
            slot = slots[number % len(slots)]
            planned.append(
                Planned(f"NEW-{number}", asked.service, slot.start, slot.assignments, asked.area, asked.units)
            )
            known = with_slot(known, planned[-1], slot)
    return known, planned
