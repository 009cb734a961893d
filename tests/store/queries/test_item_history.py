"""The history of an item, from its server's id to its link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from store.engine import Store
from store.errors import NotFound
from store.outbox import NewOutgoing, Verb, enqueue
from store.queries.item_history import item_history
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.sync_notes import note
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
        by = actor(None, mailbox_ids=[box])
        act = NewOutgoing(box, Verb.MARK_MAIL, "Mark read: Guns", item_id=item)
        enqueue(tx, act, by=by, now=NOW + timedelta(hours=4))
        tx.execute(update(Outgoing).values(state="done", done_at=NOW + timedelta(hours=4)))
    with store.read() as tx:
        history = item_history(tx, item, by=actor(None, mailbox_ids=[box]))
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
