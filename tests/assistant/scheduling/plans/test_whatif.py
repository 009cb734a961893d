"""What if: a change breaks bookings, each with a repair, and nothing is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from assistant.scheduling.plans.changes import Closed, Moved, Off, OtherHours, Without
from assistant.scheduling.plans.proposals import Proposal, as_body, from_body
from assistant.scheduling.plans.whatif import what_if
from store.engine import Store
from store.errors import Invalid
from store.kept.sorts import Sort
from store.scheduling.booking import Need, book
from store.scheduling.reading import thing_called
from store.scheduling.saving import add_time_off, write_thing
from store.scheduling.sorts import RESOURCE, SERVICE, SITE
from store.scheduling.written import away
from tests.store.scheduling.scene import BY, NINE, NOW, TEN, Workshop, booked, workshop

DAY = date(2026, 3, 3)
HOUR = timedelta(hours=1)


def uid(tx: Connection, name: str, sort: Sort = RESOURCE) -> str:
    return thing_called(tx, sort, name).uid


def off(tx: Connection, name: str = "Ann", hours: int = 24) -> Off:
    start = datetime(2026, 3, 2, 23, tzinfo=UTC)
    return Off(uid(tx, name), start, start + hours * HOUR, "ill")


def told(found: Proposal) -> list[tuple[Any, ...]]:
    return [(each.number, each.moved if each.to else None, each.leave, each.come) for each in found.steps]


def crew(tx: Connection, shop: Workshop, at: datetime, who: int) -> str:
    """A repair by the rule: a technician and the van."""
    needs = [Need(who, part="Technician"), Need(shop.van, part="2")]
    return book(tx, shop.repair, at, needs, values={"account": shop.account}, **BY).number


def test_sick_call_gives_jobs_to_others_or_moves_them(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        crew(tx, shop, NINE, shop.ann)
        booked(tx, shop, TEN + HOUR, Need(shop.ann))
        found = what_if(tx, off(tx), **BY)
        assert found.name == "Ann is off 2026-03-03 ill"
        assert told(found) == [("BKG-00001", 0, ("Ann",), ("Bob",)), ("BKG-00002", 0, ("Ann",), ("Bob",))]
        assert found.steps[0].reasons == ("Ann is off Tue 03 Mar 00:00 to Wed 04 Mar 00:00: ill",)
        assert [seat.part for each in found.done[:1] if each.to for seat in each.to.seats] == ["Technician", "2"]
        assert from_body(as_body(found)) == found
        booked(tx, shop, NINE, Need(shop.bob))
        assert told(what_if(tx, off(tx), **BY))[0] == ("BKG-00001", 75, ("Ann",), ("Bob",))


def test_only_what_the_change_breaks_is_told_and_locked_bookings_keep_their_time(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        early = booked(tx, shop, NINE - 2 * HOUR, Need(shop.ann))  # before anybody works, as somebody decided
        late = booked(tx, shop, NINE + 7 * HOUR, Need(shop.ann))
        booked(tx, shop, TEN, Need(shop.bob))
        locked = booked(tx, shop, TEN + 4 * HOUR, Need(shop.ann), locked="yes")
        add_time_off(tx, shop.bob, away("2026-03-03T13:00", "2026-03-03T18:00", "", "Europe/Zurich"), **BY)
        ann = uid(tx, "Ann")
        hours = what_if(tx, OtherHours(ann, "08:00-12:00", DAY, only=True), **BY)
        assert told(hours) == [(locked.number, None, (), ()), (late.number, -300, (), ())]
        assert hours.steps[0].reasons == ("Ann does not work at Tue 03 Mar 14:00",)
        broken = [each.number for each in what_if(tx, off(tx), **BY).steps]
        assert broken == [early.number, locked.number, late.number]
        assert what_if(tx, OtherHours(ann, "Mon-Fri 07:00-18:00", DAY), **BY).steps == ()


def test_plan_is_told_on_the_readers_clocks_and_counts_starts_on_those_of_the_site(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        write_thing(tx, SERVICE, {"grid": "1 h"}, key=shop.repair, **BY)
        made = booked(tx, shop, NINE, Need(shop.ann))
        add_time_off(tx, shop.bob, away("2026-03-03", "2026-03-03", "", "Europe/Zurich"), **BY)
        here, there = (what_if(tx, off(tx), zone=zone, **BY) for zone in ("", "Asia/Kolkata"))
        assert [each.to for each in here.steps] == [each.to for each in there.steps] != [None]
        assert there.steps[0].reasons == ("Ann is off Tue 03 Mar 04:30 to Wed 04 Mar 04:30: ill",)
        name = what_if(tx, Moved(made.record_id, TEN), zone="Asia/Kolkata", **BY).name
        assert name == "BKG-00001 Repair, Contoso at Tue 2026-03-03 14:30 by Ann"


def test_closed_site_moves_its_jobs_and_who_is_taken_out_does_none_any_more(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        crew(tx, shop, NINE, shop.ann)
        crew(tx, shop, NINE + timedelta(days=3), shop.ann)
        closed = what_if(tx, Closed(uid(tx, "Zurich", SITE), DAY), **BY)
        assert told(closed) == [("BKG-00001", -17 * 60, (), ())]
        assert closed.steps[0].reasons == (
            "Ann: Zurich is closed on Tue 03 Mar",
            "Van: Zurich is closed on Tue 03 Mar",
        )
        out = what_if(tx, Without(uid(tx, "Ann"), DAY), **BY)
        assert told(out) == [(f"BKG-0000{number}", 0, ("Ann",), ("Bob",)) for number in (1, 2)]
        assert what_if(tx, Without(uid(tx, "Van"), NOW.date()), **BY).done == ()


def test_move_says_what_speaks_against_it_and_what_it_pushes_aside(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        shop = workshop(tx)
        first = booked(tx, shop, NINE, Need(shop.ann))
        booked(tx, shop, TEN + 8 * HOUR, Need(shop.ann), locked="yes")
        found = what_if(tx, Moved(first.record_id, TEN + 8 * HOUR, minutes=30), **BY)
        assert found.name == "BKG-00001 Repair, Contoso at Tue 2026-03-03 18:00 by Ann"
        assert found.notes == ("Ann does not work at Tue 03 Mar 18:00",)
        assert told(found) == [("BKG-00001", 540, (), ()), ("BKG-00002", None, (), ())]
        with pytest.raises(Invalid) as far:
            what_if(tx, Moved(first.record_id, NINE + timedelta(days=700)), **BY)
        assert far.value.sentence == "What a booking breaks is looked at a year ahead at most."
        given = what_if(tx, Moved(first.record_id, needs=[Need(shop.bob)]), **BY)
        assert (given.notes, told(given)) == ((), [("BKG-00001", 0, ("Ann",), ("Bob",))])
        with pytest.raises(Invalid) as over:
            what_if(tx, Moved(shop.account), **BY)
        assert over.value.sentence == "This booking is not open any more."


def test_change_of_a_store_without_sites_is_refused(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx, pytest.raises(Invalid) as none:
        what_if(tx, Without("0", DAY), **BY)
    assert none.value.sentence == "There is no site yet; regarding site new makes one."
