"""One mailbox as it lies on a server in memory: folders, items, and a log per folder that cursors point into.

Everything here is what people and programs do in the mailbox; what a connected client may do stands in `memory`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto
from threading import Condition
from typing import Any

from mail_sync.errors import CursorInvalid, ItemGone
from mail_sync.provider import (
    Change,
    Changed,
    Deleted,
    Folder,
    FolderRole,
    ItemKind,
    Page,
    ReadFlagChanged,
)

STANDARD_FOLDERS = (
    Folder("f-inbox", "Inbox", FolderRole.INBOX, ItemKind.EMAIL),
    Folder("f-sent", "Sent Items", FolderRole.SENT, ItemKind.EMAIL),
    Folder("f-drafts", "Drafts", FolderRole.DRAFTS, ItemKind.EMAIL),
    Folder("f-junk", "Junk Email", FolderRole.JUNK, ItemKind.EMAIL),
    Folder("f-deleted", "Deleted Items", FolderRole.DELETED, ItemKind.EMAIL),
    Folder("f-contacts", "Contacts", FolderRole.CONTACTS, ItemKind.CONTACT),
    Folder("f-calendar", "Calendar", FolderRole.CALENDAR, ItemKind.APPOINTMENT),
    Folder("f-tasks", "Tasks", FolderRole.TASKS, ItemKind.TASK),
)


class _Did(Enum):
    CREATED = auto()
    CHANGED = auto()
    READ_FLAG = auto()
    DELETED = auto()


@dataclass(frozen=True, slots=True)
class MemoryItem:
    """One item. `content` is the raw mail, the card, or whatever a calendar keeps; it is never changed in place."""

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
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A mailbox as a backup holds it."""

    folders: Mapping[str, Folder]
    items: Mapping[str, MemoryItem]
    logs: Mapping[str, tuple[tuple[_Did, str], ...]]


@dataclass(slots=True)
class _Log:
    entries: list[tuple[_Did, str]] = field(default_factory=list)
    touched: int = 0  # the box's revision when something last happened here


