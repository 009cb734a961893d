"""Under whom people file mail about no matter, learned from what they chose."""

from __future__ import annotations

from datetime import timedelta

import pytest

from store.actor import SYSTEM
from store.engine import Store
from store.linking.by_hand import set_link
from store.queries.linking.filing import files_under_company
from tests.store.builders import NOW, World


@pytest.mark.parametrize(("companies", "people", "expected"), [(0, 2, True), (2, 3, False), (3, 3, True)])
def test_person_comes_first_where_people_chose_them_beside_the_company(
    store: Store, companies: int, people: int, *, expected: bool
) -> None:
    with store.write() as tx:
        world = World(tx)
        account, contact = world.record("account", "Fabrikam"), world.record("contact", "Jane")
        for hours in range(companies):
            _filed(world, hours, account, contact)
        for hours in range(people):
            _filed(world, 100 + hours, contact, account)
        assert files_under_company(tx) is expected


def test_person_chosen_where_no_company_was_known_is_no_habit(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        contact = world.record("contact", "Jane")
        for hours in range(5):
            set_link(tx, world.email("Hello", at=NOW + timedelta(hours=hours)), contact, by=SYSTEM, now=NOW)
        assert files_under_company(tx)


def _filed(world: World, hours: int, chosen: int, other: int) -> None:
    mail = world.email("Hello", at=NOW + timedelta(hours=hours))
    world.link(mail, other)
    set_link(world.tx, mail, chosen, by=SYSTEM, now=NOW + timedelta(hours=hours))
