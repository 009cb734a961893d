"""The mailboxes of the sandbox: folders, items, and per folder a log of changes that sync states point into.

Knows nothing of EWS or HTTP. Every public method takes the model's lock, so that a test may change a mailbox while
requests are being answered. All instants are aware UTC.
"""

from __future__ import annotations

import struct
from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Condition, RLock
from typing import NamedTuple
from uuid import UUID

from mail_sync.sandbox import ids
from mail_sync.sandbox.away import OutOfOffice
from mail_sync.sandbox.clock import Clock
from mail_sync.sandbox.content import Content
from mail_sync.sandbox.item import Did, Folder, Item, Kind, LogEntry, Traits, Value
from mail_sync.sandbox.journal import Event, Journal
from mail_sync.sandbox.rooms import RoomList, WorkingHours
from mail_sync.sandbox.tree import DISTINGUISHED, FOLDER_CLASSES

__all__ = [
    "Did", "Folder", "Item", "Kind", "LogEntry", "Mailbox", "Model", "NotFound", "OutOfOffice", "Sent", "Traits",
    "Value",
]  # fmt: skip

NOT_DELIVERED_TO = ("drafts", "outbox", "sentitems", "deleteditems")


class NotFound(KeyError):
    """No such mailbox, folder or item."""


class Mailbox:
    """One mailbox with its well-known folders. Ids of items change on a move, ids of folders never."""

    def __init__(self, model: Model, address: str, name: str, password: str, timezone: str) -> None:
        self.lock = model.lock
        self.clock = model.clock
        self.changed = model.changed
        self.journal = Journal()
        self.address = address
        self.name = name
        self.password = password
        self.timezone = timezone  # IANA name; dates without a zone are read in it
        self.guid: UUID = ids.mailbox_guid(address)
        self.key_heads = {kind: ids.change_key_head(kind.value, self.guid) for kind in Kind}
        self.folder_key_head = ids.change_key_head(ids.KeyKind.FOLDER, self.guid)
        self.readers: set[str] = set()  # addresses of users with full access, who may not send for that
        self.working_hours = WorkingHours()
        self.send_as: set[str] = set()  # lower-case addresses of users who may send as this mailbox
        self.send_on_behalf: set[str] = set()  # ... and of those who may send on its behalf
        self.out_of_office = OutOfOffice()
        self.folders: dict[str, Folder] = {}
        self.well_known: dict[str, Folder] = {}
        self.items: dict[str, Item] = {}
        self.hierarchy: list[LogEntry] = []
        self.counter = 0
        self.folders_made = 0
        self.lost_times: list[tuple[int, int]] = []  # running numbers (after, until] that a restore has taken back
        for distinguished, parent, display, folder_class in DISTINGUISHED:
            above = self.well_known[parent] if parent else None
            self.well_known[distinguished] = self._new_folder(display, above, folder_class, distinguished)

    @property
    def sid(self) -> str:
        """The security identifier of the mailbox's user, derived from its address."""
        first, second, third, rest = struct.unpack("<4I", self.guid.bytes)
        return f"S-1-5-21-{first}-{second}-{third}-{1000 + rest % 1_000_000}"

    def _tick(self) -> int:
        self.counter += 1
        return self.counter

    def _new_folder(self, name: str, parent: Folder | None, folder_class: str, distinguished: str = "") -> Folder:
        self.folders_made += 1
        number = self.folders_made
        made = Folder(self, ids.folder_id(self.guid, self._tick()), number, name, parent, folder_class, self.counter)
        made.distinguished = distinguished
        self.folders[made.folder_id] = made
        if parent is not None:
            parent.children.append(made)
        self.hierarchy.append(LogEntry(self.counter, Did.CREATE, made.folder_id))
        with self.lock:
            self._tell_of_folder(Event.CREATED, made)
        return made

    def _tell(
        self, event: Event, subject: str, above: Folder, *, is_folder: bool = False, old: tuple[str, str] = ("", "")
    ) -> None:
        self.journal.note(event, self.clock.now(), subject, above.folder_id, is_folder=is_folder, old=old)
        self.changed.notify_all()

    def _tell_of_item(self, event: Event, item: Item, old: tuple[str, str] = ("", "")) -> None:
        self._tell(event, item.item_id, item.folder, old=old)
        if item.kind is Kind.EVENT and item.folder.distinguished == "calendar":
            self._tell(Event.FREE_BUSY_CHANGED, item.item_id, item.folder)
        if item.folder.parent is not None:
            self._tell(Event.MODIFIED, item.folder.folder_id, item.folder.parent, is_folder=True)

    def _tell_of_folder(self, event: Event, folder: Folder, old: tuple[str, str] = ("", "")) -> None:
        if folder.parent is not None:
            self._tell(event, folder.folder_id, folder.parent, is_folder=True, old=old)

    def folder(self, path: str) -> Folder:
        """The folder at a path such as "inbox/Customers", created where missing; the first part is a well-known name
        or a folder beside the inbox. An id of a folder is also taken."""
        with self.lock:
            if path in self.folders:
                return self.folders[path]
            first, *rest = path.split("/")
            here = self.well_known.get(first.lower())
            if here is None:
                here, rest = self.well_known["msgfolderroot"], [first, *rest]
            for name in rest:
                found = next((child for child in here.children if child.name == name), None)
                here = found or self._new_folder(name, here, FOLDER_CLASSES.get(here.folder_class, "IPF.Note"))
            return here

    def create_folder(self, name: str, parent: Folder, folder_class: str) -> Folder:
        """A new, empty folder; whether the name is free is the caller's business."""
        with self.lock:
            return self._new_folder(name, parent, folder_class)

    def rename_folder(self, folder: Folder, name: str) -> None:
        """Give a folder another name; its id stays."""
        with self.lock:
            folder.name = name
            folder.version = self._tick()
            self.hierarchy.append(LogEntry(folder.version, Did.UPDATE, folder.folder_id))
            self._tell_of_folder(Event.MODIFIED, folder)

    def move_folder(self, folder: Folder, to: Folder) -> None:
        """Hang a folder under another one; its id and its items' ids stay."""
        with self.lock:
            before = folder.parent
            if before is not None:
                before.children.remove(folder)
            folder.parent = to
            to.children.append(folder)
            folder.version = self._tick()
            self.hierarchy.append(LogEntry(folder.version, Did.UPDATE, folder.folder_id))
            self._tell_of_folder(Event.MOVED, folder, (folder.folder_id, before.folder_id if before else ""))

    def delete_folder(self, folder: Folder) -> None:
        """Remove a folder with everything in and below it, without a trace in Deleted Items."""
        with self.lock:
            for gone in [*folder.descendants(), folder]:
                for item in list(gone.items):
                    self.delete(item.item_id)
                del self.folders[gone.folder_id]
                self.hierarchy.append(LogEntry(self._tick(), Did.DELETE, gone.folder_id))
                self._tell_of_folder(Event.DELETED, gone)
            if folder.parent is not None:
                folder.parent.children.remove(folder)

    def item(self, item_id: str) -> Item:
        """Raises NotFound."""
        try:
            return self.items[item_id]
        except KeyError:
            raise NotFound(item_id) from None

    def add(
        self,
        folder: Folder,
        content: Content,
        *,
        kind: Kind = Kind.MAIL,
        received: datetime | None = None,
        item_class: str = "IPM.Note",
        is_read: bool = True,
        flagged: bool = False,
        categories: tuple[str, ...] = (),
        original: Item | None = None,
    ) -> Item:
        """Put a new item into a folder; `received` is now when not given, `original` what it is a copy of."""
        with self.lock:
            now = self.clock.now()
            number = self._tick()
            made = Item(
                ids.item_id(self.guid, folder.number, number), number, folder, kind, content,
                received or now, item_class, number, number, received or now, number, is_read, flagged,
                categories,
            )  # fmt: skip
            self._file(made)
            if original is not None:
                self._tell_of_item(Event.COPIED, made, (original.item_id, original.folder.folder_id))
                return made
            self._tell_of_item(Event.CREATED, made)
            if kind is Kind.MAIL and not is_read and folder.distinguished not in NOT_DELIVERED_TO:
                self._tell(Event.NEW_MAIL, made.item_id, folder)
            return made

    def _file(self, item: Item) -> None:
        self.items[item.item_id] = item
        if not item.folder.items or item.folder.items[-1].order < item.order:
            item.folder.items.append(item)
        else:
            insort(item.folder.items, item, key=_order)
        item.folder.log.append(LogEntry(item.created, Did.CREATE, item.item_id))

    def _take_out(self, item: Item) -> None:
        del self.items[item.item_id]
        del item.folder.items[bisect_left(item.folder.items, item.order, key=_order)]
        item.folder.log.append(LogEntry(self._tick(), Did.DELETE, item.item_id))

    def delete(self, item_id: str) -> None:
        """Remove an item for good (HardDelete). Raises NotFound."""
        with self.lock:
            item = self.item(item_id)
            self._take_out(item)
            self._tell_of_item(Event.DELETED, item)

    def move(self, item_id: str, to: Folder, received: datetime | None = None) -> Item:
        """Move an item: gone from its folder, new in the other under another id. Raises NotFound.

        `received` is its new place in time, for a mail that is sent.
        """
        with self.lock:
            item = self.item(item_id)
            before, old = item.folder, (item.item_id, item.folder.folder_id)
            self._take_out(item)
            item.number = item.created = item.version = self._tick()
            item.folder = to
            if received is not None:
                item.received, item.moment = received, (received - ids.EPOCH) // timedelta(microseconds=1)
            item.item_id = ids.item_id(self.guid, to.number, item.number)
            self._file(item)
            self._tell_of_item(Event.MOVED, item, old)
            if before.parent is not None and before is not to:
                self._tell(Event.MODIFIED, before.folder_id, before.parent, is_folder=True)
            return item

    def mark_read(self, item_id: str, is_read: bool = True) -> None:
        """Change only the read flag, which is logged apart from edits. Raises NotFound."""
        with self.lock:
            item = self.item(item_id)
            if item.is_read != is_read:
                item.is_read = is_read
                item.version = self._tick()
                item.folder.log.append(LogEntry(item.version, Did.READ_FLAG, item_id))
                self._tell_of_item(Event.MODIFIED, item)

    def edit(
        self,
        item_id: str,
        *,
        content: Content | None = None,
        flagged: bool | None = None,
        categories: tuple[str, ...] | None = None,
        item_class: str | None = None,
        properties: dict[str, str] | None = None,
    ) -> Item:
        """Change an item in place: same id, new change key. Raises NotFound."""
        with self.lock:
            item = self.item(item_id)
            item.content = content or item.content
            item.flagged = item.flagged if flagged is None else flagged
            item.categories = item.categories if categories is None else categories
            item.item_class = item_class or item.item_class
            item.properties.update(properties or {})
            item.version = self._tick()
            item.modified = self.clock.now()
            item.folder.log.append(LogEntry(item.version, Did.UPDATE, item_id))
            self._tell_of_item(Event.MODIFIED, item)
            return item

    def put(
        self,
        folder: Folder,
        content: Content,
        kind: Kind,
        traits: Traits,
        received: datetime | None = None,
        original: Item | None = None,
    ) -> Item:
        """A new item with all its traits; `received` is now when not given, `original` what it is a copy of."""
        with self.lock:
            made = self.add(
                folder, content, kind=kind, received=received, item_class=traits.item_class, is_read=traits.is_read,
                original=original,
            )  # fmt: skip
            made.take(traits)
            return made

    def write(self, item_id: str, traits: Traits, content: Content | None = None) -> Item:
        """Change an item in place: same id, new change key. Raises NotFound.

        A change of the read flag alone is logged as such; no change at all leaves everything as it is.
        """
        with self.lock:
            item = self.item(item_id)
            before = item.traits
            if content is None and replace(traits, is_read=before.is_read) == before:
                self.mark_read(item_id, traits.is_read)
                return item
            item.take(traits)
            return self.edit(item_id, content=content)


