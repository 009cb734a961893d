"""A workshop to test with: a site in Zurich, two technicians, a van, a room for four, and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection

from store.actor import SYSTEM
from store.records.writing import Created, create_record
from store.scheduling.booking import Need, book
from store.scheduling.saving import write_thing
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)  # a Monday, 08:00 in Zurich
NINE = datetime(2026, 3, 3, 8, tzinfo=UTC)
TEN = datetime(2026, 3, 3, 9, tzinfo=UTC)
BY: dict[str, Any] = {"by": SYSTEM, "now": NOW}


@dataclass(frozen=True)
class Workshop:
    """The keys of what there is."""

    site: int
    ann: int
    bob: int
    van: int
    room: int
    technicians: int
    repair: int
    account: int


def workshop(tx: Connection) -> Workshop:
    """A workshop with nothing booked yet."""
    site = write_thing(tx, SITE, {"name": "Zurich", "zone": "Europe/Zurich", "area": "8000"}, **BY).id
    people, things = (
        {
            name: write_thing(
                tx, RESOURCE, {"name": name, "kind": kind, "site": "Zurich", "hours": hours, **rest}, **BY
            ).id
            for name, kind, rest in made
        }
        for hours, made in (
            (
                "Mon-Fri 08:00-12:00, 13:00-17:00",
                (("Ann", "person", {"skills": "welding 3; ladder"}), ("Bob", "person", {"skills": "ladder"})),
            ),
            ("daily 00:00-24:00", (("Van", "equipment", {}), ("Room", "facility", {"capacity": 4}))),
        )
    )
    group = write_thing(tx, GROUP, {"name": "Technicians", "resources": ["Ann", "Bob"]}, **BY).id
    rule = {"all": [{"pick": 1, "groups": ["Technicians"], "name": "Technician"}, {"pick": 1, "resources": ["Van"]}]}
    repair = write_thing(tx, SERVICE, {"name": "Repair", "duration": 60, "after": "15 min", "rule": rule}, **BY).id
    account = create_record(tx, "account", {"title": "Contoso"}, **BY).record_id
    return Workshop(site, people["Ann"], people["Bob"], things["Van"], things["Room"], group, repair, account)


def booked(tx: Connection, shop: Workshop, at: datetime = NINE, *needs: Need, **values: Any) -> Created:
    """A repair at Contoso's, by Ann unless others are named."""
    wanted = needs or (Need(shop.ann),)
    return book(tx, shop.repair, at, wanted, values={"account": shop.account, **values}, **BY)
