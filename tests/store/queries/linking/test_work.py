"""The cases, opportunities and leads of the people and companies of a mail, as they were when it came."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from store.engine import Store
from store.linking.facts import Work
from store.queries.linking import work as module
from store.queries.linking.gather import gather
from store.queries.linking.records import records_of
from store.queries.linking.work import AllWork, Customers
from store.schema.records import AccountDomain, OpportunityLine
from tests.store.builders import NOW, World, counted_statements

DAY = timedelta(days=1)


def test_work_of_a_mail_is_that_of_its_account_and_its_people(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        fabrikam, other = world.record("account", "Fabrikam", city="Bern"), world.record("account", "Other")
        tx.execute(insert(AccountDomain).values(account_id=fabrikam, domain="fabrikam.example"))
        jane = world.record("contact", "Jane Roe", emails=["jane@gmail.com"], city="Thun")
        lead = world.record("lead", "Sam Poe", emails=["sam@gmail.com"], topic="A pump", city="Basel")
        case = world.record("case", "Pump leaks", account_id=fabrikam, serial="SN1", description="It drips")
        deal = world.record("opportunity", "Ten pumps", contact_id=jane, owner_id=world.user("Anna"))
        world.record("case", "Another's", account_id=other)
        mail = world.email("Hello", at=NOW + DAY)
        for position, email in enumerate(("bob@fabrikam.example", "jane@gmail.com", "sam@gmail.com")):
            world.party(mail, "to", email, position)
        found = {each.record.record_id: each for each in gather(tx, [mail]).facts[0].work}
    assert set(found) == {case, deal, lead}
    assert (found[case].serial, found[case].description, found[case].places) == ("SN1", "It drips", ("Bern",))
    assert (found[deal].contact_id, found[deal].owner_email) == (jane, "anna@alpine.example")
    assert found[deal].places == ("Thun",)
    assert (found[lead].title, found[lead].record.title, found[lead].places) == ("A pump", "Sam Poe", ("Basel",))


def test_work_without_an_account_is_the_same_record_wherever_it_is_read(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        contact = world.record("contact", "Jane", account_id=account)
        alone = world.record("contact", "Bob")
        cases = [world.record("case", "Pump", contact_id=each) for each in (contact, alone)]
        deal = world.record("opportunity", "Pumps", contact_id=contact)
        customers = Customers(contacts=frozenset({contact, alone}))
        found = {work.record for work in AllWork(tx, [customers], [NOW]).of(customers, NOW)}
        assert found == set(records_of(tx, [*cases, deal]).values())
    assert {record.account_id for record in found} == {account, None}


def test_products_are_those_of_the_case_and_of_the_lines_of_the_deal(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        gun, hose = world.record("product", "Snow gun", code="SG-1"), world.record("product", "Hose")
        case = world.record("case", "Leaks", account_id=account, product_id=gun)
        deal = world.record("opportunity", "Guns", account_id=account)
        lines: list[dict[str, Any]] = [
            {"product_id": hose, "description": ""},
            {"product_id": None, "description": "Delivery"},
        ]
        for position, line in enumerate(lines):
            values = {"opportunity_id": deal, "position": position, "quantity": Decimal(1), "unit_price": Decimal(1)}
            tx.execute(insert(OpportunityLine).values(**line, **values))
        found = {each.record.record_id: each.products for each in _work(tx, account)}
    assert found[case] == ("Snow gun", "SG-1")
    assert sorted(found[deal]) == ["Delivery", "Hose"]


@pytest.mark.parametrize(
    ("kind", "closing"),
    [
        ("case", {"status": "resolved", "resolved_at": NOW + 5 * DAY}),
        ("case", {"status": "cancelled", "record_modified_at": NOW + 5 * DAY}),
        ("opportunity", {"status": "lost", "closed_at": NOW + 5 * DAY}),
    ],
)
def test_work_is_open_until_it_was_closed(store: Store, kind: str, closing: dict[str, Any]) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        world.record(kind, "Pump", account_id=account, **closing)
        closed_at = [_work(tx, account, at=NOW + days * DAY)[0].closed_at for days in (4, 5, 6)]
    assert closed_at == [None, NOW + 5 * DAY, NOW + 5 * DAY]


def test_work_is_known_if_it_was_written_down_within_ninety_days(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        world.record("case", "Pump", account_id=account, record_created_at=NOW)
        found = [len(_work(tx, account, at=NOW - days * DAY)) for days in (0, 90, 91)]
    assert found == [1, 1, 0]


def test_open_work_comes_first_and_the_latest_of_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORK", 3)
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        for days in range(4):
            status: dict[str, Any] = {"status": "resolved", "resolved_at": NOW} if days == 3 else {}
            opened = NOW - (10 - days) * DAY
            world.record("case", f"Case {days}", account_id=account, record_created_at=opened, **status)
        world.delete_record(world.record("case", "Deleted", account_id=account))
        titles = [each.title for each in _work(tx, account, at=NOW + DAY)]
    assert titles == ["Case 2", "Case 1", "Case 0"]


@pytest.mark.parametrize("mails", [1, 3])
def test_facts_of_many_mails_take_as_many_statements_as_those_of_one(store: Store, mails: int) -> None:
    with store.write() as tx:
        world = World(tx)
        account = world.record("account", "Fabrikam")
        ids = []
        for number in range(mails):
            jane = world.record("contact", "Jane", emails=[f"jane{number}@fabrikam.example"], account_id=account)
            world.record("case", "Pump", account_id=account, contact_id=jane)
            ids.append(world.email("Hello"))
            world.party(ids[-1], "from", f"jane{number}@fabrikam.example")
        gather(tx, ids)
        with counted_statements(store.engine) as seen:
            gather(tx, ids)
    assert len(seen) == _STATEMENTS


_STATEMENTS = 31


def _work(tx: Any, account: int, *, at: datetime = NOW + DAY) -> tuple[Work, ...]:
    customers = Customers(accounts=frozenset({account}))
    return AllWork(tx, [customers], [at]).of(customers, at)
