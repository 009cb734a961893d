"""What every mailbox provider can do, shaped like the common ground of EWS and Microsoft Graph.

Cursors are opaque strings owned by the provider; the caller stores the cursor of a page in the transaction that
stores its items. All errors are `mail_sync.errors`; a provider's library errors never pass this line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mail_sync.card import ContactCard
from mail_sync.errors import SyncError
from mail_sync.message import Message


class FolderRole(StrEnum):
    """What a folder is for, by its distinguished id and never by its (localised) name."""

    INBOX = "inbox"
    SENT = "sent"
    ARCHIVE = "archive"
    DRAFTS = "drafts"
    OUTBOX = "outbox"
    JUNK = "junk"
    DELETED = "deleted"
    CONTACTS = "contacts"
    CALENDAR = "calendar"
    EXCLUDED = "excluded"  # sync issues, RSS, conversation history, search folders
    OTHER = "other"


class ItemKind(StrEnum):
    EMAIL = "email"
    CONTACT = "contact"
    APPOINTMENT = "appointment"


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of a mailbox. `path` shows it to people ("Inbox/Customers"); `total` may be None where unknown."""

    folder_id: str
    path: str
    role: FolderRole
    holds: ItemKind
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """The item is new or was edited. Fetch it to know more."""

    item_id: str
    change_key: str


@dataclass(frozen=True, slots=True)
class ReadFlagChanged:
    """Only the read flag changed: nothing is fetched, nothing counts as modified."""

    item_id: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Deleted:
    """The item left this folder: deleted, or moved (then it appears in another folder under another id)."""

    item_id: str


Change = Changed | ReadFlagChanged | Deleted


@dataclass(frozen=True, slots=True)
class Page:
    """Some changes, the cursor that continues after them, and whether they were the last for now."""

    changes: tuple[Change, ...]
    cursor: str
    is_last: bool
    poisoned: tuple[Poisoned, ...] = ()  # items of this page that the server or the library could not list


@dataclass(frozen=True, slots=True)
class RemoteMessage:
    """A mail as one mailbox holds it."""

    item_id: str
    change_key: str
    message: Message
    is_read: bool
    is_draft: bool = False
    flagged: bool = False
    categories: tuple[str, ...] = ()
    received_at: datetime | None = None  # the server's own receipt time, UTC
    item_class: str = "IPM.Note"


@dataclass(frozen=True, slots=True)
class RemoteCard:
    """A contact as one mailbox holds it."""

    item_id: str
    change_key: str
    card: ContactCard


@dataclass(frozen=True, slots=True)
class Poisoned:
    """An item that could not be read, with the reason and whatever raw bytes could be had."""

    item_id: str
    error: SyncError
    raw: bytes = b""


class MailProvider(Protocol):
    """One connected mailbox. Not thread-safe: one thread per connection."""

    address: str

    def folders(self) -> Sequence[Folder]:
        """All folders, whatever they hold. Raises MailboxUnavailable, MailboxRefused."""
        ...

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        """Pages of changes since `cursor` (None: everything), newest items first where the server allows it.
        Raises CursorInvalid, MailboxUnavailable, MailboxRefused; ItemGone when the folder itself is gone."""
        ...

    def fetch_messages(self, item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        """The mails with these ids, streamed; a gone item is a Poisoned with ItemGone."""
        ...

    def fetch_contacts(self, item_ids: Sequence[str]) -> Iterator[RemoteCard | Poisoned]:
        """The contacts with these ids."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
