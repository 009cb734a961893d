"""The history of an item, from its server's id to its link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from store.actor import Actor
from store.engine import Store
from store.errors import NotFound
from store.history.ledger import Change, record_operation
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.queries.item_history import histories, item_history
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.sync.notes import note
from tests.store.builders import NOW, World, actor


def test_history_tells_moves_writes_and_links_in_order(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("anna@alpine.example", None)
        folder = world.folder(box, "inbox")
        mail = world.email("Guns", mailbox_ids=[box])
        account = world.record("account", "Fabrikam")
        world.link(mail, account, "linked", score=0.9)
        item = tx.execute(select(MailboxItem.id)).scalar_one()
        tx.execute(update(MailboxItem).values(folder_id=folder, gone_at=NOW + timedelta(hours=5)))
        note(tx, box, item, "moved", "from Archive to Inbox", now=NOW + timedelta(hours=3))
        by = Actor(None, "Somebody", "sales", frozenset([box]))
        act = NewOutgoing(box, Verb.MARK_MAIL, "Mark read: Guns", item_id=item)
        enqueue(tx, act, by=by, now=NOW + timedelta(hours=4))
        tx.execute(update(Outgoing).values(state="done", done_at=NOW + timedelta(hours=4)))
    with store.read() as tx:
        history = item_history(tx, item, by=Actor(None, "Somebody", "sales", frozenset([box])))
    assert (history.mailbox, history.folder, history.gone_at) == (
        "anna@alpine.example",
        "Inbox",
        NOW + timedelta(hours=5),
    )
    told = [(event.what, event.detail) for event in history.events if event.what not in ("stored", "linked")]
    assert told == [
        ("moved", "from Archive to Inbox"),
        ("written", "Mark read: Guns"),
        ("gone", "it left Inbox"),
    ]
    (linked,) = [event.detail for event in history.events if event.what == "linked"]
    assert linked.startswith("linked to ACC-") and "Fabrikam by " in linked


def test_history_of_somebody_elses_item_is_not_shown(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        box = world.mailbox("anna@alpine.example", None)
        world.email("Guns", mailbox_ids=[box])
        item = tx.execute(select(MailboxItem.id)).scalar_one()
    with store.read() as tx, pytest.raises(NotFound):
        item_history(tx, item, by=actor(1, mailbox_ids=[]))


def test_history_tells_what_people_did_with_the_item_and_with_what_it_is(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        anna = world.user("Anna")
        box = world.mailbox("anna@alpine.example", anna)
        mail = world.email("Guns", mailbox_ids=[box])
        world.email("Skis", mailbox_ids=[box])
        item, other = tx.execute(select(MailboxItem.id).order_by(MailboxItem.id)).scalars()
        uid = tx.execute(select(Activity.uid).where(Activity.id == mail)).scalar_one()
        by = actor(anna, mailbox_ids=[box])
        changes = [Change("mailbox_item", str(item), {"flagged": False}, {"flagged": True})]
        record_operation(tx, "mark", "Flagged Guns", changes, by=by, now=NOW + timedelta(hours=1))
        changes = [Change("activity", uid, {"subject": "Guns"}, {"subject": "Snow guns"})]
        record_operation(tx, "edit", "Changed Guns", changes, by=by, now=NOW + timedelta(hours=2))
        changes = [Change("mailbox_item", str(other), {"flagged": False}, {"flagged": True})]
        record_operation(tx, "mark", "Flagged Skis", changes, by=by, now=NOW + timedelta(hours=3))
        (history,) = histories(tx, activity_id=mail, by=by)
        assert histories(tx, activity_id=mail, by=actor(anna + 1)) == ()
    told = [event.detail for event in history.events if event.what == "person"]
    assert told == ["Anna: Flagged Guns", "Anna: Changed Guns"]


def test_history_names_no_record_that_its_reader_may_not_see(store: Store) -> None:
    with store.write() as tx:
        world = World(tx)
        rob = world.user("Rob", "restricted")
        box = world.mailbox("rob@alpine.example", rob)
        world.link(world.email("Guns", mailbox_ids=[box]), world.record("account", "Fabrikam"), "linked")
        item = tx.execute(select(MailboxItem.id)).scalar_one()
    with store.read() as tx:
        history = item_history(tx, item, by=actor(rob, "restricted", [box]))
    assert [event.what for event in history.events] == ["stored"]
