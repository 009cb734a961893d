"""A mailbox in memory that behaves like a provider: for trying out what stands above, without a server.

It passes the same contract suite as the providers that speak to servers. What other people and programs do in the
mailbox is done in its `box`, what goes wrong is told to its `faults`; several connections may share one box.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic
from typing import TypeVar

from mail_sync.card import ContactCard
from mail_sync.errors import Conflict, SendRefused, SyncError, Unreadable
from mail_sync.mime.outgoing import outgoing_mime
from mail_sync.mime.reader import read_message
from mail_sync.outgoing import OutgoingMail
from mail_sync.provider import (
    Capabilities,
    Folder,
    FolderRole,
    MailMarks,
    Page,
    Poisoned,
    Poke,
    RemoteCard,
    RemoteMessage,
    Stamped,
    Written,
)
from mail_sync.providers.memory_box import STANDARD_FOLDERS, MemoryItem
from mail_sync.providers.memory_faults import MemoryFaults
from mail_sync.providers.memory_send import send
from mail_sync.providers.memory_server import MemoryServer
from mail_sync.providers.retry import Retry

__all__ = ["STANDARD_FOLDERS", "MemoryItem", "MemoryMailbox"]

T = TypeVar("T")

EMAIL_SLOTS = ("EmailAddress1", "EmailAddress2", "EmailAddress3")
CAPABILITIES = Capabilities(listens=True, email_slots=len(EMAIL_SLOTS))

_FOUND_FIRST = (FolderRole.SENT, FolderRole.DRAFTS, FolderRole.OUTBOX)
_GLANCE = 0.02  # seconds between two looks at `stop`


class Happenings:
    """What other people do in the mailbox, by the names that tests like to use."""

    def __init__(self, address: str, server: MemoryServer) -> None:
        self.address = address
        self.server = server
        self.box = server.box(address)
        self.faults = MemoryFaults()

    def add_folder(self, folder: Folder) -> Folder:
        """A further folder."""
        return self.box.add_folder(folder)

    def deliver(self, folder: Folder, content: object, *, received_at: datetime | None = None) -> str:
        """Put an unread item into a folder; gives its id."""
        return self.box.add(folder, content, is_read=False, received_at=received_at).item_id

    def mark_read(self, item_id: str, is_read: bool = True) -> None:
        """Change only the read flag."""
        self.box.change(item_id, is_read=is_read)

    def edit(self, item_id: str, *, categories: tuple[str, ...] | None = None, flagged: bool | None = None) -> None:
        """Change an item in place: its id stays, its change key does not."""
        self.set_marks(item_id, MailMarks(flagged=flagged, categories=categories))

    def set_marks(self, item_id: str, marks: MailMarks) -> MemoryItem:
        """Set the marks of an item; the categories of a contact are those of its card."""
        values = {"is_read": marks.is_read, "flagged": marks.flagged, "categories": marks.categories}
        asked: dict[str, object] = {name: value for name, value in values.items() if value is not None}
        content = self.box.item(item_id).content
        if isinstance(content, ContactCard) and marks.categories is not None:
            asked["content"] = replace(content, categories=marks.categories)
        return self.box.change(item_id, **asked)

    def replace(self, item_id: str, content: object) -> None:
        """Edit the content of an item, which keeps its id."""
        self.box.change(item_id, content=content)

    def forget_cursors(self) -> None:
        """From now on every cursor given out before is invalid."""
        self.box.forget_cursors()

    def poison(self, item_id: str, error: SyncError) -> None:
        """The item can be listed but not handed out."""
        self.faults.poison(item_id, error)

    def fail(self, error: SyncError, times: int = 1) -> None:
        """The next requests fail."""
        self.faults.fail(error, times)


class MemoryMailbox(Happenings):
    """`MailProvider` in memory. Without a `server` it stands on one of its own."""

    def __init__(
        self,
        address: str,
        retry: Retry | None = None,
        page_size: int = 100,
        *,
        server: MemoryServer | None = None,
        capabilities: Capabilities = CAPABILITIES,
    ) -> None:
        super().__init__(address, server or MemoryServer())
        self.page_size = page_size
        self.capabilities = capabilities
        self._retry = retry or Retry()

    # Reading

    def folders(self) -> Sequence[Folder]:
        self.request()
        return self.box.folders()

    def changes(self, folder: Folder, cursor: str | None) -> Iterator[Page]:
        while True:
            self.request()
            page = self.box.page(folder, cursor, self.page_size)
            yield page
            if page.is_last:
                return
            cursor = page.cursor

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
                slots = dict(zip(EMAIL_SLOTS, (email for _, email in item.content.emails), strict=False))
                yield RemoteCard(item_id, item.change_key, item.content, item.stamp, slots)
            else:
                yield Poisoned(item_id, Unreadable(f"{item.item_class} is not a contact"))

    def list_ids(self, folder: Folder) -> Iterator[Sequence[tuple[str, str]]]:
        self.request()
        listed = [(item.item_id, item.change_key) for item in reversed(self.box.items(folder))]
        for start in range(0, len(listed), self.page_size):
            if start:
                self.request()
            yield listed[start : start + self.page_size]

    def find_stamped(self, stamp: str) -> Sequence[Stamped]:
        self.request()
        items = [item for item in self.box.items() if item.stamp == stamp and stamp]
        found = [Stamped(item.item_id, item.change_key, self.box.role(item)) for item in items]
        order = {role: place for place, role in enumerate(_FOUND_FIRST)}
        return sorted(found, key=lambda one: order.get(one.role, len(order)))

    def item(self, item_id: str) -> MemoryItem | Poisoned:
        """One item as it would be fetched."""
        self.request()
        try:
            item = self.box.item(item_id)
        except SyncError as gone:
            return Poisoned(item_id, gone)
        poison = self.faults.poisoned(item_id)
        return Poisoned(item_id, poison) if poison else item

    # Writing

    def create_contact(self, folder: Folder, card: ContactCard, stamp: str) -> Written:
        content = self._fitting(replace(card, uid="", source=b""))
        return self.write(lambda: written(self.box.add(folder, content, stamp=self.kept(stamp))))

    def update_contact(self, item_id: str, change_key: str, card: ContactCard, fields: Collection[str]) -> Written:
        def act() -> Written:
            item = self.expect(item_id, change_key)
            if not isinstance(item.content, ContactCard):
                raise SendRefused(f"{item.item_class} is not a contact")
            edited = replace(item.content, **{name: getattr(card, name) for name in fields})
            return written(self.box.change(item_id, content=self._fitting(edited)))

        return self.write(act)

    def mark(self, item_id: str, marks: MailMarks) -> Written:
        return self.write(lambda: written(self.set_marks(item_id, marks)))

    def move(self, item_id: str, to: Folder) -> Written | None:
        return self.write(lambda: written(self.box.move(item_id, to)))

    def delete(self, item_id: str, change_key: str = "") -> None:
        def act() -> None:
            item = self.expect(item_id, change_key)
            if self.box.role(item) is not FolderRole.DELETED:
                self.box.move(item_id, self.box.folder(FolderRole.DELETED))

        self.write(act)

    def save_draft(self, mail: OutgoingMail, stamp: str) -> Written:
        raw = outgoing_mime(mail, stamp)
        drafts = self.box.folder(FolderRole.DRAFTS)
        return self.write(lambda: written(self.box.add(drafts, raw, is_draft=True, stamp=self.kept(stamp))))

    def send_draft(self, draft: Written) -> None:
        def act() -> None:
            try:
                item = self.expect(draft.item_id, draft.change_key)
            except Conflict as error:
                raise SendRefused("the draft was changed since it was saved") from error
            send(self.server, self.box, item)

        self.write(act)

    # Listening

    def listen(self, folders: Sequence[Folder], *, stop: Callable[[], bool], patience: timedelta) -> Iterator[Poke]:
        return self._listen({folder.folder_id for folder in folders}, self.box.revision, stop, patience)

    def _listen(
        self, wanted: Collection[str], since: int, stop: Callable[[], bool], patience: timedelta
    ) -> Iterator[Poke]:
        quiet_until = monotonic() + patience.total_seconds()
        while not stop():
            self.faults.listening()
            with self.box.changed:
                tree, touched = self.box.tree > since, self.box.touched(wanted, since)
                since = self.box.revision
                if not touched and not tree and monotonic() < quiet_until:
                    self.box.changed.wait(_GLANCE)
                    continue
            yield Poke(touched, tree)
            quiet_until = monotonic() + patience.total_seconds()

    def close(self) -> None:
        """Nothing is held open."""

    # What every write is made of; also for the calendar over this mailbox

    def request(self) -> None:
        """Ask the server for something: faults and their retries happen here."""
        self._retry.call(self.faults.request)

    def write(self, act: Callable[[], T]) -> T:
        """Change something on the server, as one step that nobody sees half done."""

        def request() -> T:
            self.faults.request()
            with self.box.changed:
                return self.faults.write(act)

        return self._retry.call(request)

    def expect(self, item_id: str, change_key: str) -> MemoryItem:
        """An item that is still as it was at `change_key` ('' for any). Raises Conflict, ItemGone."""
        item = self.box.item(item_id)
        if change_key and item.change_key != change_key:
            raise Conflict(item_id)
        return item

    def kept(self, stamp: str) -> str:
        """The stamp as the server keeps it."""
        return stamp if self.capabilities.stamps else ""

    def _fitting(self, card: ContactCard) -> ContactCard:
        return replace(card, emails=card.emails[: self.capabilities.email_slots])

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
            stamp=item.stamp,
        )


def written(item: MemoryItem) -> Written:
    """How the server knows the item now."""
    return Written(item.item_id, item.change_key)
