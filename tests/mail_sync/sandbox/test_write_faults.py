"""What goes wrong with writes: unknown outcomes, lies, refusals, and bad days of a whole mailbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchangelib import Account, FileAttachment, Message
from exchangelib.errors import (
    ErrorMailboxMoveInProgress,
    ErrorQuotaExceeded,
    ErrorSendAsDenied,
    ErrorSubmissionQuotaExceeded,
    EWSError,
    TransportError,
)
from exchangelib.items import NEVER_OVERWRITE

from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail

OTTO = "otto@northwind.example"
PLAIN = "Subject: x\r\n\r\ny"
pytestmark = pytest.mark.usefixtures("stamps")


def message(account: Account, **fields: object) -> Message:
    return Message(account=account, **{"subject": "Hello", "to_recipients": [OTTO], **fields})


def lose_reply(sandbox: Sandbox, operation: str, do: Callable[[], object]) -> None:
    sandbox.faults.set(FaultKind.DROP_REPLY, operation=operation, times=1)
    with pytest.raises((EWSError, OSError)):
        do()


def test_created_although_the_reply_was_lost(sandbox: Sandbox, account: Account) -> None:
    lose_reply(sandbox, "CreateItem", message(account, folder=account.drafts, stamp="A").save)
    assert [found.subject for found in account.drafts.filter(stamp="A")] == ["Hello"]


def test_sent_although_the_reply_was_lost(sandbox: Sandbox, account: Account, model: Model) -> None:
    draft = message(account, folder=account.drafts, stamp="A").save()
    lose_reply(sandbox, "SendItem", draft.send)
    assert (len(model.outside), account.drafts.filter(stamp="A").count(), account.sent.filter(stamp="A").count()) == (
        1, 0, 1,
    )  # fmt: skip


def test_changed_moved_and_deleted_although_the_reply_was_lost(
    sandbox: Sandbox, account: Account, anna: Mailbox
) -> None:
    got = account.inbox.get(id=add_mail(anna, PLAIN).item_id)
    got.stamp = "A"
    lose_reply(sandbox, "UpdateItem", lambda: got.save(update_fields=["stamp"]))
    lose_reply(sandbox, "MoveItem", lambda: got.move(account.trash))
    (moved,) = account.trash.filter(stamp="A")
    lose_reply(sandbox, "DeleteItem", moved.delete)
    assert anna.items == {}


def test_send_delivers_keeps_the_draft_and_raises(sandbox: Sandbox, account: Account, model: Model) -> None:
    draft = message(account, folder=account.drafts, stamp="A").save()
    sandbox.faults.set(FaultKind.SENDS_BUT_RAISES, times=1)
    with pytest.raises(TransportError, match="Empty ResponseCode"):
        draft.send()
    assert (len(model.outside), account.drafts.filter(stamp="A").count(), account.sent.filter(stamp="A").count()) == (
        1, 1, 0,
    )  # fmt: skip


def test_stale_change_key_is_accepted(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    got = account.inbox.get(id=add_mail(anna, PLAIN).item_id)
    anna.edit(got.id, categories=("Theirs",))
    sandbox.faults.set(FaultKind.STALE_KEY_ACCEPTED, times=1)
    got.categories = ["Ours"]
    got.save(update_fields=["categories"], conflict_resolution=NEVER_OVERWRITE)
    assert anna.items[got.id].categories == ("Ours",)


def test_attachments_are_lost_without_a_word(sandbox: Sandbox, account: Account, model: Model) -> None:
    sandbox.faults.set(FaultKind.LOST_ATTACHMENTS, operation="CreateItem")
    draft = message(account)
    draft.attach(FileAttachment(name="a.txt", content=b"a"))
    draft.send(save_copy=False)
    assert b"a.txt" not in model.outside[0].data


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.QUOTA_EXCEEDED, ErrorQuotaExceeded),
        (FaultKind.MAILBOX_MOVE, ErrorMailboxMoveInProgress),
        (FaultKind.SEND_AS_DENIED, ErrorSendAsDenied),
        (FaultKind.SUBMISSION_LIMIT, ErrorSubmissionQuotaExceeded),
    ],
)
def test_refused_send_leaves_nothing_behind(
    sandbox: Sandbox, account: Account, model: Model, anna: Mailbox, kind: FaultKind, error: type[EWSError]
) -> None:
    sandbox.faults.set(kind, target=ANNA, operation="CreateItem", times=1)
    with pytest.raises(error):
        message(account).send()
    assert (model.outside, anna.items) == ([], {})
    message(account).send()
    assert len(model.outside) == 1


def test_full_mailbox_still_lets_items_go(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    got = account.inbox.get(id=add_mail(anna, PLAIN).item_id)
    sandbox.faults.set(FaultKind.QUOTA_EXCEEDED)
    with pytest.raises(ErrorQuotaExceeded):
        got.copy(account.trash)
    got.delete()
    assert anna.items == {}
