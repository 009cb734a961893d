"""Mails sent by exchangelib: what recipients get, and what the sender keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exchangelib import Account, FileAttachment, HTMLBody, Mailbox, Message
from exchangelib.errors import (
    ErrorChangeKeyRequiredForWriteOperations,
    ErrorInvalidRecipients,
    ErrorItemNotFound,
    ErrorSendAsDenied,
    ErrorStaleObject,
)
from exchangelib.services import SendItem

from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Item, Model
from mail_sync.sandbox.model import Mailbox as Owner
from tests.mail_sync.sandbox.builders import ANNA

MAX = "max@alpineskihouse.example"
OTTO = "otto@northwind.example"


pytestmark = pytest.mark.usefixtures("stamps")


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    made.add_mailbox(MAX, "Max Berger")
    return made


@pytest.fixture
def max_(model: Model) -> Owner:
    return model.mailbox(MAX)


def only(mailbox: Owner, folder: str = "inbox") -> Item:
    (item,) = mailbox.folder(folder).items
    return item


def header(item: Item, name: str) -> str:
    return mail.head(item.content).get(name)


def message(account: Account, **fields: object) -> Message:
    return Message(account=account, **{"subject": "Hello", "body": "Hi", "to_recipients": [MAX], **fields})


def test_recipient_gets_headers_and_neither_bcc_nor_named_properties(
    account: Account, anna: Owner, max_: Owner
) -> None:
    message(
        account, stamp="CAS-1", tracking="CAS-1", cc_recipients=[OTTO], bcc_recipients=[ANNA], importance="High",
        sensitivity="Private",
    ).send()  # fmt: skip
    got, kept = only(max_), only(anna, "sentitems")
    names = ("Subject", "To", "Cc", "Bcc", "X-Regarding", "Importance", "Sensitivity")
    assert [header(got, name) for name in names] == ["Hello", MAX, OTTO, "", "CAS-1", "high", "Private"]
    assert (got.properties, got.is_read, got.unsent, header(got, "From")) == (
        {}, False, False, f"Anna Hofer <{ANNA}>",
    )  # fmt: skip
    assert (header(kept, "Bcc"), list(kept.properties.values()), kept.is_read) == (ANNA, ["CAS-1"], True)
    assert header(got, "Message-ID") == header(kept, "Message-ID") != ""
    assert (bool(header(got, "Received")), header(kept, "Received"), bool(header(got, "Date"))) == (True, "", True)


def test_mail_to_other_servers_leaves_without_bcc(account: Account, model: Model) -> None:
    message(account, to_recipients=[OTTO], bcc_recipients=["eva@northwind.example"]).send(save_copy=False)
    assert [(one.sender, one.recipient) for one in model.outside] == [(ANNA, OTTO), (ANNA, "eva@northwind.example")]
    assert [mail.read_head(one.data).get("Bcc") for one in model.outside] == ["", ""]
    assert model.mailbox(ANNA).folder("sentitems").items == []


def test_sent_draft_gets_a_new_id_and_keeps_its_stamp(account: Account, anna: Owner, max_: Owner) -> None:
    draft = message(account, folder=account.drafts, stamp="CAS-7").save()
    old = draft.id
    draft.send()
    with pytest.raises(ErrorItemNotFound):
        raise next(iter(account.fetch([(old, None)])))
    (kept,) = account.sent.filter(stamp="CAS-7")
    assert (kept.id != old, kept.is_draft, kept.is_read, kept.subject) == (True, False, True, "Hello")
    assert (anna.folder("drafts").items, header(only(max_), "Message-ID")) == ([], kept.message_id)


def test_draft_can_be_sent_without_a_copy(account: Account, anna: Owner, max_: Owner) -> None:
    message(account, folder=account.drafts).save().send(save_copy=False)
    assert (anna.items, only(max_).is_read) == ({}, False)


def test_draft_is_sent_under_its_latest_change_key_only(account: Account) -> None:
    draft = message(account, folder=account.drafts).save()
    with pytest.raises(ErrorChangeKeyRequiredForWriteOperations):
        raise next(iter(SendItem(account=account).call(items=[(draft.id, None)], saved_item_folder=account.sent)))
    stale = draft.changekey
    draft.subject = "Later"
    draft.save(update_fields=["subject"])
    with pytest.raises(ErrorStaleObject):
        raise next(iter(SendItem(account=account).call(items=[(draft.id, stale)], saved_item_folder=account.sent)))


def test_mail_without_recipients_is_not_sent(account: Account, anna: Owner) -> None:
    with pytest.raises(ErrorInvalidRecipients):
        message(account, to_recipients=None).send()
    assert anna.items == {}


def test_unknown_colleague_bounces(account: Account, anna: Owner) -> None:
    message(account, to_recipients=["nobody@alpineskihouse.example"]).send()
    report, kept = only(anna), only(anna, "sentitems")
    assert (report.item_class, header(report, "Subject"), header(report, "In-Reply-To")) == (
        "REPORT.IPM.Note.NDR", "Undeliverable: Hello", header(kept, "Message-ID"),
    )  # fmt: skip
    source = report.content.read()
    assert b"Final-Recipient: rfc822;nobody@alpineskihouse.example" in source
    shown = account.inbox.get(id=report.item_id)
    assert (shown.item_class, shown.subject) == ("REPORT.IPM.Note.NDR", "Undeliverable: Hello")


def test_sending_as_another_needs_a_right(account: Account, max_: Owner, model: Model) -> None:
    with pytest.raises(ErrorSendAsDenied):
        message(account, author=MAX, to_recipients=[OTTO]).send()
    max_.send_on_behalf.add(ANNA)
    message(account, author=MAX, to_recipients=[OTTO]).send()
    max_.send_as.add(ANNA)
    message(account, author=MAX, to_recipients=[OTTO]).send()
    heads = [mail.read_head(one.data) for one in model.outside]
    assert [(head.get("From"), head.get("Sender")) for head in heads] == [
        (f"Max Berger <{MAX}>", f"Anna Hofer <{ANNA}>"),
        (f"Max Berger <{MAX}>", ""),
    ]


def test_body_and_attachments_arrive(account: Account, signed_in: Callable[..., Account]) -> None:
    draft = message(account, body=HTMLBody('<p>See <img src="cid:logo"></p>'), folder=account.drafts)
    draft.attach(FileAttachment(name="Angebot für Otto.pdf", content=b"%PDF-1", content_type="application/pdf"))
    draft.attach(FileAttachment(name="logo.png", content=b"PNG", content_id="logo", is_inline=True))
    draft.save()
    draft.attach(FileAttachment(name="late.txt", content=b"late"))
    draft.refresh()
    draft.send()
    (got,) = signed_in(address=MAX).inbox.all()
    assert got.body == '<p>See <img src="cid:logo"></p>'
    assert sorted((one.name, one.content, one.is_inline) for one in got.attachments) == [
        ("Angebot für Otto.pdf", b"%PDF-1", False), ("late.txt", b"late", False), ("logo.png", b"PNG", True),
    ]  # fmt: skip


def test_attachment_ids_outlive_the_removal_of_others(account: Account) -> None:
    draft = message(account, folder=account.drafts)
    draft.attach([FileAttachment(name=f"{number}.txt", content=b"%d" % number) for number in range(3)])
    draft.save()
    first, second, third = draft.attachments
    draft.detach(first)
    draft.detach(second)
    assert [(one.name, one.attachment_id.id) for one in account.drafts.get(id=draft.id).attachments] == [
        ("2.txt", third.attachment_id.id)
    ]


def test_absent_colleague_answers_once(account: Account, anna: Owner, max_: Owner) -> None:
    max_.out_of_office.enabled, max_.out_of_office.internal = True, "Back on Monday."
    message(account).send()
    message(account).send()
    answer = only(anna)
    assert (answer.item_class, header(answer, "Subject"), header(answer, "Auto-Submitted")) == (
        "IPM.Note.Rules.OofTemplate.Microsoft", "Automatic reply: Hello", "auto-generated",
    )  # fmt: skip
    assert len(max_.folder("inbox").items) == 2


def test_mime_source_is_sent_as_it_is(account: Account, max_: Owner) -> None:
    source = f"From: {ANNA}\r\nTo: {MAX}\r\nSubject: Raw\r\nMessage-ID: <own@x.example>\r\nX-Own: 1\r\n\r\nText\r\n"
    Message(account=account, mime_content=source.encode()).send()
    assert [header(only(max_), name) for name in ("Subject", "Message-ID", "X-Own")] == ["Raw", "<own@x.example>", "1"]


def test_recipient_name_survives(account: Account, max_: Owner) -> None:
    message(account, to_recipients=[Mailbox(name="Berger, Max", email_address=MAX)]).send()
    assert mail.head(only(max_).content).addresses("To") == (mail.Address("Berger, Max", MAX),)
