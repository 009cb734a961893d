"""A mail server in memory: mailboxes that can mail each other, and a record of everything that was mailed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Condition

from mail_sync.provider import Folder, FolderRole
from mail_sync.providers.memory_box import MemoryBox


@dataclass(frozen=True, slots=True)
class Mailed:
    """A mail that left a mailbox, as its recipients get it."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


def _now() -> datetime:
    return datetime.now(UTC)


class MemoryServer:
    """Mailboxes by address. `mailed` is all that was ever sent; mail for others than these goes nowhere else.

    `renames`: the transport gives every mail another Message-ID, as some do.
    """

    def __init__(self, clock: Callable[[], datetime] = _now, *, renames: bool = False) -> None:
        self.clock = clock
        self.renames = renames
        self.mailed: list[Mailed] = []
        self._boxes: dict[str, MemoryBox] = {}
        self._changed = Condition()

    def box(self, address: str) -> MemoryBox:
        """The mailbox of this address, made when it is first asked for."""
        with self._changed:
            return self._boxes.setdefault(address.casefold(), MemoryBox(address, self._changed))

    def holds(self, address: str) -> bool:
        """Whether there is a mailbox of this address."""
        return address.casefold() in self._boxes

    def mail(self, sender: str, recipients: Sequence[str], raw: bytes) -> None:
        """Carry a mail to its recipients' inboxes, one copy each."""
        told = tuple(dict.fromkeys(recipient.casefold() for recipient in recipients))
        self.mailed.append(Mailed(sender, told, raw))
        for recipient in told:
            if recipient in self._boxes:
                box = self._boxes[recipient]
                self.deliver(box, box.folder(FolderRole.INBOX), raw)

    def deliver(self, box: MemoryBox, folder: Folder, raw: bytes) -> str:
        """Put a mail that arrives now into a folder; gives its id."""
        return box.add(folder, raw, is_read=False, received_at=self.clock()).item_id
