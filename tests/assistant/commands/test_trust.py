"""`regarding conflicts`, `history` and `sync --answer`: what the screens of sync tell, for scripts."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select, update

from assistant.compose import Services, compose
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.schema.records import Record
from store.sync.conflicts import Sides, keep_conflicts
from store.sync.mailboxes import add_mailbox
from tests.assistant.commands.conftest import NOW, Run
from tests.assistant.commands.test_schemas import check

MISSING = {"folders": {"1": {"path": "Inbox", "holds": "email", "gone": 200, "of": 210}}, "asked_at": NOW.isoformat()}


@pytest.fixture
def services(filled: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Ada's copy in a mailbox, with two fields in conflict, and a mailbox that asks."""
    services = compose(os.environ["REGARDING_STORE"])
    with services.store.write() as tx:
        mailbox_id = add_mailbox(tx, address="anna@alpine.example", provider="exchange", now=NOW)
        tx.execute(update(Mailbox).where(Mailbox.id == mailbox_id).values(question=MISSING))
        contact = tx.execute(select(Record.id).where(Record.title == "Ada Lovelace")).scalar_one()
        held = {"mailbox_id": mailbox_id, "remote_id": "AAMk1", "holds": "contact", "occurred_at": NOW}
        item = tx.execute(insert(MailboxItem).values(**held, record_id=contact).returning(MailboxItem.id)).scalar_one()
        fields = {"job_title": Sides("a", "Countess\x1b[31m", "c"), "department": Sides(None, "x", "y")}
        keep_conflicts(tx, mailbox_id, {item: fields}, now=NOW)
    yield services
    services.close()


def test_conflicts_are_listed_and_settled(filled: Run, services: Services) -> None:
    listed = filled("conflicts", "list", "--json").json
    check("conflicts-list", listed)
    assert [(each["title"], each["field"], each["theirs"]) for each in listed["conflicts"]] == [
        ("Ada Lovelace", "department", "x"),
        ("Ada Lovelace", "job_title", "Countess\x1b[31m"),
    ]
    said = filled("conflicts", "list").out
    assert "  theirs: Countess␛[31m\n  mine: c\n" in said
    chosen = filled("conflicts", "choose", listed["conflicts"][0]["uid"], "theirs", "--all", "--json").json
    check("conflicts-choose", chosen)
    assert (chosen["settled"], filled("conflicts", "list").out) == (2, "Nothing is in conflict.\n")
    assert filled("undo").code == 0
    assert len(filled("conflicts", "list", "--json").json["conflicts"]) == 2


def test_a_conflict_that_is_not_there_cannot_be_settled(filled: Run, services: Services) -> None:
    refused = filled("conflicts", "choose", "nothing", "mine")
    said = "regarding: No single conflict is called nothing; see regarding conflicts list.\n"
    assert (refused.code, refused.err) == (1, said)


def test_history_tells_where_a_contact_lies_and_what_happened(filled: Run, services: Services) -> None:
    told = filled("history", "Ada Lovelace", "--json").json
    check("history", told)
    (history,) = told["histories"]
    assert (history["mailbox"], history["remote_id"]) == ("anna@alpine.example", "AAMk1")
    assert [event["detail"] for event in history["events"] if event["what"] == "conflict"] == [
        "job_title",
        "department",
    ]
    assert "server's id AAMk1" in filled("history", "Ada Lovelace").out


def test_history_of_what_no_mailbox_holds_says_so(filled: Run) -> None:
    assert filled("history", "Engines Ltd").out == "No mailbox that you may read holds it.\n"


def test_what_sync_asks_is_answered_once(filled: Run, services: Services) -> None:
    check("sync-answer", filled("sync", "anna@alpine.example", "--answer", "keep", "--json").json)
    again = filled("sync", "--answer", "keep")
    assert (again.code, again.err) == (1, "regarding: Nothing is asked.\n")
