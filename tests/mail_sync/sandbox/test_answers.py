"""Replies and forwards that the server makes: recipients, subject, thread and the quoted original."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

import pytest
from exchangelib import Account, Message
from exchangelib.errors import ErrorInvalidReferenceItem

from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.model import Item, Model
from mail_sync.sandbox.model import Mailbox as Owner
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.sandbox.builders import ANNA, add_mail
from tests.mail_sync.sandbox.test_protocol import post

MAX = "max@alpineskihouse.example"
OTTO = "otto@northwind.example"
ORIGINAL = f"""From: Otto Kern <{OTTO}>
To: Anna Hofer <{ANNA}>, Eva <eva@northwind.example>
Cc: {MAX}, {ANNA.upper()}
Subject: Re: Chalet
Message-ID: <second@northwind.example>
References: <first@northwind.example>
Date: Mon, 05 Oct 2026 08:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Is it free?
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename=plan.pdf

PDF
--b--
""".replace("\n", "\r\n")


@pytest.fixture
def model() -> Model:
    made = Model()
    made.add_mailbox(ANNA, "Anna Hofer")
    made.add_mailbox(MAX, "Max Berger")
    return made


@pytest.fixture
def original(anna: Owner, account: Account) -> Message:
    return account.inbox.get(id=add_mail(anna, ORIGINAL).item_id)


def sent(anna: Owner) -> Item:
    (item,) = anna.folder("sentitems").items
    return item


def test_reply_continues_the_thread(original: Message, anna: Owner, model: Model) -> None:
    original.reply(subject="RE: Chalet", body="Yes.")
    head = mail.head(sent(anna).content)
    assert [head.get(name) for name in ("To", "Subject", "In-Reply-To", "References", "Thread-Topic")] == [
        f"Otto Kern <{OTTO}>", "RE: Chalet", "<second@northwind.example>",
        "<first@northwind.example> <second@northwind.example>", "Chalet",
    ]  # fmt: skip
    body = mail.body(sent(anna).content).text
    assert (body.index("Yes.") < body.index("From: Otto Kern") < body.index("Is it free?")) is True
    assert [one.recipient for one in model.outside] == [OTTO]


REPLY_TO_ALL = """<m:CreateItem MessageDisposition="SendAndSaveCopy"><m:Items><t:ReplyAllToItem>
<t:ReferenceItemId Id="{item}"/><t:NewBodyContent BodyType="HTML">&lt;p>Yes.&lt;/p></t:NewBodyContent>
</t:ReplyAllToItem></m:Items></m:CreateItem>"""


def test_reply_to_all_goes_to_all_but_the_owner(original: Message, anna: Owner, sandbox: Sandbox) -> None:
    assert b"NoError" in post(sandbox, REPLY_TO_ALL.format(item=original.id))[2]
    head = mail.head(sent(anna).content)
    assert [one.email for one in head.addresses("To")] == [OTTO, "eva@northwind.example"]
    assert [one.email for one in head.addresses("Cc")] == [MAX]
    assert head.get("Subject") == "RE: Chalet"
    assert mail.body(sent(anna).content).html.startswith("<div><p>Yes.</p></div>")


def test_forward_keeps_the_files(original: Message, anna: Owner) -> None:
    original.forward(subject="FW: Chalet", body="See below", to_recipients=[MAX])
    assert [one.name for one in mail.body(sent(anna).content).attachments] == ["plan.pdf"]


def test_answer_tells_the_original(original: Message, anna: Owner) -> None:
    before = anna.items[original.id].change_key
    original.reply(subject="RE: Chalet", body="Yes.")
    item = anna.items[original.id]
    assert (item.properties["PropertyTag=4225;PropertyType=integer"], item.change_key != before) == ("102", True)


def test_answer_saved_as_draft_is_sent_later(original: Message, account: Account, anna: Owner, model: Model) -> None:
    saved = original.create_reply(subject="RE: Chalet", body="Yes.").save(account.drafts)
    draft = account.drafts.get(id=saved.id)
    assert (draft.in_reply_to, draft.is_draft, [one.email_address for one in draft.to_recipients]) == (
        "<second@northwind.example>", True, [OTTO],
    )  # fmt: skip
    draft.send()
    assert mail.head(sent(anna).content).get("In-Reply-To") == "<second@northwind.example>"
    assert anna.items[original.id].properties["PropertyTag=4225;PropertyType=integer"] == "102"
    assert len(model.outside) == 1


def test_conversation_index_grows_by_five_bytes(
    account: Account, anna: Owner, signed_in: Callable[..., Account]
) -> None:
    Message(account=account, subject="New", body="x", to_recipients=[MAX]).send()
    first = b64decode(mail.head(sent(anna).content).get("Thread-Index"))
    (got,) = signed_in(address=MAX).inbox.all()
    got.reply(subject="RE: New", body="y")
    (answer,) = anna.folder("inbox").items
    second = b64decode(mail.head(answer.content).get("Thread-Index"))
    assert (len(first), len(second), second[:22] == first) == (22, 27, True)


def test_draft_can_be_forwarded_and_not_answered(account: Account, model: Model) -> None:
    draft = Message(account=account, folder=account.drafts, subject="x", to_recipients=[MAX]).save()
    with pytest.raises(ErrorInvalidReferenceItem):
        draft.reply(subject="RE: x", body="y", to_recipients=[OTTO])
    draft.forward(subject="FW: x", body="y", to_recipients=[OTTO])
    assert [one.recipient for one in model.outside] == [OTTO]
