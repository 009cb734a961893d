"""Pulling a folder: what is known, what is refused, what is private later, what another mailbox holds too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from assistant.linking.worker import link_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import MailReader
from mail_sync.ours import ours_in
from mail_sync.provider import FolderRole
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from mail_sync.pull import Pulled, pull_folder
from store.actor import SYSTEM, actor_for
from store.engine import Store
from store.queries.timeline import timeline
from store.records.writing import create_record
from store.schema.activities import Activity, ActivityParty
from store.schema.mail import MailboxItem
from store.sync.mailboxes import FolderRow, FolderState, add_mailbox, save_folders, selected_folders
from store.sync.quarantine import waiting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
INBOX = STANDARD_FOLDERS[0]
JANE = "jane@fabrikam.example"


@dataclass
class Box:
    """A connected mailbox: what its server holds and where the store keeps it."""

    remote: MemoryMailbox
    mailbox_id: int

    def folder(self, tx: Connection) -> FolderRow:
        return selected_folders(tx, self.mailbox_id)[0]


def box(store: Store, address: str) -> Box:
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address=address, provider="exchange", now=NOW)
        state = FolderState(INBOX.folder_id, INBOX.path, FolderRole.INBOX.value, "email", 0, selected=True)
        save_folders(tx, mailbox_id, [state])
    return Box(MemoryMailbox(address), mailbox_id)


class Refusing(MailReader):
    """A reader whose store refuses one subject."""

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[object], *, now: datetime) -> int:
        if any(item.email.subject == "Refused" for item in items):  # type: ignore[attr-defined]
            raise ValueError("it is refused")
        return MailReader.write(self, tx, folder, items, now=now)  # type: ignore[arg-type]


def pull(
    store: Store, of: Box, *, reader: type[MailReader] = MailReader, capture: CaptureRules | None = None
) -> Pulled:
    with store.read() as tx:
        folder, ours = of.folder(tx), ours_in(tx)
    reading = reader(of.remote, of.mailbox_id, ours, capture or CaptureRules(private_items=False), None, NOW)
    steps: Iterator[Pulled] = pull_folder(store, of.remote, of.mailbox_id, folder, reading, now=NOW)
    last = list(steps)[-1]
    link_pending(store, now=NOW)
    return last


def mail(
    number: int, *, subject: str = "Guns", answers: int | None = None, more: str = "", body: str = "Hello"
) -> bytes:
    answer = f"In-Reply-To: <m{answers}@mail.example>\r\n" if answers is not None else ""
    return (
        f"From: Jane <{JANE}>\r\nTo: anna@alpine.example\r\nSubject: {subject}\r\n"
        f"Date: Mon, 02 Mar 2026 08:00:0{number} +0000\r\nMessage-ID: <m{number}@mail.example>\r\n"
        f"{answer}{more}\r\n{body}\r\n"
    ).encode()


def jane(store: Store) -> int:
    with store.write() as tx:
        return create_record(tx, "contact", {"title": "Jane Roe", "emails": [JANE]}, by=SYSTEM, now=NOW).record_id


def on_timeline(store: Store, record_id: int) -> list[str]:
    with store.read() as tx:
        return [row.subject for row in timeline(tx, record_id, by=SYSTEM).rows]


def test_mail_that_the_store_refuses_waits_in_quarantine(store: Store) -> None:
    anna = box(store, "anna@alpine.example")
    for number, subject in enumerate(["Guns", "Refused", "Snow"]):
        anna.remote.deliver(INBOX, mail(number, subject=subject))
    pulled = pull(store, anna, reader=Refusing)
    assert (pulled.new, pulled.known, pulled.quarantined) == (2, 0, 1)
    with store.read() as tx:
        assert [entry.remote_id for entry in waiting(tx)] == ["item-2"]


def test_large_mails_are_written_in_smaller_chunks(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mail_sync.pull._CHUNK_BYTES", 1_000)
    anna = box(store, "anna@alpine.example")
    for number in range(4):
        anna.remote.deliver(INBOX, mail(number, body="long " * 120))
    written: list[int] = []

    class Counting(MailReader):
        def write(self, tx: Connection, folder: FolderRow, items: Sequence[object], *, now: datetime) -> int:
            written.append(len(items))
            return MailReader.write(self, tx, folder, items, now=now)  # type: ignore[arg-type]

    pull(store, anna, reader=Counting)
    assert written == [2, 2]


def test_mail_that_becomes_private_leaves_the_timeline(store: Store) -> None:
    anna, contact = box(store, "anna@alpine.example"), jane(store)
    item = anna.remote.deliver(INBOX, mail(1))
    pull(store, anna)
    assert on_timeline(store, contact) == ["Guns"]
    anna.remote.replace(item, mail(1, more="Sensitivity: Private\r\n"))
    pull(store, anna)
    assert on_timeline(store, contact) == []


def test_mail_that_becomes_excluded_is_shown_to_nobody(store: Store) -> None:
    anna, contact = box(store, "anna@alpine.example"), jane(store)
    item = anna.remote.deliver(INBOX, mail(1))
    pull(store, anna)
    anna.remote.replace(item, mail(1, more="Sensitivity: Private\r\n"))
    pull(store, anna, capture=CaptureRules(private_items=True))
    assert on_timeline(store, contact) == []
    with store.read() as tx:
        assert tx.execute(select(MailboxItem.gone_at)).scalars().all() == [NOW]
        assert actor_for(tx, "anna@alpine.example").mailbox_ids == {anna.mailbox_id}


def test_mail_excluded_from_one_mailbox_stays_where_another_holds_it(store: Store) -> None:
    anna, ben, contact = box(store, "anna@alpine.example"), box(store, "ben@alpine.example"), jane(store)
    item = anna.remote.deliver(INBOX, mail(1))
    ben.remote.deliver(INBOX, mail(1))
    pull(store, anna)
    pull(store, ben)
    anna.remote.replace(item, mail(1))
    pull(store, anna, capture=CaptureRules(domains=frozenset({"fabrikam.example"})))
    assert on_timeline(store, contact) == ["Guns"]


def test_earlier_receipt_in_a_second_mailbox_explains_the_answers(store: Store) -> None:
    """The answer came before the first known receipt of what it answers, and after the second."""
    anna, ben = box(store, "anna@alpine.example"), box(store, "ben@alpine.example")
    contact = jane(store)
    with store.write() as tx:
        create_record(tx, "case", {"title": "Leak", "contact": contact}, number="CAS-01042", by=SYSTEM, now=NOW)
    anna.remote.deliver(INBOX, mail(1, subject="CAS-01042"), received_at=NOW - timedelta(hours=1))
    anna.remote.deliver(INBOX, mail(2, answers=1, subject="Re:"), received_at=NOW - timedelta(hours=2))
    pull(store, anna)
    ben.remote.deliver(INBOX, mail(1, subject="CAS-01042"), received_at=NOW - timedelta(hours=3))
    pull(store, ben)
    with store.read() as tx:
        case = tx.exec_driver_sql("SELECT id FROM record WHERE number = 'CAS-01042'").scalar_one()
    assert on_timeline(store, case) == ["Re:", "CAS-01042"]


@pytest.mark.parametrize("blind_first", [True, False])
def test_blind_copies_are_known_whichever_copy_came_first(store: Store, blind_first: bool) -> None:
    anna, ben = box(store, "anna@alpine.example"), box(store, "ben@alpine.example")
    anna.remote.deliver(INBOX, mail(1, more="Bcc: pat@wingtip.example\r\n"))
    ben.remote.deliver(INBOX, mail(1))
    for each in (anna, ben) if blind_first else (ben, anna):
        pull(store, each)
    with store.read() as tx:
        blind = select(ActivityParty.email).where(ActivityParty.role == "bcc")
        assert tx.execute(blind).scalars().all() == ["pat@wingtip.example"]
        assert len(tx.execute(select(Activity.id)).all()) == 1