def _order(item: Item) -> tuple[int, int]:
    return item.order


class Sent(NamedTuple):
    """A mail that left for a mailbox of another server."""

    sender: str
    recipient: str
    data: bytes
    at: datetime  # UTC


class Model:
    """All mailboxes of one sandbox."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.changed = Condition(self.lock)  # notified of every event in any mailbox
        self.clock = Clock()
        self.mailboxes: dict[str, Mailbox] = {}
        self.outside: list[Sent] = []  # what was sent to addresses outside, oldest first
        self.agents: list[Callable[[Item], None]] = []  # called with each mail that arrives in an inbox, under the lock
        self.room_lists: list[RoomList] = []
        self.impersonators: set[str] = set()  # lower-case addresses with the ApplicationImpersonation role

    def now(self) -> datetime:
        """The server's time, aware UTC."""
        return self.clock.now()

    def add_mailbox(
        self, address: str, name: str = "", password: str = "demo", timezone: str = "Europe/Vienna"
    ) -> Mailbox:
        """A new, empty mailbox; its owner signs in with the address and the password."""
        with self.lock:
            made = Mailbox(self, address, name or address, password, timezone)
            self.mailboxes[address.lower()] = made
            return made

    def mailbox(self, address: str) -> Mailbox:
        """Raises NotFound."""
        try:
            return self.mailboxes[address.lower()]
        except KeyError:
            raise NotFound(address) from None
