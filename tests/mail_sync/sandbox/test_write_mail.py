"""Mails written by exchangelib: drafts made and changed."""

from __future__ import annotations

import pytest
from exchangelib import Account, HTMLBody, Mailbox, Message

from mail_sync.sandbox.model import Mailbox as Owner

pytestmark = pytest.mark.usefixtures("stamps")


def test_draft_comes_back_as_it_was_written(account: Account) -> None:
    draft = Message(
        account=account,
        folder=account.drafts,
        subject="Größe der Hütte",
        body=HTMLBody("<p>Hello</p>"),
        to_recipients=[Mailbox(name="Kärnten, Otto", email_address="otto@northwind.example")],
        cc_recipients=["eva@northwind.example"],
        bcc_recipients=["boss@alpineskihouse.example"],
        reply_to=["desk@alpineskihouse.example"],
        importance="High",
        sensitivity="Private",
        categories=["Track"],
        stamp="CAS-01042",
    ).save()
    found = account.drafts.get(id=draft.id)
    assert (found.subject, found.body, found.importance, found.sensitivity, found.categories, found.stamp) == (
        "Größe der Hütte", "<p>Hello</p>", "High", "Private", ["Track"], "CAS-01042",
    )  # fmt: skip
    assert [(one.name, one.email_address) for one in found.to_recipients] == [
        ("Kärnten, Otto", "otto@northwind.example")
    ]
    assert [one.email_address for one in [*found.cc_recipients, *found.bcc_recipients, *found.reply_to]] == [
        "eva@northwind.example", "boss@alpineskihouse.example", "desk@alpineskihouse.example",
    ]  # fmt: skip
    assert (found.is_draft, found.changekey) == (True, draft.changekey)


def test_update_touches_only_named_fields(account: Account, anna: Owner) -> None:
    draft = Message(account=account, folder=account.drafts, subject="Old", body="Text", categories=["A"]).save()
    before = draft.changekey
    draft.subject, draft.categories = "New", ["B", "C"]
    draft.save(update_fields=["subject", "categories"])
    found = account.drafts.get(id=draft.id)
    assert (found.subject, found.body, found.categories) == ("New", "Text", ["B", "C"])
    assert (draft.changekey != before, draft.changekey) == (True, anna.items[draft.id].change_key)
