"""`regarding outbox`: what waits is listed and decided about, and prints what its schemas say."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import update

from assistant.compose import compose
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.outbox import Outgoing
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check


@pytest.fixture
def waiting(filled: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """A mail that waits ten more seconds; its uid."""
    services = compose(os.environ["REGARDING_STORE"])
    with services.store.write() as tx:
        mailbox_id = add_mailbox(tx, address="anna@alpine.example", provider="exchange", now=NOW)
        later = NOW + timedelta(seconds=10)
        act = NewOutgoing(mailbox_id, Verb.SEND_MAIL, "Offer \x1b[31m", {}, mails=True, not_before=later)
        uid = enqueue(tx, act, by=services.actor, now=NOW)
    services.close()
    return uid


def test_outbox_lists_what_waits_and_for_how_long(filled: Run, waiting: str) -> None:
    listed = filled("outbox", "list", "--json").json
    check("outbox-list", listed)
    assert [(each["uid"], each["seconds_left"], each["recallable"]) for each in listed["outbox"]] == [
        (waiting, 10, True)
    ]
    said = filled("outbox", "list").out
    assert said.startswith(f"{waiting}  waiting, goes in 10 s, anna@alpine.example: Offer")
    assert "\x1b" not in said


def test_mail_is_sent_now_recalled_and_discarded_by_the_beginning_of_its_id(filled: Run, waiting: str) -> None:
    begins = waiting[:20]
    for action in ("send-now", "recall", "discard"):
        check(f"outbox-{action}", filled("outbox", action, begins, "--json").json)
    assert filled("outbox", "list").out == "Nothing waits to be sent.\n"
    refused = filled("outbox", "retry", waiting)
    assert (refused.code, refused.err) == (1, "regarding: “Offer ␛[31m” did not fail.\n")
    unknown = filled("outbox", "recall", "nothing")
    assert unknown.err == "regarding: Nothing in the outbox is called nothing; see regarding outbox list.\n"


def test_mail_in_doubt_is_settled_by_a_person(filled: Run, waiting: str) -> None:
    services = compose(os.environ["REGARDING_STORE"])
    for action in ("retry", "was-sent"):
        with services.store.write() as tx:
            tx.execute(update(Outgoing).where(Outgoing.uid == waiting).values(state="unsure", stage="sending"))
        check("outbox-list", filled("outbox", "list", "--json").json)
        check(f"outbox-{action}", filled("outbox", action, waiting, "--json").json)
    services.close()
