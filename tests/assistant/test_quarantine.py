"""Trying again what waits in quarantine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from assistant.quarantine import Retried, retry
from assistant.service import watch
from calendar_sync.provider import RemoteEvent
from mail_sync.provider import Poisoned
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from store.actor import SYSTEM
from store.engine import Store
from store.requests import RETRY, open_requests, request
from store.sync.mailboxes import FolderState, MailboxRow, add_mailbox, save_folders, selected_folders
from store.sync.quarantine import Unread, put_aside, waiting

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
INBOX = STANDARD_FOLDERS[0]
SOURCE = "mailbox 1/Inbox/item-1"
MAIL = b"From: jane@fabrikam.example\r\nSubject: Guns\r\nMessage-ID: <m1@mail.example>\r\n\r\nHello\r\n"


class NoEvents:
    """An empty calendar."""

    def fetch_events(self, item_ids: Sequence[str]) -> Iterator[RemoteEvent | Poisoned]:
        return iter(())


@dataclass
class Connected:
    """A mailbox in memory whose calendar is empty."""

    mail: MemoryMailbox
    calendar: Any = field(default_factory=NoEvents)

    def close(self) -> None:
        self.mail.close()


def _connector(mailbox: MemoryMailbox) -> Any:
    def connect(_: MailboxRow) -> Connected:
        return Connected(mailbox)

    return connect


@pytest.fixture
def mailbox(store: Store) -> MemoryMailbox:
    """A mailbox with one mail, which waits in quarantine."""
    remote = MemoryMailbox("anna@alpine.example")
    item = remote.deliver(INBOX, MAIL)
    with store.write() as tx:
        mailbox_id = add_mailbox(tx, address=remote.address, provider="exchange", now=NOW)
        save_folders(tx, mailbox_id, [FolderState(INBOX.folder_id, INBOX.path, "inbox", "email", 1, selected=True)])
        folder = selected_folders(tx, mailbox_id)[0]
        unread = Unread(
            SOURCE, "email", "It was refused.", mailbox_id=mailbox_id, folder_id=folder.folder_id, remote_id=item
        )
        put_aside(tx, unread, now=NOW)
    return remote


def _retry(store: Store, mailbox: MemoryMailbox) -> Retried:
    with store.read() as tx:
        (entry,) = waiting(tx)
    return retry(store, _connector(mailbox), entry.uid, clock=lambda: NOW)


def _refuse(*_: object, **__: object) -> int:
    raise ValueError("it is refused")


def test_item_that_can_be_stored_now_is_read(store: Store, mailbox: MemoryMailbox) -> None:
    assert _retry(store, mailbox) == Retried(SOURCE, read=True, sentence="It was read.")
    with store.read() as tx:
        assert waiting(tx) == []


def test_item_that_the_store_refuses_again_still_waits(
    store: Store, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail_sync.ingest.write_mail", _refuse)
    assert _retry(store, mailbox) == Retried(SOURCE, read=False, sentence="It could not be stored: it is refused")
    with store.read() as tx:
        assert [entry.source for entry in waiting(tx)] == [SOURCE]


def test_service_answers_a_retry_that_fails_and_goes_on(
    store: Store, mailbox: MemoryMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mail_sync.ingest.write_mail", _refuse)
    with store.write() as tx:
        request(tx, RETRY, {"quarantine": waiting(tx)[0].uid}, by=SYSTEM, now=NOW)
    pause = Event()

    def answered() -> bool:
        with store.read() as tx:
            return not open_requests(tx)

    watch(
        store,
        _connector(mailbox),
        clock=lambda: NOW,
        report=lambda _: None,
        wait=lambda _: pause.wait(0.01),
        address="anna@alpine.example",
        stop=answered,
    )
    with store.read() as tx:
        assert open_requests(tx) == []
        assert len(waiting(tx)) == 1
