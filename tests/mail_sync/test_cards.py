"""Contacts of mailboxes and card files become contacts once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from mail_sync.capture import CaptureRules
from mail_sync.card import ContactCard
from mail_sync.cards import prepare_card, write_cards
from mail_sync.ours import Ours
from store.engine import Store
from store.schema.mail import MailboxItem
from store.schema.records import Record
from store.sync.mailboxes import add_mailbox

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def put(store: Store, item_id: str, card: ContactCard) -> int:
    prepared = prepare_card(item_id, "", card, ours=Ours(), capture=CaptureRules())
    assert prepared is not None
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address="anna@alpine.example", provider="exchange", now=NOW)
        return write_cards(tx, mailbox_id, None, [prepared], now=NOW)


def titles(store: Store) -> list[str]:
    with store.read() as tx:
        return list(tx.execute(select(Record.title).where(Record.kind == "contact").order_by(Record.id)).scalars())


def test_card_without_an_address_that_was_moved_is_the_same_contact(store: Store) -> None:
    assert [put(store, item_id, ContactCard("c1", full_name="Jane Roe")) for item_id in ("before", "after")] == [1, 0]
    assert titles(store) == ["Jane Roe"]
    with store.read() as tx:
        assert len(tx.execute(select(MailboxItem.record_id).distinct()).all()) == 1


def test_two_cards_of_one_name_are_two_contacts(store: Store) -> None:
    put(store, "one", ContactCard("c1", full_name="Jane Roe", note="of Fabrikam"))
    put(store, "two", ContactCard("c1", full_name="Jane Roe", note="of Wingtip"))
    assert titles(store) == ["Jane Roe", "Jane Roe"]


@pytest.mark.parametrize("name", ["J\0ane", "J\ud800ane", "x y" * 30_000], ids=["nul", "half a pair", "very long"])
def test_card_with_a_name_that_databases_refuse_is_stored(store: Store, name: str) -> None:
    card = ContactCard("c1", full_name=name, company=name, note=name)
    assert [put(store, "one", card), put(store, "one", card)] == [1, 0]
