"""Drafts on Exchange: whole or not stamped, and in their conversation."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mail_sync.errors import MailboxUnavailable, OutcomeUnknown, SendRefused
from mail_sync.message import Address
from mail_sync.provider import FolderRole, RemoteMessage
from mail_sync.providers.exchange.conversation import HEADER, child_index
from mail_sync.providers.exchange.drafts import mail_element
from mail_sync.providers.exchange.reading import local_name
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import the
from tests.mail_sync.providers.exchange.world import ADDRESS, ExchangeWorld
from tests.mail_sync.providers.sending_contract import FILES, MAIL, message, where

WITH_FILES = replace(MAIL, attachments=FILES)
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

# types.xsd: ItemType, then MessageType.
SCHEMA = [
    "MimeContent",
    "Subject",
    "Body",
    "Importance",
    "InReplyTo",
    "ExtendedProperty",
    "ToRecipients",
    "CcRecipients",
    "BccRecipients",
    "From",
    "InternetMessageId",
    "IsRead",
    "References",
    "ReplyTo",
]


def test_mail_element_keeps_the_order_of_the_schema() -> None:
    full = replace(
        MAIL,
        sender=Address("team@alpine.example"),
        message_id="m@alpine.example",
        reply_to=(Address("team@alpine.example"),),
        importance="high",
    )
    names = list(dict.fromkeys(local_name(child) for child in mail_element(full, "s", "s")))
    assert names == [name for name in SCHEMA if name in names]
    assert set(SCHEMA) - set(names) == {"MimeContent"}


def test_attachments_that_the_server_lost_are_attached_again(world: ExchangeWorld) -> None:
    provider = world.connect()
    world.faults.set(FaultKind.LOST_ATTACHMENTS, operation="CreateAttachment", times=1)
    draft = provider.save_draft(WITH_FILES, "s")
    names = sorted(one.filename for one in message(provider, draft.item_id).message.attachments)
    assert names == sorted(file.filename for file in FILES)


def test_a_server_that_keeps_no_attachments_gets_no_draft(world: ExchangeWorld) -> None:
    provider = world.connect()
    world.faults.set(FaultKind.LOST_ATTACHMENTS)
    with pytest.raises(SendRefused) as caught:
        provider.save_draft(WITH_FILES, "s")
    assert caught.value.detail == "the server does not keep these attachments: Angebot.pdf, Größe.txt"
    assert (the(FolderRole.DRAFTS, provider).total, where(provider, "s")) == (0, [])


@pytest.mark.parametrize("kind", [FaultKind.DROP_REPLY, FaultKind.DROP_REQUEST])
def test_a_draft_that_broke_off_between_attachments_is_never_found(world: ExchangeWorld, kind: FaultKind) -> None:
    provider = world.connect()
    world.faults.set(kind, operation="CreateAttachment", skip=1, times=1)
    world.faults.set(FaultKind.DROP_REQUEST, operation="DeleteItem", times=1)
    with pytest.raises(MailboxUnavailable):
        provider.save_draft(WITH_FILES, "s")
    assert (the(FolderRole.DRAFTS, provider).total, where(provider, "s")) == (1, [])
    draft = provider.save_draft(WITH_FILES, "s")  # the next attempt throws the leftovers away
    assert (the(FolderRole.DRAFTS, provider).total, where(provider, "s")) == (1, [FolderRole.DRAFTS])
    assert len(message(provider, draft.item_id).message.attachments) == len(FILES)


def test_a_stamp_whose_answer_is_lost_is_found(world: ExchangeWorld) -> None:
    provider = world.connect()
    world.faults.set(FaultKind.DROP_REPLY, operation="UpdateItem", times=1)
    with pytest.raises(OutcomeUnknown):
        provider.save_draft(WITH_FILES, "s")
    assert where(provider, "s") == [FolderRole.DRAFTS]


def test_a_server_that_chooses_message_ids_gets_the_mail_without_one(world: ExchangeWorld) -> None:
    provider = world.connect()
    world.faults.set(FaultKind.MESSAGE_ERROR, "ErrorInvalidPropertySet", operation="CreateItem", times=1)
    draft = provider.save_draft(replace(MAIL, message_id="ours@alpine.example"), "s")
    assert message(provider, draft.item_id).message.message_id != "ours@alpine.example"


def test_an_answer_stays_in_the_conversation(world: ExchangeWorld) -> None:
    provider = world.connect()
    index = b"\x01" + b"\xdc\x00\x00\x00\x00" + b"g" * 16
    raw = (
        f"From: a@engines.example\r\nTo: {ADDRESS}\r\nSubject: Offer\r\nMessage-ID: <o@engines.example>\r\n"
        f"Thread-Topic: Offer\r\nThread-Index: {b64encode(index).decode()}\r\n\r\nHello\r\n"
    ).encode()
    answered = world.deliver(the(FolderRole.INBOX, provider), raw)
    draft = provider.save_draft(replace(MAIL, answers=answered), "s")
    got = message(provider, draft.item_id).message
    assert (got.thread_topic, got.thread_index[:HEADER], len(got.thread_index)) == ("Offer", index, HEADER + 5)


def test_an_answer_to_what_is_gone_is_written_all_the_same(world: ExchangeWorld) -> None:
    provider = world.connect()
    answered = world.deliver(the(FolderRole.INBOX, provider), b"Subject: Offer\r\n\r\nHello\r\n")
    world.delete(answered)
    (got,) = provider.fetch_messages([provider.save_draft(replace(MAIL, answers=answered), "s").item_id])
    assert isinstance(got, RemoteMessage)
    assert got.message.in_reply_to == (MAIL.in_reply_to,)


@pytest.mark.parametrize(("later", "code"), [(timedelta(days=1), 0), (timedelta(days=1000), 1)])
def test_child_index_counts_the_time_since_the_conversation_began(later: timedelta, code: int) -> None:
    ticks = (START - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    above = ticks.to_bytes(8, "big")[:6] + b"g" * 16
    below = child_index(above, START + later)
    assert (below[:HEADER], len(below), below[HEADER] >> 7) == (above, HEADER + 5, code)
    steps = int.from_bytes(below[HEADER : HEADER + 4], "big") & 0x7FFFFFFF
    counted = timedelta(microseconds=(steps << (23 if code else 18)) // 10)
    assert abs(counted - later) < timedelta(seconds=1)
