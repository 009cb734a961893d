"""What every mailbox provider can do, shaped like the common ground of EWS and Microsoft Graph.

Cursors are opaque strings owned by the provider; the caller stores the cursor of a page in the transaction that
stores its items. All errors are `mail_sync.errors`; a provider's library errors never pass this line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from mail_sync.card import ContactCard
from mail_sync.errors import SyncError
from mail_sync.message import Message
from mail_sync.outgoing import OutgoingMail


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
    TASKS = "tasks"
    EXCLUDED = "excluded"  # sync issues, RSS, conversation history, search folders
    OTHER = "other"


class ItemKind(StrEnum):
    EMAIL = "email"
    CONTACT = "contact"
    APPOINTMENT = "appointment"
    TASK = "task"


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
    stamp: str = ""  # ours on this item, '' when it was not written by us


@dataclass(frozen=True, slots=True)
class RemoteCard:
    """A contact as one mailbox holds it. `slots` names the server's numbered places by what they hold."""

    item_id: str
    change_key: str
    card: ContactCard
    stamp: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """How the server knows an item after a write. `change_key` is '' where the provider cannot tell."""

    item_id: str
    change_key: str = ""


@dataclass(frozen=True, slots=True)
class Stamped:
    """An item that carries one of our stamps, and the kind of folder it lies in now."""

    item_id: str
    change_key: str
    role: FolderRole


@dataclass(frozen=True, slots=True)
class MailMarks:
    """What to set on a mail; None leaves it. `categories` is the whole new list."""

    is_read: bool | None = None
    flagged: bool | None = None
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider and its server can do. A use case asks for the ability, never for the provider's name."""

    writes: bool = True
    sends: bool = True
    stamps: bool = True  # our stamp is kept on the server's item and can be searched for
    expects_version: bool = True  # a write names the change key it is based on, and a stale one is refused
    categories: bool = True
    listens: bool = False  # `listen` hears of changes; else only polling does
    threads_answers: bool = False  # the server writes the thread headers of an answer itself
    email_slots: int | None = None  # how many e-mail addresses a contact may have there
    batch: int = 100  # items per request


@dataclass(frozen=True, slots=True)
class Poke:
    """Something changed in these folders (ids; empty: somewhere). It says nothing about what: the feed does.

    `tree`: folders themselves came, went or moved.
    """

    folder_ids: frozenset[str] = frozenset()
    tree: bool = False


@dataclass(frozen=True, slots=True)
class Poisoned:
    """An item that could not be read, with the reason and whatever raw bytes could be had."""

    item_id: str
    error: SyncError
    raw: bytes = b""


class MailProvider(Protocol):
    """One connected mailbox. Not thread-safe: one thread per connection.

    Every write may raise MailboxUnavailable and MailboxRefused. A write of which nobody can say whether it happened
    raises OutcomeUnknown: look for its stamp before doing it again.
    """

    address: str

    @property
    def capabilities(self) -> Capabilities: ...

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

    def list_ids(self, folder: Folder) -> Iterator[Sequence[tuple[str, str]]]:
        """All items that the folder holds now, as pages of (id, change key), newest first: what a reconcile compares
        with. Raises ItemGone when the folder itself is gone."""
        ...

    def create_contact(self, folder: Folder, card: ContactCard, stamp: str) -> Written:
        """A new contact that carries our stamp. More addresses than `capabilities.email_slots` are left out."""
        ...

    def update_contact(self, item_id: str, change_key: str, card: ContactCard, fields: Collection[str]) -> Written:
        """Write these fields (names of ContactCard) of the card and leave everything else as it is.
        Raises Conflict when the item changed since `change_key`, ItemGone."""
        ...

    def mark(self, item_id: str, marks: MailMarks) -> Written:
        """Set the marks of a mail. Raises ItemGone."""
        ...

    def move(self, item_id: str, to: Folder) -> Written | None:
        """Move an item; its new name, None where the provider cannot tell. Raises ItemGone."""
        ...

    def delete(self, item_id: str, change_key: str = "") -> None:
        """Move an item to Deleted Items; nothing is ever removed for good. Raises ItemGone, Conflict."""
        ...

    def save_draft(self, mail: OutgoingMail, stamp: str) -> Written:
        """Put a mail into Drafts with our stamp. It mails nobody."""
        ...

    def send_draft(self, draft: Written) -> None:
        """Send a draft; its copy in Sent Items keeps the stamp. Raises OutcomeUnknown, SendRefused, ItemGone."""
        ...

    def find_stamped(self, stamp: str) -> Sequence[Stamped]:
        """Where an item with this stamp lies now: sent first, then drafts, then elsewhere; empty for nowhere."""
        ...

    def listen(self, folders: Sequence[Folder], *, stop: Callable[[], bool], patience: timedelta) -> Iterator[Poke]:
        """Wait for changes and say that there are some, until `stop` or the connection's end; yields an empty poke
        after `patience` without news. Uses a connection of its own, so it may run on another thread.
        Raises MailboxUnavailable, MailboxRefused."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
