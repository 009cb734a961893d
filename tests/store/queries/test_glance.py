"""The customer at a glance: who wrote, what is open with them, when we last had to do with them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import insert

from store.actor import SYSTEM
from store.engine import Store
from store.queries.customer import customer_of
from store.queries.glance import glance
from store.schema.service import BusinessCalendar, Queue, ServiceLevel
from tests.store.builders import NOW, World, actor


def test_glance_shows_open_work_of_the_sender_the_most_urgent_first(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        anna = world.user("Anna")
        box = world.mailbox("support@alpine.example", None)
        calendar = tx.execute(
            insert(BusinessCalendar)
            .values(uid="c", name="Week", zone="Europe/Vienna", hours={"mon": ["09:00-17:00"]})
            .returning(BusinessCalendar.id)
        ).scalar_one()
        promise = {"uid": "s", "name": "Gold", "calendar_id": calendar, "warn_share": 0.8}
        sla = tx.execute(insert(ServiceLevel).values(**promise).returning(ServiceLevel.id)).scalar_one()
        queue = tx.execute(insert(Queue).values(uid="q", name="Support").returning(Queue.id)).scalar_one()
        account = world.record("account", "Contoso", owner_id=anna, phone="+43 1", city="Wien")
        contact = world.record("contact", "Jan", account_id=account, emails=["jan@contoso.example"], job_title="Boss")
        due: dict[str, Any] = {"sla_id": sla, "queue_id": queue, "sla_state": "running"}
        for days in (3, 1):
            until = NOW + timedelta(days=days)
            world.record("case", f"due in {days}", account_id=account, status="new", resolution_due_at=until, **due)
        for place in range(5):
            world.record("case", f"free {place}", contact_id=contact, status="waiting")
        world.record("case", "closed", account_id=account, status="resolved")
        world.record("case", "of somebody else", status="new")
        world.record("opportunity", "Guns", account_id=account, stage="develop", close_date=date(2026, 5, 1))
        world.record("opportunity", "Lost", account_id=account, status="lost")
        earlier = world.email("Before", mailbox_ids=[box], direction="out", at=NOW - timedelta(days=2))
        world.link(earlier, account)
        mail = world.email("Leak", mailbox_ids=[box], direction="in", at=NOW)
        world.party(mail, "from", "jan@contoso.example")
        world.link(mail, account)
        world.link(world.email("After", mailbox_ids=[box], at=NOW + timedelta(days=1)), account)
    with store.read() as tx:
        found = glance(tx, mail, by=actor(anna, mailbox_ids=[box]))
        hidden = glance(tx, mail, by=actor(anna + 1, "restricted")).customer
    customer = found.customer
    assert (hidden.email, hidden.contact, hidden.account) == ("", None, None)
    assert customer.contact is not None and customer.account is not None
    assert (customer.contact.title, customer.account.title, customer.email) == ("Jan", "Contoso", "jan@contoso.example")
    assert (found.job_title, found.phone, found.city, found.owner) == ("Boss", "+43 1", "Wien", "Anna")
    titles = [case.record.title for case in found.cases]
    assert titles == ["due in 1", "due in 3", "free 4", "free 3", "free 2"]
    assert found.more_cases == 2
    first = found.cases[0]
    assert (first.due_at, first.queue) == (NOW + timedelta(days=1), "Support")
    assert first.calendar is not None and first.calendar.zone == "Europe/Vienna"
    assert [(deal.record.title, deal.close_date) for deal in found.deals] == [("Guns", date(2026, 5, 1))]
    assert found.last is not None
    assert (found.last.subject, found.last.direction) == ("Before", "out")


def test_glance_of_a_stranger_says_only_who_wrote(sqlite_store: Store) -> None:
    with sqlite_store.write() as tx:
        world = World(tx)
        box = world.mailbox("support@alpine.example", None)
        mail = world.email("Prices?", mailbox_ids=[box])
        world.party(mail, "from", "lea@fabrikam.example")
    with sqlite_store.read() as tx:
        found = glance(tx, mail, by=actor(1, mailbox_ids=[box]))
    assert (found.customer.email, found.customer.account, found.cases, found.last) == (
        "lea@fabrikam.example",
        None,
        (),
        None,
    )


def test_only_a_likely_suggestion_is_the_customer_of_a_mail(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("support@alpine.example", None)
        likely, unlikely = world.record("account", "Contoso"), world.record("contact", "Jan")
        mail = world.email("Leak", mailbox_ids=[box], direction="in", at=NOW)
        world.party(mail, "from", "x@elsewhere.example")
        world.link(mail, likely, state="suggested", score=0.5)
        world.link(mail, unlikely, state="suggested", score=0.49)
        customer = customer_of(tx, mail, by=SYSTEM)
    assert (customer.account and customer.account.record_id, customer.contact) == (likely, None)
