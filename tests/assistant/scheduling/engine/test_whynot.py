from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.loaded import World
from assistant.scheduling.engine.model import Busy, Resource, ResourceKind, Site, TimeOff
from assistant.scheduling.engine.rules import All, Pick, Some
from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.engine.whynot import Explaining, WhyNot
from tests.assistant.scheduling.workshop import DAY, ZONE, at, booked, hours, loaded, monday, service, world

ANN = Resource(1, "Ann", skills={"weld": 2}, hours=hours())


def why(resource: Resource, *, travel: dict[tuple[str, str], int] | None = None, area: str = "") -> WhyNot:
    """Why the resource is not offered on Monday at ten for an hour of welding."""
    sites = {1: Site(1, "Depot", ZONE, {date(2026, 10, 5): ()})}
    known = World({resource.id: resource}, {}, sites, Travel(travel or {}))
    request = monday(service(Pick(skills={"weld": 2})), area)
    return Explaining(loaded(known, request), request, at(9)).at(resource.id, at(10))


@pytest.mark.parametrize(
    ("resource", "kind", "said"),
    [
        (replace(ANN, skills={"weld": 1}), Kind.NOT_QUALIFIED, "lacks weld 2, it has 1"),
        (replace(ANN, skills={}), Kind.NOT_QUALIFIED, "lacks weld"),
        (replace(ANN, hours=None), Kind.NO_HOURS, "has no work hours"),
        (
            replace(ANN, hours=replace(hours(), dates={date(2026, 10, 5): ()})),
            Kind.OUTSIDE_HOURS,
            "does not work at Mon 05 Oct 10:00",
        ),
        (replace(ANN, site_id=1), Kind.CLOSED, "Depot is closed on Mon 05 Oct"),
        (
            replace(ANN, hours=replace(hours(), time_off=(TimeOff(at(10, 30), at(17), "dentist"),))),
            Kind.OFF,
            "is off Mon 05 Oct 10:30 to Mon 05 Oct 17:00: dentist",
        ),
        (
            replace(ANN, unknown="not read since Friday"),
            Kind.UNKNOWN_CALENDAR,
            "its calendar is not known: not read since Friday",
        ),
        (
            replace(ANN, known_until=at(10, 59)),
            Kind.UNKNOWN_CALENDAR,
            "its calendar is not known after Mon 05 Oct 10:59",
        ),
        (
            replace(ANN, busy=[Busy(at(10, 59), at(12), "call"), Busy(at(11), at(13))]),
            Kind.BUSY,
            "is busy Mon 05 Oct 10:59 to Mon 05 Oct 12:00: call",
        ),
        (
            replace(ANN, bookings=[booked(8, 10), booked(10, 11, "BKG-00002")]),
            Kind.BOOKED,
            "is booked Mon 05 Oct 10:00 to Mon 05 Oct 11:00 by BKG-00002",
        ),
    ],
)
def test_resource_is_not_offered_and_says_why(resource: Resource, kind: Kind, said: str) -> None:
    found = why(resource).reasons
    assert [(each.kind, each.words) for each in found] == [(kind, said)]
    assert bool(found[0].items) == (kind in (Kind.OFF, Kind.BUSY, Kind.BOOKED))


def test_way_from_another_job_is_told_with_the_job() -> None:
    ways = {("north", "south"): 25}
    resource = replace(ANN, area="north", bookings=[booked(8, 10, "BKG-00007", "south"), booked(12, 13, "", "north")])
    said = why(resource, travel=ways, area="north")
    assert [(each.kind, each.words, each.items) for each in said.reasons] == [
        (Kind.TRAVEL, "needs 25 min from BKG-00007, which ends at Mon 05 Oct 10:00", (resource.bookings[0],))
    ]
    assert why(replace(resource, kind=ResourceKind.FACILITY), travel=ways, area="north").reasons == ()


def test_several_reasons_are_all_told_for_one_start() -> None:
    resource = replace(ANN, bookings=[booked(9, 11)], busy=[Busy(at(10), at(11))], unknown="never read")
    kinds = [each.kind for each in why(resource).reasons]
    assert kinds == [Kind.UNKNOWN_CALENDAR, Kind.BUSY, Kind.BOOKED]


def test_window_says_how_much_of_it_each_reason_takes() -> None:
    room = Resource(3, "Room", ResourceKind.FACILITY, capacity=2, hours=hours(), bookings=[booked(8, 9), booked(8, 10)])
    known = world(replace(ANN, bookings=[booked(9, 11)]), Resource(2, "Bob", hours=hours()), room)
    rule = All((Pick(skills={"weld": 1}), Pick(kinds=frozenset({ResourceKind.FACILITY}))))
    request = replace(monday(service(rule, notice=60)), start=at(8), end=at(18))
    ann, bob, in_room = Explaining(loaded(known, request), request, at(7, 30)).everybody()
    assert [(each.kind, round(each.share * 10)) for each in ann.reasons] == [
        (Kind.NOTICE, 1),
        (Kind.OUTSIDE_HOURS, 2),
        (Kind.BOOKED, 2),
    ]
    assert (ann.reasons[2].words, ann.offered) == ("is booked (20% of the starts)", 0.5)
    assert [(each.kind, each.share) for each in bob.reasons] == [(Kind.NOT_QUALIFIED, 1.0)]
    assert [(each.kind, round(each.share * 10)) for each in in_room.reasons] == [
        (Kind.NOTICE, 1),
        (Kind.OUTSIDE_HOURS, 2),
        (Kind.OTHERS, 2),
    ]


def test_free_resource_is_not_offered_where_nobody_at_its_site_does_the_rest() -> None:
    known = world(
        replace(ANN, site_id=1),
        Resource(2, "Bob", site_id=2, skills={"weld": 1}, hours=hours()),
        Resource(3, "Van", ResourceKind.EQUIPMENT, site_id=2, hours=hours()),
        Resource(4, "Lift", ResourceKind.EQUIPMENT, site_id=1, hours=hours(), bookings=[booked(8, 17)]),
    )
    welder, gear = Pick(skills={"weld": 1}), Pick(kinds=frozenset({ResourceKind.EQUIPMENT}))
    one_site = monday(service(All((welder, Some(1, (gear,))), same_site=True)))
    explaining = Explaining(loaded(known, one_site), one_site, at(0))
    assert [[each.kind for each in explaining.at(number, at(9)).reasons] for number in known.resources] == [
        [Kind.SITE],
        [],
        [],
        [Kind.BOOKED],
    ]
    both = monday(service(All((Pick(2, skills={"weld": 1}), Pick(2, kinds=frozenset({ResourceKind.EQUIPMENT}))))))
    assert [each.kind for each in Explaining(loaded(known, both), both, at(0)).at(1, at(9)).reasons] == [Kind.OTHERS]


def test_window_without_a_start_says_so() -> None:
    request = replace(monday(service()), start=at(9, 10), end=at(9, 50))
    said = Explaining(loaded(world(Resource(1, "Ann", hours=hours(DAY))), request), request, at(0)).window(1)
    assert [each.words for each in said.reasons] == ["the service has no start in this time"]
