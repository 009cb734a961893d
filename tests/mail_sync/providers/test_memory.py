"""The mailbox in memory keeps the contract."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from mail_sync.card import ContactCard
from mail_sync.errors import AuthExpired, EwsBlocked, MailboxUnavailable, PoisonItem, SyncError, Throttled
from mail_sync.provider import Folder, FolderRole
from mail_sync.providers.memory import STANDARD_FOLDERS, MemoryMailbox
from mail_sync.providers.retry import Retry
from tests.mail_sync.providers.contract import RECEIVED, MailProviderContract

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


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestMemoryMailbox(MailProviderContract):
    """The contract, on the twin."""