class MemoryBox:
    """A mailbox on a server. Safe for threads: `changed`, which the mailboxes of a server share, is held for every step
    and tells those who listen.

    A cursor is "age/listed/place": forgotten when the box grows older, it lists what exists up to entry `listed` of
    the folder's log and replays what happened from there on.
    """

    def __init__(self, address: str, changed: Condition) -> None:
        self.address = address
        self.changed = changed
        self.sends_as = {address.casefold()}
        self.revision = 0
        self.tree = 0  # the revision when a folder last came, went or moved
        self._folders = {folder.folder_id: folder for folder in STANDARD_FOLDERS}
        self._logs = {folder.folder_id: _Log() for folder in STANDARD_FOLDERS}
        self._items: dict[str, MemoryItem] = {}
        self._age = 1
        self._silent = False
        self._count = 0

    # What lies here

    def folders(self) -> list[Folder]:
        """The folders with how many items each holds."""
        with self.changed:
            counts = dict.fromkeys(self._folders, 0)
            for item in self._items.values():
                counts[item.folder_id] += 1
            return [replace(folder, total=counts[key]) for key, folder in self._folders.items()]

    def folder(self, role: FolderRole) -> Folder:
        """The first folder with this role. Raises StopIteration when there is none."""
        return next(folder for folder in self._folders.values() if folder.role is role)

    def role(self, item: MemoryItem) -> FolderRole:
        """What the folder of an item is for."""
        return self._folders[item.folder_id].role

    def item(self, item_id: str) -> MemoryItem:
        """One item. Raises ItemGone."""
        with self.changed:
            try:
                return self._items[item_id]
            except KeyError:
                raise ItemGone(item_id) from None

    def items(self, folder: Folder | None = None) -> list[MemoryItem]:
        """The items of a folder, or all, oldest first. Raises ItemGone when the folder is gone."""
        with self.changed:
            if folder is None:
                return list(self._items.values())
            self._log(folder)
            return [item for item in self._items.values() if item.folder_id == folder.folder_id]

    # What happens here

    def add_folder(self, folder: Folder) -> Folder:
        """A further folder."""
        with self.changed:
            self._folders[folder.folder_id] = folder
            self._logs[folder.folder_id] = _Log()
            self._touch_tree()
            return folder

    def rename_folder(self, folder: Folder, path: str) -> None:
        """The folder is called otherwise or lies elsewhere; its id stays."""
        with self.changed:
            self._folders[folder.folder_id] = replace(self._folders[folder.folder_id], path=path)
            self._touch_tree()

    def remove_folder(self, folder: Folder) -> None:
        """The folder goes with all that is in it."""
        with self.changed:
            for item in self.items(folder):
                del self._items[item.item_id]
            del self._folders[folder.folder_id]
            del self._logs[folder.folder_id]
            self._touch(None)
            self._touch_tree()

    def add(self, folder: Folder, content: object, **values: Any) -> MemoryItem:
        """A new item; `values` are fields of MemoryItem. Raises ItemGone when the folder is gone."""
        with self.changed:
            self._log(folder)
            key = self._next()
            item = MemoryItem(f"item-{key}", folder.folder_id, key, content, **values)
            self._items[item.item_id] = item
            self._note(item, _Did.CREATED)
            return item

    def change(self, item_id: str, **values: Any) -> MemoryItem:
        """Edit an item, which keeps its id and gets another change key. Raises ItemGone."""
        with self.changed:
            item = replace(self.item(item_id), change_key=self._next(), **values)
            self._items[item_id] = item
            self._note(item, _Did.READ_FLAG if set(values) == {"is_read"} else _Did.CHANGED)
            return item

    def remove(self, item_id: str) -> MemoryItem:
        """Remove an item for good. Raises ItemGone."""
        with self.changed:
            item = self.item(item_id)
            del self._items[item_id]
            self._note(item, _Did.DELETED)
            return item

    def move(self, item_id: str, to: Folder, **values: Any) -> MemoryItem:
        """Move an item, which gives it another id. Raises ItemGone for the item or the folder."""
        with self.changed:
            self._log(to)
            item = self.remove(item_id)
            kept = {name: getattr(item, name) for name in _KEPT}
            return self.add(to, **(kept | values))

    # Cursors

    def page(self, folder: Folder, cursor: str | None, size: int) -> Page:
        """The next changes of a folder. Raises CursorInvalid, and ItemGone when the folder is gone."""
        with self.changed:
            log = self._log(folder)
            listed, place = self._place(log, cursor)
            entries = log.entries[place : place + size]
            changes = tuple(self._changes(entries, max(0, listed - place)))
            end = place + len(entries)
            return Page(changes, f"{self._age}/{listed}/{end}", is_last=end >= len(log.entries))

    def forget_cursors(self, *, silently: bool = False) -> None:
        """From now on every cursor given out before is invalid; `silently` it is answered with everything again."""
        with self.changed:
            self._age += 1
            self._silent = silently

    def snapshot(self) -> Snapshot:
        """A backup of the mailbox."""
        with self.changed:
            logs = {key: tuple(log.entries) for key, log in self._logs.items()}
            return Snapshot(dict(self._folders), dict(self._items), logs)

    def restore(self, backup: Snapshot, *, silently: bool = False) -> None:
        """The mailbox is as it was then, and no cursor given out since means anything."""
        with self.changed:
            self._folders = dict(backup.folders)
            self._items = dict(backup.items)
            self._logs = {key: _Log(list(entries)) for key, entries in backup.logs.items()}
            self.forget_cursors(silently=silently)
            self._touch(None)

    def touched(self, folder_ids: Collection[str], since: int) -> frozenset[str]:
        """Which of these folders changed after that revision."""
        with self.changed:
            return frozenset(key for key in folder_ids if key in self._logs and self._logs[key].touched > since)

    def _place(self, log: _Log, cursor: str | None) -> tuple[int, int]:
        if cursor is None:
            return len(log.entries), 0
        age, *numbers = cursor.split("/")
        if age == str(self._age) and len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            return int(numbers[0]), int(numbers[1])
        if self._silent:
            return len(log.entries), 0
        raise CursorInvalid

    def _changes(self, entries: Sequence[tuple[_Did, str]], listed: int) -> Iterator[Change]:
        """The first `listed` entries only say what exists; the others what happened."""
        for number, (did, item_id) in enumerate(entries):
            item = self._items.get(item_id)
            if number < listed:
                if item is not None and did is _Did.CREATED:
                    yield Changed(item_id, item.change_key)
            elif did is _Did.DELETED:
                yield Deleted(item_id)
            elif item is not None:
                read_only = did is _Did.READ_FLAG
                yield ReadFlagChanged(item_id, item.is_read) if read_only else Changed(item_id, item.change_key)

    def _log(self, folder: Folder) -> _Log:
        if folder.folder_id not in self._logs:
            raise ItemGone(f"the folder {folder.path}")
        return self._logs[folder.folder_id]

    def _note(self, item: MemoryItem, did: _Did) -> None:
        log = self._logs[item.folder_id]
        log.entries.append((did, item.item_id))
        self._touch(log)

    def _touch_tree(self) -> None:
        """A folder came, went or moved."""
        self.revision += 1
        self.tree = self.revision
        self.changed.notify_all()

    def _touch(self, log: _Log | None) -> None:
        """Something happened in this folder, or everywhere."""
        self.revision += 1
        for one in self._logs.values() if log is None else (log,):
            one.touched = self.revision
        self.changed.notify_all()

    def _next(self) -> str:
        self._count += 1
        return str(self._count)


_KEPT = ("content", "is_read", "is_draft", "flagged", "categories", "received_at", "item_class", "stamp")
