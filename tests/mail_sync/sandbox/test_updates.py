"""Changes of mails by exchangelib: conflicts, read flag, categories, flags, and what is fixed once sent."""

from __future__ import annotations

import pytest
from exchangelib import Account, Message
from exchangelib.errors import (
    ErrorInvalidPropertySet,
    ErrorInvalidPropertyUpdateSentMessage,
    ErrorIrresolvableConflict,
)
from exchangelib.items import ALWAYS_OVERWRITE, AUTO_RESOLVE, NEVER_OVERWRITE
from exchangelib.services import UpdateItem

from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Did, Mailbox
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail
from tests.mail_sync.sandbox.test_protocol import GET, post

PLAIN = f"From: otto@northwind.example\r\nTo: {ANNA}\r\nSubject: Order\r\nMessage-ID: <a@b.example>\r\n\r\nText"
SET_FLAG = """<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges>
<t:ItemChange><t:ItemId Id="{item}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="item:Flag"/><t:Message><t:Flag>
<t:FlagStatus>Complete</t:FlagStatus><t:CompleteDate>2026-10-05T00:00:00Z</t:CompleteDate></t:Flag></t:Message>
</t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"""
SET_READ = """<m:UpdateItem MessageDisposition="SaveOnly" ConflictResolution="AlwaysOverwrite"><m:ItemChanges>
<t:ItemChange><t:ItemId Id="{item}"/><t:Updates><t:SetItemField><t:FieldURI FieldURI="message:IsRead"/><t:Message>
<t:IsRead>true</t:IsRead></t:Message></t:SetItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"""
pytestmark = pytest.mark.usefixtures("stamps")


@pytest.fixture
def got(anna: Mailbox, account: Account) -> Message:
    return account.inbox.get(id=add_mail(anna, PLAIN, is_read=False).item_id)


def dids(anna: Mailbox) -> list[Did]:
    return [entry.did for entry in anna.folder("inbox").log]


def test_read_flag_alone_is_logged_apart(got: Message, anna: Mailbox) -> None:
    got.is_read = True
    got.save(update_fields=["is_read"])
    assert (anna.items[got.id].is_read, dids(anna)) == (True, [Did.CREATE, Did.READ_FLAG])
    got.categories = ["Track"]
    got.save(update_fields=["is_read", "categories"])
    assert dids(anna) == [Did.CREATE, Did.READ_FLAG, Did.UPDATE]


def test_stale_change_key_is_refused_only_by_never_overwrite(got: Message, anna: Mailbox) -> None:
    anna.edit(got.id, categories=("Theirs",))
    got.categories = ["Ours"]
    with pytest.raises(ErrorIrresolvableConflict):
        got.save(update_fields=["categories"], conflict_resolution=NEVER_OVERWRITE)
    assert anna.items[got.id].categories == ("Theirs",)
    got.save(update_fields=["categories"], conflict_resolution=AUTO_RESOLVE)
    assert anna.items[got.id].categories == ("Ours",)
    anna.edit(got.id, categories=("Theirs",))
    got.save(update_fields=["categories"], conflict_resolution=ALWAYS_OVERWRITE)
    assert anna.items[got.id].categories == ("Ours",)


def test_latest_change_key_passes_and_a_new_one_comes_back(got: Message, anna: Mailbox) -> None:
    got.categories = ["Ours"]
    got.save(update_fields=["categories"], conflict_resolution=NEVER_OVERWRITE)
    assert got.changekey == anna.items[got.id].change_key


def test_categories_are_replaced_and_can_be_emptied(got: Message, account: Account, anna: Mailbox) -> None:
    anna.edit(got.id, categories=("A", "B"))
    got.refresh()
    got.categories = ["B", "C"]
    got.save(update_fields=["categories"])
    assert account.inbox.get(id=got.id).categories == ["B", "C"]
    got.categories = None
    got.save(update_fields=["categories"])
    assert account.inbox.get(id=got.id).categories is None


def test_stamp_is_set_and_taken_off_a_received_mail(got: Message, account: Account, anna: Mailbox) -> None:
    source = anna.items[got.id].content
    got.stamp = "CAS-9"
    got.save(update_fields=["stamp"])
    assert (account.inbox.get(stamp="CAS-9").id, anna.items[got.id].content) == (got.id, source)
    got.stamp = None
    got.save(update_fields=["stamp"])
    assert list(account.inbox.filter(stamp="CAS-9")) == []
    assert list(account.inbox.filter(stamp__exists=True)) == []


