"""What became known looks at the past mail it could explain, and at no more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from store.actor import SYSTEM
from store.engine import Store
from store.linking import reopening
from store.queries.status import re_examining
from store.records.writing import delete_record, edit_record
from store.schema.activities import Activity
from store.schema.links import Link
from tests.store.builders import World
from tests.store.scenes import NOW, make

DAY = timedelta(days=1)


def test_a_new_company_looks_at_mail_that_says_its_name_without_its_legal_form(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        world.email("Offer for Fabrikam")
        world.email("Signed", text="Jane Roe fabrikam milano")
        world.email("Wingtip")
        make(tx, "account", title="Fabrikam S.r.l.")
        assert _waiting(tx) == ["Offer for Fabrikam", "Signed"]
        assert re_examining(tx, by=SYSTEM) == 2


def test_a_new_contact_looks_at_mail_with_the_parts_of_the_name_in_any_order(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        world.email("One", text="Roe, Jane")
        world.email("Two", text="Jane Smith")
        make(tx, "contact", title="Jane Roe")
        assert _waiting(tx) == ["One"]


def test_a_new_name_of_a_record_looks_again_and_other_changes_do_not(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account = make(tx, "account", title="Contoso").record_id
        world.email("Offer for Fabrikam")
        world.email("Contoso")
        edit_record(tx, account, {"phone": "+41 31 000 00 00"}, by=SYSTEM, now=NOW)
        assert _waiting(tx) == []
        edit_record(tx, account, {"title": "Fabrikam"}, by=SYSTEM, now=NOW)
        assert _waiting(tx) == ["Offer for Fabrikam"]


def test_many_new_names_look_at_the_newest_mail_that_is_linked_to_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reopening, "_FEW_NAMES", 1)
    monkeypatch.setattr(reopening, "MOST_UNEXPLAINED", 2)
    with store.write() as tx:
        world = World(tx)
        account = make(tx, "account", title="Contoso").record_id
        for number in range(3):
            world.email(f"Mail {number}", at=NOW + number * DAY)
        world.link(world.email("Linked", at=NOW + 4 * DAY), account)
        reopening.requeue_names(tx, ["Fabrikam", "Wingtip"])
        assert _waiting(tx) == ["Mail 1", "Mail 2"]


def test_a_new_case_looks_at_the_last_ninety_days_of_its_customer_except_what_people_decided(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        account, other = (make(tx, "account", title=title).record_id for title in ("Contoso", "Wingtip"))
        for name, days, record in (("Old", 91, account), ("New", 89, account), ("Other", 1, other)):
            world.link(world.email(name, at=NOW - days * DAY), record)
        by_hand = world.link(world.email("By hand", at=NOW - DAY), account)
        tx.execute(update(Link).where(Link.id == by_hand).values(decided_by="user"))
        case = make(tx, "case", title="Pump leaks", account=account).record_id
        assert _waiting(tx) == ["New"]
        tx.execute(update(Activity).values(link_state="done"))
        edit_record(tx, case, {"priority": "high"}, by=SYSTEM, now=NOW)
        assert _waiting(tx) == []
        edit_record(tx, case, {"title": "Valve leaks"}, by=SYSTEM, now=NOW)
        assert _waiting(tx) == ["New"]


def test_the_serial_number_of_a_new_case_is_looked_for_in_all_mail(store: Store) -> None:
    with store.write() as tx:
        World(tx).email("Machine SN-4711 is down")
        World(tx).email("Machine is down")
        make(tx, "case", title="Pump", serial="SN-4711")
        assert _waiting(tx) == ["Machine SN-4711 is down"]


def test_a_contact_who_changes_company_looks_at_the_mail_of_their_addresses(store: Store) -> None:
    with store.write() as tx:
        contoso = make(tx, "account", title="Contoso").record_id
        ada = make(tx, "contact", title="Ada", emails=["ada@gmail.com"]).record_id
        world = World(tx)
        world.party(world.email("Hello"), "from", "ada@gmail.com")
        edit_record(tx, ada, {"account": contoso}, by=SYSTEM, now=NOW)
        assert _waiting(tx) == ["Hello"]


def test_deleting_a_record_looks_at_what_was_linked_to_it(store: Store) -> None:
    with store.write() as tx:
        case = make(tx, "case", title="Pump").record_id
        world = World(tx)
        world.link(world.email("Hello"), case)
        delete_record(tx, case, by=SYSTEM, now=NOW)
        assert _waiting(tx) == ["Hello"]


def _waiting(tx: Connection) -> list[str]:
    again = select(Activity.subject).where(Activity.link_state == "again").order_by(Activity.occurred_at)
    return list(tx.execute(again).scalars())
