"""The server of a history in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from assistant.connecting import ConnectedMailbox
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.memory_server import MemoryServer
from mail_sync.providers.retry import HASTY, Retry
from tests.force.history.world import ANNA, BEN, GUS, START, Delivered

_ARCHIVE = Folder("f-archive", "Archive", FolderRole.ARCHIVE, ItemKind.EMAIL)


class InMemory:
    """Three mailboxes without any network."""

    def __init__(self) -> None:
        self.skew = timedelta()
        self.moment = START
        self.model = MemoryServer(lambda: self.moment + self.skew)
        for address in (ANNA, BEN, GUS):
            self.model.box(address).add_folder(_ARCHIVE)

    def connect(self, address: str) -> ConnectedMailbox:
        mailbox = MemoryMailbox(address, Retry(HASTY, sleep=lambda _: None), page_size=7, server=self.model)
        return ConnectedMailbox(mailbox, MemoryCalendar(mailbox), mailbox.close)

    def deliver(self, address: str, raw: bytes) -> None:
        box = self.model.box(address)
        self.model.deliver(box, box.folder(FolderRole.INBOX), raw)

    def snapshot(self, address: str) -> Any:
        return self.model.box(address).snapshot()

    def restore(self, address: str, backup: Any) -> None:
        self.model.box(address).restore(backup)

    def mailed(self) -> list[Delivered]:
        return [Delivered(recipient, each.raw) for each in self.model.mailed for recipient in each.recipients]

    def set_skew(self, skew: timedelta) -> None:
        self.skew = skew