def test_recipients_of_a_received_mail_stay(got: Message) -> None:
    got.to_recipients = ["eva@northwind.example"]
    with pytest.raises(ErrorInvalidPropertyUpdateSentMessage):
        update(got, "to_recipients")


def test_message_id_is_never_changed(got: Message) -> None:
    got.message_id = "<other@b.example>"
    with pytest.raises(ErrorInvalidPropertySet):
        update(got, "message_id")


def update(message: Message, *names: str) -> None:
    UpdateItem(account=message.account).get(
        items=[(message, list(names))],
        conflict_resolution=AUTO_RESOLVE,
        message_disposition="SaveOnly",
        send_meeting_invitations_or_cancellations="SendToNone",
        suppress_read_receipts=True,
    )


def test_subject_of_a_received_mail_changes_and_its_body_stays(got: Message, account: Account) -> None:
    got.subject = "[CAS-1] Order"
    got.save(update_fields=["subject"])
    found = account.inbox.get(id=got.id)
    assert (found.subject, found.body) == ("[CAS-1] Order", "Text")


def test_failed_change_leaves_everything_as_it_was(got: Message, anna: Mailbox) -> None:
    before = anna.items[got.id].traits
    got.categories, got.to_recipients = ["New"], ["eva@northwind.example"]
    with pytest.raises(ErrorInvalidPropertyUpdateSentMessage):
        update(got, "categories", "to_recipients")
    assert (anna.items[got.id].traits, dids(anna)) == (before, [Did.CREATE])


def test_whole_draft_is_saved_again(account: Account) -> None:
    draft = Message(account=account, folder=account.drafts, subject="Old", body="Text", to_recipients=[ANNA]).save()
    draft.refresh()
    draft.subject = "New"
    draft.save()
    found = account.drafts.get(id=draft.id)
    assert (found.subject, found.body, [one.email_address for one in found.to_recipients]) == ("New", "Text", [ANNA])


def test_draft_is_changed_and_sent_at_once(account: Account, anna: Mailbox) -> None:
    draft = Message(account=account, folder=account.drafts, subject="Old", to_recipients=[ANNA]).save()
    draft.subject = "New"
    draft.send_and_save(update_fields=["subject"])
    assert [len(anna.folder(name).items) for name in ("drafts", "sentitems", "inbox")] == [0, 1, 1]


def test_flag_is_written_as_property_and_as_element(got: Message, sandbox: Sandbox, anna: Mailbox) -> None:
    got.flagged = 2
    got.save(update_fields=["flagged"])
    assert anna.items[got.id].flagged is True
    post(sandbox, SET_FLAG.format(item=got.id))
    shown = post(sandbox, GET.format(item=got.id))[2].decode()
    assert "<t:FlagStatus>Complete</t:FlagStatus><t:CompleteDate>2026-10-05T00:00:00+00:00" in shown
    assert anna.items[got.id].flagged is False


def test_change_without_a_key_must_overwrite(got: Message, sandbox: Sandbox) -> None:
    refused = SET_FLAG.replace("AlwaysOverwrite", "AutoResolve").format(item=got.id)
    assert b"ErrorChangeKeyRequiredForWriteOperations" in post(sandbox, refused)[2]


def test_mail_needs_a_disposition(got: Message, sandbox: Sandbox) -> None:
    refused = SET_FLAG.replace(' MessageDisposition="SaveOnly"', "").format(item=got.id)
    assert b"ErrorMessageDispositionRequired" in post(sandbox, refused)[2]


def test_read_receipt_is_sent_unless_suppressed(account: Account, anna: Mailbox, sandbox: Sandbox) -> None:
    for _ in range(2):
        Message(account=account, subject="Ask", to_recipients=[ANNA], is_read_receipt_requested=True).send()
    first, second = anna.folder("inbox").items
    got = account.inbox.get(id=first.item_id)
    got.is_read = True
    got.save(update_fields=["is_read"])  # exchangelib suppresses receipts
    assert len(anna.folder("inbox").items) == 2
    post(sandbox, SET_READ.format(item=second.item_id))
    report = anna.folder("inbox").items[-1]
    assert (report.item_class, mail.head(report.content).get("Subject")) == ("REPORT.IPM.Note.IPNRN", "Read: Ask")
