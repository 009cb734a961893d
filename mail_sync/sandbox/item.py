"""What lies in a mailbox: items, their folders, and the entries of their logs. All instants are aware UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from mail_sync.sandbox import ids
from mail_sync.sandbox.content import Content

if TYPE_CHECKING:
    from mail_sync.sandbox.model import Mailbox

Value = str | tuple[str, ...]  # of an extended property; a tuple for the array types


class Kind(Enum):
    """What an item is, and the kind byte of its change key."""

    MAIL = ids.KeyKind.MAIL
    EVENT = ids.KeyKind.EVENT
    CONTACT = ids.KeyKind.CONTACT
    TASK = ids.KeyKind.TASK


class Did(Enum):
    """What a log entry says about an item or a folder."""

    CREATE = "Create"
    UPDATE = "Update"
    DELETE = "Delete"
    READ_FLAG = "ReadFlagChange"


class LogEntry(NamedTuple):
    number: int  # running number of the mailbox, ascending within a log
    did: Did
    subject: str  # the id of the item or folder


@dataclass(slots=True)
class Traits:
    """What any item has beside its source, and what a client may write: see `Item` for the meanings."""

    item_class: str
    is_read: bool = True
    flagged: bool = False
    categories: tuple[str, ...] = ()
    properties: dict[str, Value] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    unsent: bool = False


@dataclass(slots=True, eq=False)
class Item:
    """One item in one folder. `created` and `version` are running numbers of the mailbox."""

    item_id: str
    number: int
    folder: Folder
    kind: Kind
    content: Content
    received: datetime
    item_class: str
    created: int
    version: int
    modified: datetime
    birth: int  # running number at the first arrival: survives moves, the search key is made of it
    is_read: bool = True
    flagged: bool = False
    categories: tuple[str, ...] = ()
    properties: dict[str, Value] = field(default_factory=dict)  # extended properties, by their canonical key
    marks: dict[str, str] = field(default_factory=dict)  # by FieldURI, what goes before the source's own words
    unsent: bool = False  # a draft: saved, and not yet sent (MSGFLAG_UNSENT)
    moment: int = field(init=False)  # `received` in microseconds, because sorting asks for it again and again

    def __post_init__(self) -> None:
        self.moment = (self.received - ids.EPOCH) // timedelta(microseconds=1)

    @property
    def traits(self) -> Traits:
        """A copy to work on; `Mailbox.write` takes it back."""
        return Traits(
            self.item_class, self.is_read, self.flagged, self.categories, dict(self.properties), dict(self.marks),
            self.unsent,
        )  # fmt: skip

    def take(self, traits: Traits) -> None:
        """Have these traits; the caller sees to the log."""
        for name in Traits.__slots__:
            setattr(self, name, getattr(traits, name))

    @property
    def change_key(self) -> str:
        return ids.change_key(self.folder.mailbox.key_heads[self.kind], self.version)

    @property
    def order(self) -> tuple[int, int]:
        """Sorts oldest first; items of the same instant in order of arrival."""
        return self.moment, self.number


@dataclass(slots=True, eq=False)
class Folder:
    """A folder; `distinguished` is its well-known name ("inbox") or ''."""

    mailbox: Mailbox
    folder_id: str
    number: int
    name: str
    parent: Folder | None
    folder_class: str
    version: int
    distinguished: str = ""
    items: list[Item] = field(default_factory=list)  # oldest first
    log: list[LogEntry] = field(default_factory=list)
    children: list[Folder] = field(default_factory=list)
    properties: dict[str, Value] = field(default_factory=dict)  # extended properties, by their canonical key
    permissions: dict[str, str] = field(default_factory=dict)  # PermissionLevel by lower-case address of a user

    @property
    def change_key(self) -> str:
        return ids.change_key(self.mailbox.folder_key_head, self.version)

    def descendants(self) -> Iterator[Folder]:
        """All folders below this one, parents before children."""
        for child in self.children:
            yield child
            yield from child.descendants()
