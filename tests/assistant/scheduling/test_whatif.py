"""What if: a change breaks bookings, each with a repair, and nothing is written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.changes import Off
from assistant.scheduling.plans import Proposal, as_body, from_body
from assistant.scheduling.whatif import what_if
from store.engine import Store
from store.kept.sorts import Sort
from store.scheduling.booking import Need, book
from store.scheduling.reading import thing_called
from store.scheduling.sorts import RESOURCE
from tests.store.scheduling.scene import BY, NINE, TEN, Workshop, booked, workshop

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
