"""The mailbox in memory keeps the contract."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mail_sync.card import ContactCard
from mail_sync.errors import AuthExpired, EwsBlocked, MailboxUnavailable, PoisonItem, QuotaFull, SyncError, Throttled
from mail_sync.provider import Folder, FolderRole
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from mail_sync.providers.retry import Retry
from tests.mail_sync.providers.contract import RECEIVED, MailProviderContract
from tests.mail_sync.providers.listening_contract import ListeningContract
from tests.mail_sync.providers.sending_contract import SendingContract
from tests.mail_sync.providers.writing_contract import WritingContract

STATUS: dict[int, SyncError] = {
    401: AuthExpired(),
    403: EwsBlocked(),
    429: Throttled(),
    503: MailboxUnavailable(),
}


class MemoryWorld:
    """A `World` whose server is the twin itself."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.mailbox = MemoryMailbox("sales@alpine.example", Retry(sleep=self.slept.append, clock=lambda: 0.0))

    def connect(self) -> MemoryMailbox:
        return self.mailbox

    def deliver(self, folder: Folder, raw: bytes, received_at: datetime = RECEIVED) -> str:
        return self.mailbox.deliver(folder, raw, received_at=received_at)

    def add_contact(self, card: ContactCard) -> str:
        (contacts,) = (folder for folder in STANDARD_FOLDERS if folder.role is FolderRole.CONTACTS)
        return self.mailbox.deliver(contacts, card)

    def mark_read(self, item_id: str) -> None:
        self.mailbox.mark_read(item_id)

    def categorise(self, item_id: str, *categories: str) -> None:
        self.mailbox.edit(item_id, categories=categories)

    def delete(self, item_id: str) -> None:
        self.mailbox.box.remove(item_id)

    def move(self, item_id: str, to: Folder) -> str:
        return self.mailbox.box.move(item_id, to).item_id

    def forget_cursors(self) -> None:
        self.mailbox.forget_cursors()

    def poison(self, item_id: str) -> None:
        self.mailbox.poison(item_id, PoisonItem("ErrorCorruptData"))

    def disguise(self, item_id: str) -> None:
        """Classes mean nothing to the twin: an item is what its content is."""

    def throttle(self, seconds: float, times: int) -> None:
        self.mailbox.fail(Throttled("busy", timedelta(seconds=seconds)), times)

    def status(self, code: int, times: int) -> None:
        self.mailbox.fail(STATUS[code], times)

    def drop(self, times: int) -> None:
        self.mailbox.fail(MailboxUnavailable("broken off"), times)

    def add_mailbox(self, address: str) -> None:
        self.mailbox.server.box(address)

    def inbox_of(self, address: str) -> list[bytes]:
        box = self.mailbox.server.box(address)
        return [item.content for item in box.items(box.folder(FolderRole.INBOX)) if isinstance(item.content, bytes)]

    def lose_reply(self) -> None:
        self.mailbox.faults.lose_replies()

    def lose_request(self) -> None:
        self.mailbox.faults.lose_requests()

    def fill_up(self) -> None:
        self.mailbox.faults.fail_writes(QuotaFull())

    def throttle_writes(self, seconds: float) -> None:
        self.mailbox.faults.fail_writes(Throttled("busy", timedelta(seconds=seconds)))

    def refuse_sender(self) -> None:
        self.mailbox.box.sends_as.clear()


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestMemoryMailbox(MailProviderContract):
    """The contract, on the twin."""


class TestMemoryWrites(WritingContract):
    """What is written to the twin."""


class TestMemorySending(SendingContract):
    """Mail from the twin."""


class TestMemoryListening(ListeningContract):
    """Pokes from the twin."""
