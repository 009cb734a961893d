"""A mailbox in memory that behaves like a provider: for trying out what stands above, without a server.

It passes the same contract suite as the providers that speak to servers. What a server would do by itself
(deliver, read, move, delete, fail) is done by its methods.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto

from mail_sync.card import ContactCard
from mail_sync.errors import CursorInvalid, ItemGone, SyncError, Unreadable
from mail_sync.mime.reader import read_message
from mail_sync.provider import (
    Change,
    Changed,
    Deleted,
    Folder,
    FolderRole,
    ItemKind,
    Page,
    Poisoned,
    ReadFlagChanged,
    RemoteCard,
    RemoteMessage,
)
from mail_sync.providers.retry import Retry

STANDARD_FOLDERS = (
    Folder("f-inbox", "Inbox", FolderRole.INBOX, ItemKind.EMAIL),
    Folder("f-sent", "Sent Items", FolderRole.SENT, ItemKind.EMAIL),
    Folder("f-drafts", "Drafts", FolderRole.DRAFTS, ItemKind.EMAIL),
    Folder("f-junk", "Junk Email", FolderRole.JUNK, ItemKind.EMAIL),
    Folder("f-deleted", "Deleted Items", FolderRole.DELETED, ItemKind.EMAIL),
    Folder("f-contacts", "Contacts", FolderRole.CONTACTS, ItemKind.CONTACT),
    Folder("f-calendar", "Calendar", FolderRole.CALENDAR, ItemKind.APPOINTMENT),
)


class _Did(Enum):
    CHANGED = auto()
    READ_FLAG = auto()
    DELETED = auto()


@dataclass(frozen=True, slots=True)
class MemoryItem:
    """One item. `content` is the raw mail, the card, or whatever a calendar keeps."""

    item_id: str
    folder_id: str
    change_key: str
    content: object
    is_read: bool = True
    is_draft: bool = False
    flagged: bool = False
    categories: tuple[str, ...] = ()
    received_at: datetime | None = None
    item_class: str = "IPM.Note"


@dataclass(slots=True)
class _Stored:
    folder: Folder
    log: list[tuple[_Did, str]] = field(default_factory=list)


class MemoryMailbox:
    """`MailProvider` in memory. A cursor is the age of the mailbox's memory and a place in the folder's log."""

    def __init__(self, address: str, retry: Retry | None = None, page_size: int = 100) -> None:
        self.address = address
        self.page_size = page_size
        self._retry = retry or Retry()
        self._folders = {folder.folder_id: _Stored(folder) for folder in STANDARD_FOLDERS}
        self._items: dict[str, MemoryItem] = {}
        self._poison: dict[str, SyncError] = {}
        self._failures: deque[SyncError] = deque()
        self._age = 1
        self._count = 0

    # What happens in the mailbox

    def add_folder(self, folder: Folder) -> Folder:
        """A further folder."""
        self._folders[folder.folder_id] = _Stored(folder)
        return folder

    def deliver(self, folder: Folder, content: object, *, received_at: datetime | None = None) -> str:
        """Put an unread item into a folder; gives its id."""
        key = self._next()
        item = MemoryItem(f"item-{key}", folder.folder_id, key, content, is_read=False, received_at=received_at)
        self._file(item)
        return item.item_id

    def mark_read(self, item_id: str, is_read: bool = True) -> None:
        """Change only the read flag. Raises KeyError for an unknown item."""
        item = self._items[item_id]
        self._items[item_id] = replace(item, is_read=is_read, change_key=self._next())
        self._folders[item.folder_id].log.append((_Did.READ_FLAG, item_id))

    def edit(self, item_id: str, *, categories: tuple[str, ...] | None = None, flagged: bool | None = None) -> None:
        """Change an item in place: its id stays, its change key does not. Raises KeyError for an unknown item."""
        item = self._items[item_id]
        self._items[item_id] = replace(
            item,
            categories=item.categories if categories is None else categories,
            flagged=item.flagged if flagged is None else flagged,
            change_key=self._next(),
        )
        self._folders[item.folder_id].log.append((_Did.CHANGED, item_id))

    def replace(self, item_id: str, content: object) -> None:
        """Edit the content of an item, which keeps its id. Raises KeyError for an unknown item."""
        item = self._items[item_id]
        self._items[item_id] = replace(item, content=content, change_key=self._next())
        self._folders[item.folder_id].log.append((_Did.CHANGED, item_id))

    def delete(self, item_id: str) -> None:
        """Remove an item. Raises KeyError for an unknown item."""
        item = self._items.pop(item_id)
        self._folders[item.folder_id].log.append((_Did.DELETED, item_id))

    def move(self, item_id: str, to: Folder) -> str:
        """Move an item, which gives it another id. Raises KeyError for an unknown item."""
        item = self._items[item_id]
        self.delete(item_id)
        key = self._next()
        moved = replace(item, item_id=f"item-{key}", folder_id=to.folder_id, change_key=key)
        self._file(moved)
        return moved.item_id

    def forget_cursors(self) -> None:
        """From now on every cursor given out before is invalid."""
        self._age += 1

    def poison(self, item_id: str, error: SyncError) -> None:
        """The item can be listed but not handed out."""
        self._poison[item_id] = error

    def fail(self, error: SyncError, times: int = 1) -> None:
        """The next requests fail."""
        self._failures.extend([error] * times)

    # What a provider does

    def folders(self) -> Sequence[Folder]:
        self._request()
        counts: dict[str, int] = {}
        for item in self._items.values():
            counts[item.folder_id] = counts.get(item.folder_id, 0) + 1
        return [replace(stored.folder, total=counts.get(key, 0)) for key, stored in self._folders.items()]

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        place = self._place(cursor)
        while True:
            self._request()
            stored = self._folders.get(folder.folder_id)
            if stored is None:
                raise ItemGone(f"the folder {folder.path}")
            entries = stored.log[place : place + self.page_size]
            place += len(entries)
            is_last = place >= len(stored.log)
            yield Page(tuple(self._changes(entries)), f"{self._age}/{place}", is_last)
            if is_last:
                return

    def fetch_messages(self, item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        for item_id in item_ids:
            item = self.item(item_id)
            yield item if isinstance(item, Poisoned) else self._message(item)

    def fetch_contacts(self, item_ids: Sequence[str]) -> Iterator[RemoteCard | Poisoned]:
        for item_id in item_ids:
            item = self.item(item_id)
            if isinstance(item, Poisoned):
                yield item
            elif isinstance(item.content, ContactCard):
                yield RemoteCard(item_id, item.change_key, item.content)
            else:
                yield Poisoned(item_id, Unreadable(f"{item.item_class} is not a contact"))

    def close(self) -> None:
        """Nothing is held open."""

    def item(self, item_id: str) -> MemoryItem | Poisoned:
        """One item as it would be fetched."""
        self._request()
        if item_id not in self._items:
            return Poisoned(item_id, ItemGone(item_id))
        if item_id in self._poison:
            return Poisoned(item_id, self._poison[item_id])
        return self._items[item_id]

    def _message(self, item: MemoryItem) -> RemoteMessage | Poisoned:
        raw = item.content if isinstance(item.content, bytes) else b""
        try:
            message = read_message(raw)
        except SyncError as error:
            return Poisoned(item.item_id, error, raw)
        return RemoteMessage(
            item_id=item.item_id,
            change_key=item.change_key,
            message=replace(message, received_at=item.received_at or message.received_at),
            is_read=item.is_read,
            is_draft=item.is_draft,
            flagged=item.flagged,
            categories=item.categories,
            received_at=item.received_at,
            item_class=item.item_class,
        )

    def _changes(self, entries: Sequence[tuple[_Did, str]]) -> Iterator[Change]:
        for did, item_id in entries:
            item = self._items.get(item_id)
            if did is _Did.DELETED:
                yield Deleted(item_id)
            elif item is not None:
                read_only = did is _Did.READ_FLAG
                yield ReadFlagChanged(item_id, item.is_read) if read_only else Changed(item_id, item.change_key)

    def _place(self, cursor: str | None) -> int:
        if cursor is None:
            return 0
        age, _, place = cursor.partition("/")
        if age != str(self._age) or not place.isdecimal():
            raise CursorInvalid
        return int(place)

    def _request(self) -> None:
        self._retry.call(self._fail_if_told)

    def _fail_if_told(self) -> None:
        if self._failures:
            raise self._failures.popleft()

    def _file(self, item: MemoryItem) -> None:
        self._items[item.item_id] = item
        self._folders[item.folder_id].log.append((_Did.CHANGED, item.item_id))

    def _next(self) -> str:
        self._count += 1
        return str(self._count)
