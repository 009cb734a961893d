"""Writes in bulk, attachments of both kinds, and what a sync tells of writes."""

from __future__ import annotations

import pytest
from exchangelib import Account, FileAttachment, ItemAttachment, Message
from exchangelib.errors import ErrorItemNotFound

from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Mailbox, Model
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail
from tests.mail_sync.sandbox.test_process import control
from tests.mail_sync.sandbox.test_sync import page

OTTO = "otto@northwind.example"
PLAIN = f"From: {OTTO}\r\nTo: {ANNA}\r\nSubject: Order\r\nMessage-ID: <a@b.example>\r\n\r\nText"
pytestmark = pytest.mark.usefixtures("stamps")


def drafts(account: Account, count: int) -> list[Message]:
    return [
        Message(account=account, folder=account.drafts, subject=f"Mail {number}", to_recipients=[OTTO])
        for number in range(count)
    ]


def test_mails_are_made_changed_moved_copied_sent_and_deleted_in_bulk(
    account: Account, anna: Mailbox, model: Model
) -> None:
    made = account.bulk_create(account.drafts, drafts(account, 3))
    shown = list(account.fetch(made))
    for one in shown:
        one.stamp = "BULK"
    changed = account.bulk_update([(one, ["stamp"]) for one in shown])
    copied = account.bulk_copy(changed, account.junk)
    moved = account.bulk_move(changed, account.outbox)
    assert [len(set(one)) for one in (changed, copied, moved)] == [3, 3, 3]
    keys = [(one.id, one.changekey) for one in account.outbox.all()]
    account.bulk_send(keys)
    assert account.bulk_delete(copied) == [True] * 3
    assert (len(model.outside), account.sent.filter(stamp="BULK").count(), len(anna.items)) == (3, 3, 3)


def test_one_failure_leaves_the_rest_of_a_batch_alone(account: Account) -> None:
    first, second = account.bulk_create(account.drafts, drafts(account, 2))
    account.bulk_delete([first])
    results = account.bulk_move([first, second], account.junk)
    assert (type(results[0]), account.junk.all().count()) == (ErrorItemNotFound, 1)


def test_mail_inside_a_mail_arrives(account: Account, model: Model) -> None:
    inner = Message(account=account, subject="Inner", body="Inside", to_recipients=[OTTO])
    outer = Message(account=account, folder=account.drafts, subject="Outer", body="x", to_recipients=[OTTO])
    outer.attach(ItemAttachment(name="Inner", item=inner))
    outer.save()
    outer.attach(FileAttachment(name="late.bin", content=b"\x00" * 70_000))
    (nested, late) = account.drafts.get(id=outer.id).attachments
    assert (nested.item.subject, nested.item.body, late.content) == ("Inner", "Inside", b"\x00" * 70_000)
    outer.refresh()
    outer.send()
    source = model.outside[0].data
    assert mail.read_head(source).get("Content-Type").startswith("multipart/mixed") is True
    assert (b"message/rfc822" in source, b"Subject: Inner" in source) == (True, True)


def test_sync_tells_a_send_as_gone_from_drafts_and_new_in_sent(account: Account) -> None:
    draft = Message(account=account, folder=account.drafts, subject="x", to_recipients=[OTTO]).save()
    homes = (account.drafts, account.sent)
    states = [page(account, None, folder=home)[1] for home in homes]
    old = draft.id
    draft.send()
    gone, new = (page(account, state, folder=home)[0] for state, home in zip(states, homes, strict=True))
    assert (gone, new) == ([("delete", old)], [("create", account.sent.get(subject="x").id)])


def test_write_of_a_flag_is_no_update_to_a_sync(account: Account, anna: Mailbox) -> None:
    got = account.inbox.get(id=add_mail(anna, PLAIN, is_read=False).item_id)
    state = page(account, None)[1]
    got.is_read = True
    got.save(update_fields=["is_read"])
    changes, state, _ = page(account, state)
    assert [change[0] for change in changes] == ["read_flag_change"]
    got.stamp = "A"
    got.save(update_fields=["stamp"])
    assert [change[0] for change in page(account, state)[0]] == ["update"]


def test_control_shows_what_left_and_puts_a_mailbox_back(sandbox: Sandbox, account: Account, anna: Mailbox) -> None:
    start = {"control": sandbox.control, "token": sandbox.token}
    assert control(start, do="back_up", mailbox=ANNA)["ok"] is True
    Message(account=account, subject="Hello", to_recipients=[OTTO]).send()
    (left,) = control(start, do="outside")["mails"]
    assert (left["sender"], left["recipient"], "Subject: Hello" in left["source"]) == (ANNA, OTTO, True)
    assert (control(start, do="restore", mailbox=ANNA)["ok"], anna.items) == (True, {})
    control(start, do="away", mailbox=ANNA, internal="Away", external="Away")
    assert (anna.out_of_office.enabled, anna.out_of_office.external) == (True, "Away")
    control(start, do="away", mailbox=ANNA)
    assert anna.out_of_office.enabled is False
