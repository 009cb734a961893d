from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.loaded import World
from assistant.scheduling.engine.model import Pattern, Resource, ResourceKind, Site, TimeOff, WorkHours
from assistant.scheduling.engine.rules import All, Part, Pick, Request, Rule, Slot
from assistant.scheduling.engine.search import find_slots
from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.engine.whynot import Explaining
from store.sla.hours import Hours
from tests.assistant.scheduling.workshop import DAY, MONDAY, ZONE, at, booked, hours, loaded, monday, service, world

ALWAYS = WorkHours(ZONE, (Pattern(date.min, ((Hours(time(), time()),),) * 7),))
ANN = Resource(1, "Ann", site_id=1, hours=hours())
VAN = Resource(2, "Van", ResourceKind.EQUIPMENT, site_id=1, hours=ALWAYS)
BOTH = All((Pick(resources=(1,)), Pick(resources=(2,))))


def week(rule: Rule, days: int = 2) -> Request:
    return replace(monday(service(rule, days * 1440)), end=at(24 * 7))


def found(request: Request, known: World) -> list[Slot]:
    return find_slots(loaded(known, request), request, at(0))


def told(slots: list[Slot]) -> list[tuple[str, ...]]:
    """When each slot is, and when each of its resources works, on the clocks of Vienna."""
    clocks = ZoneInfo(ZONE)

    def between(start: datetime, end: datetime) -> str:
        return f"{start.astimezone(clocks):%a %H:%M} - {end.astimezone(clocks):%a %H:%M}"

    return [
        (between(slot.start, slot.end), *(between(each.start, each.end) for each in slot.assignments)) for slot in slots
    ]


def test_service_of_days_begins_in_the_morning_and_ends_with_the_work_of_its_last_day() -> None:
    slots = found(week(Pick()), world(ANN))
    assert told(slots) == [
        (f"{first} 08:00 - {last} 17:00",) * 2
        for first, last in (("Mon", "Tue"), ("Tue", "Wed"), ("Wed", "Thu"), ("Thu", "Fri"))
    ]
    assert told(found(week(Pick(), 1), world(ANN)))[0] == ("Mon 08:00 - Mon 17:00",) * 2


def test_van_stays_until_people_are_done_and_alone_works_by_its_own_days() -> None:
    team = found(week(BOTH), world(ANN, VAN))
    assert told(team)[0] == ("Mon 08:00 - Tue 17:00",) * 3
    rented = found(week(Pick(resources=(2,))), world(ANN, VAN))
    assert told(rented)[0] == ("Mon 00:00 - Wed 00:00",) * 2


@pytest.mark.parametrize(
    "ann",
    [
        replace(ANN, bookings=[booked(20, 21)]),
        replace(ANN, hours=replace(hours(), time_off=(TimeOff(at(3), at(30)),))),
        replace(ANN, hours=replace(hours(), dates={MONDAY: ()})),
        replace(ANN, site_id=3),
    ],
)
def test_what_occupies_one_day_or_night_breaks_the_whole_stay(ann: Resource) -> None:
    known = replace(world(ann), sites={3: Site(3, "Depot", ZONE, {MONDAY: ()})})
    assert told(found(week(Pick()), known))[0] == ("Tue 08:00 - Wed 17:00",) * 2


def test_part_of_days_is_of_working_days() -> None:
    later = Resource(2, "Eve", hours=hours((Hours(time(10), time(16)),)))
    rule = All((Pick(resources=(1,)), Pick(resources=(2,), part=Part(1440, 1440))))
    assert told(found(week(rule), world(ANN, later)))[0] == (
        "Mon 08:00 - Tue 17:00",
        "Mon 08:00 - Tue 17:00",
        "Tue 10:00 - Tue 16:00",
    )


def test_days_go_on_at_the_same_hours_when_clocks_change() -> None:
    daily = WorkHours(ZONE, (Pattern(date.min, (DAY,) * 7),))
    start = at(24 * 19)  # Saturday; in the night the clocks go back
    request = replace(week(Pick()), start=start, end=start + timedelta(days=2))
    assert told(found(request, world(replace(ANN, hours=daily)))) == [("Sat 08:00 - Sun 17:00",) * 2]


@pytest.mark.parametrize(
    ("ann", "hour", "kind", "said"),
    [
        (ANN, 7, Kind.OUTSIDE_HOURS, "does not begin work at Mon 05 Oct 07:00"),
        (ANN, 24 * 4 + 8, Kind.OUTSIDE_HOURS, "does not work on Sat 10 Oct"),
        (replace(ANN, site_id=3), 8, Kind.CLOSED, "Depot is closed on Tue 06 Oct"),
        (
            replace(ANN, bookings=[booked(20, 21)]),
            8,
            Kind.BOOKED,
            "is booked Mon 05 Oct 20:00 to Mon 05 Oct 21:00 by BKG-00001",
        ),
        (
            replace(ANN, area="north", bookings=[booked(41, 42, "BKG-00007", "south")]),
            8,
            Kind.TRAVEL,
            "needs 25 min to BKG-00007 at Tue 06 Oct 17:00",
        ),
    ],
)
def test_resource_is_not_offered_for_days_and_says_why(ann: Resource, hour: int, kind: Kind, said: str) -> None:
    sites = {3: Site(3, "Depot", ZONE, {MONDAY + timedelta(days=1): ()})}
    request = replace(week(Pick()), area="north")
    known = World({1: ann}, sites=sites, travel=Travel({("north", "south"): 25}))
    why = Explaining(loaded(known, request), request, at(0))
    assert [(each.kind, each.words) for each in why.at(1, at(hour)).reasons] == [(kind, said)]
