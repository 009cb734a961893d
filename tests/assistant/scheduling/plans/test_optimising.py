"""The wait list is placed on routes, beside what stands, and applied at once or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from assistant.scheduling.optimise.model import Plan, faults, rank
from assistant.scheduling.optimise.ortools import is_installed
from assistant.scheduling.plans.applying import apply
from assistant.scheduling.plans.optimising import proposal_of, search, search_with_ortools
from assistant.scheduling.plans.posing import Ask, Posing, Replan, pose_plan
from assistant.scheduling.plans.proposals import Figures, Proposal, as_body, from_body
from store.engine import Store
from store.errors import Invalid
from store.records.writing import Created, edit_record
from store.scheduling.booking import Need, book, confirm
from store.scheduling.reading import thing_called
from store.scheduling.saving import write_thing
from store.scheduling.sorts import SERVICE
from store.scheduling.travelling import set_travel
from store.scheduling.waiting import add_waiting
from tests.assistant.scheduling.optimise.test_improving import steps
from tests.store.scheduling.scene import BY, NOW, Workshop, workshop

WEEK = Ask(NOW, datetime(2026, 3, 7, tzinfo=UTC))


def visits(tx: Connection) -> Workshop:
    """Visits of an hour and a quarter by one technician, in towns half an hour apart."""
    shop = workshop(tx)
    set_travel(tx, {("8000", "9000"): 30, ("8000", "3000"): 60, ("9000", "3000"): 90}, 45, **BY)
    rule = {"pick": 1, "groups": ["Technicians"]}
    write_thing(tx, SERVICE, {"name": "Visit", "duration": "1 h", "after": "15 min", "rule": rule}, **BY)
    return shop


def waits(tx: Connection, area: str = "9000", **more: Any) -> int:
    given = {"service": "Visit", "account": "Contoso", "latest": "2026-03-04", "area": area, **more}
    return add_waiting(tx, given, zone="Europe/Zurich", **BY).id


def planned(tx: Connection, ask: Ask = WEEK, count: int = 30) -> tuple[Posing, Plan, Proposal]:
    posing = pose_plan(tx, ask, **BY)
    plan = search(posing, steps(count))
    assert faults(posing.problem, plan) == []
    return posing, plan, proposal_of(posing, plan)


def test_wait_list_is_placed_and_what_cannot_be_says_why(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        visits(tx)
        with pytest.raises(Invalid) as long:
            pose_plan(tx, Ask(NOW, NOW.replace(year=2036)), **BY)
        assert long.value.sentence == "A year at most is planned."
        for number in range(3):
            waits(tx, name=f"N{number}")
        waits(tx, name="at home", area="")
        waits(tx, name="late", earliest="2026-03-03T16:00", latest="2026-03-03T17:15")
        found = planned(tx)[2]
        assert (found.figures and (found.figures.placed, found.figures.travel)) == (4, 60)
        assert [(each.title, each.to is not None, each.tells) for each in found.steps] == [
            ("N0", True, True),
            ("N1", True, True),
            ("N2", True, True),
            ("at home", True, True),
            ("late", False, False),
        ]
        assert [each.reasons for each in found.left] == [
            (
                "with 60 min of overtime Ann could do it on Tue 03 Mar at 16:00",
                "Ann could do it on Tue 03 Mar at 15:15, 45 min outside its time",
            ),
        ]
        assert from_body(as_body(found)) == found


def held(tx: Connection, shop: Workshop, at: datetime, area: str, who: int, **more: Any) -> Created:
    """A visit on hold, at Contoso's in an area."""
    visit = thing_called(tx, SERVICE, "Visit").id
    values = {"account": shop.account, "area": area, "status": "hold", **more}
    return book(tx, visit, at, [Need(who)], values=values, **BY)


def zigzag(tx: Connection, shop: Workshop) -> list[Created]:
    """Ann goes to another town twice, and could once."""
    hours = (8, 10, 13, 15)
    towns = ("9000", "8000", "9000", "8000")
    day = datetime(2026, 3, 3, tzinfo=UTC)
    return [
        held(tx, shop, day.replace(hour=hour - 1, minute=30), town, shop.ann)
        for hour, town in zip(hours, towns, strict=True)
    ]


def test_holds_that_are_not_locked_change_places_and_confirmed_ones_stay(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = visits(tx)
        jobs = zigzag(tx, shop)
        held(tx, shop, datetime(2026, 3, 3, 5, tzinfo=UTC), "9000", shop.bob)  # before work, as somebody decided
        confirm(tx, jobs[3].record_id, **BY)
        edit_record(tx, jobs[2].record_id, {"locked": "yes"}, **BY)
        posing, _plan, found = planned(tx, replace(WEEK, replan=Replan.HOLDS), 60)
        assert {each.title for each in posing.candidates.values()} == {"Visit, Contoso"}
        assert sorted(each.booking.number for each in posing.candidates.values() if each.booking) == [
            "BKG-00001",
            "BKG-00002",
        ]
        everything = planned(tx, replace(WEEK, replan=Replan.ALL), 60)[0]
        assert len(everything.candidates) == 3
        assert found.figures == Figures(wanted=0, placed=0, travel_today=120, travel=60)
        assert [(each.number, each.moved, each.leave, each.come, each.tells) for each in found.steps] == [
            ("BKG-00002", 0, ("Ann",), ("Bob",), False)
        ]
        apply(tx, found, **BY)
        assert planned(tx, replace(WEEK, replan=Replan.HOLDS))[2].steps == ()


@pytest.mark.skipif(not is_installed(), reason="OR-Tools is an extra")
def test_engines_take_turns_and_are_never_worse_than_one(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        visits(tx)
        for number in range(4):
            waits(tx, name=f"N{number}", area=("9000", "3000")[number % 2])
        posing, told = pose_plan(tx, WEEK, **BY), list[Plan]()
        plan = search_with_ortools(posing, 0.2, better=told.append)
    assert (faults(posing.problem, plan), plan.unplaced) == ([], ())
    assert plan == told[-1]
    assert rank(posing.problem, plan) <= rank(posing.problem, search(posing, steps(5)))
