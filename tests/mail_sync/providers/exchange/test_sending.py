"""Sending over Exchange when nobody can say what happened, or when it surely did not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from mail_sync.errors import (
    AuthExpired,
    EwsBlocked,
    MailboxUnavailable,
    OutcomeUnknown,
    QuotaFull,
    SendRefused,
    SyncError,
    Throttled,
)
from mail_sync.message import Address
from mail_sync.mime.reader import read_message
from mail_sync.provider import FolderRole, MailMarks
from mail_sync.sandbox.faults import FaultKind
from tests.mail_sync.providers.contract import mail, the
from tests.mail_sync.providers.exchange.world import ADDRESS, ExchangeWorld
from tests.mail_sync.providers.sending_contract import MAIL, THEM, where

TEAM = "team@alpine.example"


def test_a_mail_that_was_sent_although_the_server_says_no_reason_is_open(world: ExchangeWorld) -> None:
    world.add_mailbox(THEM)
    provider = world.connect()
    draft = provider.save_draft(MAIL, "s")
    world.faults.set(FaultKind.SENDS_BUT_RAISES, times=1)
    with pytest.raises(OutcomeUnknown):
        provider.send_draft(draft)
    assert (len(world.inbox_of(THEM)), world.slept) == (1, [])


def test_a_server_that_takes_too_long_may_have_sent_it(world: ExchangeWorld) -> None:
    world.add_mailbox(THEM)
    provider = world.connect()
    draft = provider.save_draft(MAIL, "s")
    world.faults.set(FaultKind.SLOW, 0.4, operation="SendItem", times=1)
    with pytest.raises(OutcomeUnknown):
        world.connect(timeout=timedelta(milliseconds=100)).send_draft(draft)
    with world.sandbox.model.changed:
        assert world.sandbox.model.changed.wait_for(lambda: world.inbox_of(THEM), timeout=10)
    assert where(provider, "s") == [FolderRole.SENT]
    assert world.sandbox.counts["SendItem"] == 1


@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        (FaultKind.HTTP_STATUS, 500, OutcomeUnknown),
        (FaultKind.HTTP_STATUS, 502, OutcomeUnknown),
        (FaultKind.DROP_BODY, "", OutcomeUnknown),
        (FaultKind.HTTP_STATUS, 401, AuthExpired),
        (FaultKind.HTTP_STATUS, 403, EwsBlocked),
        (FaultKind.HTTP_STATUS, 503, MailboxUnavailable),
        (FaultKind.MESSAGE_ERROR, "ErrorQuotaExceeded", QuotaFull),
        (FaultKind.MESSAGE_ERROR, "ErrorMessageSizeExceeded", SendRefused),
        (FaultKind.SUBMISSION_LIMIT, "", Throttled),
        (FaultKind.SEND_AS_DENIED, "", SendRefused),
        (FaultKind.MESSAGE_ERROR, "ErrorNobodyHasHeardOf", SendRefused),
    ],
)
def test_send_draft_tells_what_is_open_from_what_surely_was_not_sent(
    world: ExchangeWorld, kind: FaultKind, value: object, error: type[SyncError]
) -> None:
    provider = world.connect()
    draft = provider.save_draft(MAIL, "s")
    world.faults.set(kind, value, operation="SendItem")
    with pytest.raises(error) as caught:
        provider.send_draft(draft)
    assert type(caught.value) is error


def test_a_broken_answer_before_anything_was_sent_is_no_open_question(world: ExchangeWorld) -> None:
    provider = world.connect()
    draft = provider.save_draft(MAIL, "s")
    world.faults.set(FaultKind.DROP_BODY, operation="GetItem")
    with pytest.raises(MailboxUnavailable) as caught:
        provider.send_draft(draft)
    assert type(caught.value) is MailboxUnavailable
    assert world.sandbox.counts["SendItem"] == 0


def test_marking_a_mail_as_read_sends_no_receipt(world: ExchangeWorld) -> None:
    world.add_mailbox(THEM)
    provider = world.connect()
    asks = mail(1).replace(b"MIME-Version", b"Disposition-Notification-To: ben@alpine.example\r\nMIME-Version")
    provider.mark(world.deliver(the(FolderRole.INBOX, provider), asks), MailMarks(is_read=True))
    assert world.inbox_of(THEM) == []


@pytest.mark.parametrize("right", ["send_as", "send_on_behalf"])
def test_a_shared_mailbox_sends_under_its_own_address(world: ExchangeWorld, right: str) -> None:
    world.add_mailbox(THEM)
    world.add_mailbox(TEAM)
    team = world.sandbox.model.mailbox(TEAM)
    team.readers.add(ADDRESS)
    provider = world.connect(address=TEAM)
    draft = provider.save_draft(replace(MAIL, sender=Address(TEAM, "Team")), "s")
    with pytest.raises(SendRefused):
        provider.send_draft(draft)
    getattr(team, right).add(ADDRESS)
    provider.send_draft(draft)
    (raw,) = world.inbox_of(THEM)
    got = read_message(raw)
    behalf = got.on_behalf.email if got.on_behalf else ""
    assert (got.sender and got.sender.email, behalf) == (TEAM, ADDRESS if right == "send_on_behalf" else "")
    assert where(provider, "s") == [FolderRole.SENT]


def test_a_shared_mailbox_that_grants_no_subscription_is_polled(world: ExchangeWorld) -> None:
    world.add_mailbox(TEAM)
    world.sandbox.model.mailbox(TEAM).readers.add(ADDRESS)
    provider = world.connect(address=TEAM)
    inbox = the(FolderRole.INBOX, provider)
    assert list(provider.listen([inbox], stop=lambda: False, patience=timedelta(hours=1))) == []
    assert not provider.capabilities.listens
