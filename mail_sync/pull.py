"""Pulling one folder: page -> items -> store, the cursor with the last chunk of its page.

The same loop serves mail, contacts and appointments; what differs is the `ItemReader`. Killing the process between any
two lines loses nothing: what was written is known by its key, what was not is behind the stored cursor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol, TypeVar

from sqlalchemy import Connection

from mail_sync.errors import CursorInvalid, ItemGone
from mail_sync.provider import (
    Changed,
    Deleted,
    Folder,
    FolderRole,
    ItemKind,
    MailProvider,
    Page,
    Poisoned,
    ReadFlagChanged,
)
from store.bisect import could_not_store, write_apart
from store.engine import Store
from store.sync.folders import (
    count_present,
    distrust_folder,
    forget_bases,
    is_listed_anew,
    note_changes,
    read_to_end,
    trust_folder,
)
from store.sync.items import (
    KnownItem,
    confirm_items,
    doubt_items,
    end_doubt,
    known_items,
    set_gone,
    set_read,
    withhold_items,
)
from store.sync.mailboxes import FolderRow, save_cursor
from store.sync.missing import doubt_deletions
from store.sync.moves import Trace, follow_moves
from store.sync.quarantine import Unread, put_aside, resolve

CHUNK = 100
_SUSPICIOUS = 3  # so few items are edited at any time
_CHUNK_BYTES = 16 * 1024 * 1024  # of raw items; a chunk of large mails is written earlier


class Prepared(Protocol):
    """An item ready to be written."""

    @property
    def remote_id(self) -> str: ...

    @property
    def raw(self) -> bytes: ...

    @property
    def trace(self) -> Trace:
        """How it is recognised when it moved here from another folder."""
        ...


P = TypeVar("P", bound=Prepared)


@dataclass(frozen=True, slots=True)
class Excluded:
    """An item that the capture rules keep out; where it is stored already it is shown to nobody any more."""

    item_id: str


class ItemReader(Protocol[P]):
    """Fetches items of one kind and writes them; fetching and preparing happen outside any transaction."""

    def read(self, item_ids: Sequence[str]) -> Iterator[P | Poisoned | Excluded | None]:
        """Each item prepared, poisoned, excluded, or None where there is nothing to store."""
        ...

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[P], *, now: datetime) -> int:
        """Write a chunk; returns how many were new."""
        ...


@dataclass(slots=True)
class Pulled:
    """What happened so far in a folder; `is_last` once its last page was stored."""

    listed: int = 0
    pages: int = 0
    is_last: bool = False
    new: int = 0
    known: int = 0
    quarantined: int = 0
    gone: int = 0  # left the folder
    unread: list[Unread] = field(default_factory=list)

    @property
    def happened(self) -> int:
        """Grows with everything that a commit may have changed in the store."""
        return self.listed + self.new + self.known + self.quarantined + self.gone


def pull_folder(
    store: Store, provider: MailProvider, mailbox_id: int, folder: FolderRow, reader: ItemReader[P], *, now: datetime
) -> Iterator[Pulled]:
    """Read a folder from its cursor to its end, yielding after every commit. Raises SyncError, StoreError."""
    task = FolderTask(store, provider, mailbox_id, folder, reader, now)
    try:
        yield from task.run(folder.cursor)
    except (CursorInvalid, _BegunAnew):
        task.distrust()
        yield from task.run(None)


class _BegunAnew(Exception):
    """The server took our place for no place and tells everything again, as some do without an error."""


@dataclass
class FolderTask:
    """One folder that is read into the store."""

    store: Store
    provider: MailProvider
    mailbox_id: int
    folder: FolderRow
    reader: ItemReader  # type: ignore[type-arg]
    now: datetime
    pulled: Pulled = field(default_factory=Pulled)
    listing: bool | None = None  # whether the whole folder is listed; None: not looked up yet
    told_again: int = 0  # items that we know were told of from a place behind them

    def run(self, cursor: str | None) -> Iterator[Pulled]:
        remote = Folder(
            self.folder.remote_id, self.folder.path, FolderRole(self.folder.role), ItemKind(self.folder.holds)
        )
        if cursor is None:
            self.listing = True
            with self.store.write() as tx:
                doubt_items(tx, self.folder.folder_id)
                save_cursor(tx, self.folder.folder_id, None, now=self.now)
        for page in self.provider.changes(remote, cursor):
            yield from self.apply(page)

    def distrust(self) -> None:
        """Until everything was met again or is known to be missing, nothing is written to this mailbox."""
        self.folder = replace(self.folder, distrusted=True)
        with self.store.write() as tx:
            distrust_folder(tx, self.folder.folder_id)

    def apply(self, page: Page) -> Iterator[Pulled]:
        """One page: its items in chunks, and with the last chunk everything else and the cursor ('' for none)."""
        self.pulled.listed += len(page.changes)
        chunk: list[Prepared] = []
        weight = 0
        poisoned = list(page.poisoned)
        excluded: list[str] = []
        for item in self.reader.read(self._wanted(page)):
            if isinstance(item, Poisoned):
                poisoned.append(item)
            elif isinstance(item, Excluded):
                excluded.append(item.item_id)
            elif item is not None:
                chunk.append(item)
                weight += len(item.raw)
            if len(chunk) == CHUNK or weight >= _CHUNK_BYTES:
                with self.store.write() as tx:
                    self._write(tx, chunk)
                yield self.pulled
                chunk, weight = [], 0
        with self.store.write() as tx:
            self._write(tx, chunk)
            withhold_items(tx, self.mailbox_id, excluded, now=self.now)
            self._finish(tx, page, poisoned)
        self.pulled.pages += 1
        self.pulled.is_last = page.is_last
        yield self.pulled

    def _wanted(self, page: Page) -> list[str]:
        """What has to be fetched: a change key that we know already, in this folder, brings nothing new."""
        changed = {change.item_id: change.change_key for change in page.changes if isinstance(change, Changed)}
        with self.store.read() as tx:
            known = known_items(tx, self.mailbox_id, changed)
            here = [each for each in known.values() if self._is_here(each)]
            self._look_for_a_new_beginning(tx, len(here))
        current = {each.remote_id for each in here if each.change_key and each.change_key == changed[each.remote_id]}
        self.pulled.known += len(current)
        if self.folder.distrusted:
            with self.store.write() as tx:
                forget_bases(tx, [each.item_id for each in known.values() if each.remote_id not in current])
        return [remote_id for remote_id in changed if remote_id not in current]

    def _is_here(self, item: KnownItem) -> bool:
        return item.folder_id == self.folder.folder_id and item.gone_at is None

    def _look_for_a_new_beginning(self, tx: Connection, known: int) -> None:
        """Behind our place nothing is new to us; where most of the folder is told again, it was not our place.

        Many items that were really edited look the same, and then the folder is compared once more than needed.
        """
        self.told_again += known
        if self.told_again < _SUSPICIOUS or self.listing or self.folder.distrusted:
            return
        if self.listing is None:
            self.listing = is_listed_anew(tx, self.folder.folder_id)
        if not self.listing and self.told_again * 2 > count_present(tx, self.folder.folder_id):
            raise _BegunAnew

    def _write(self, tx: Connection, chunk: list[Prepared]) -> None:
        if not chunk:
            return
        new = 0
        before = self.pulled.quarantined
        # First, because what cannot be written is put aside again below.
        resolve(tx, [self._source(item.remote_id) for item in chunk], now=self.now)
        traces = [item.trace for item in chunk]
        follow_moves(tx, self.mailbox_id, self.folder.path, self.folder.holds, traces, now=self.now)

        def write(items: Sequence[Prepared]) -> None:
            nonlocal new
            new += self.reader.write(tx, self.folder, items, now=self.now)

        write_apart(
            tx, chunk, write, lambda item, error: self._set_aside(tx, item.remote_id, could_not_store(error), item.raw)
        )
        self.pulled.new += new
        self.pulled.known += len(chunk) - new - (self.pulled.quarantined - before)

    def _finish(self, tx: Connection, page: Page, poisoned: Sequence[Poisoned]) -> None:
        for poison in poisoned:
            if not isinstance(poison.error, ItemGone):
                self._set_aside(tx, poison.item_id, poison.error.sentence, poison.raw)
        flags = [(each.item_id, each.is_read) for each in page.changes if isinstance(each, ReadFlagChanged)]
        set_read(tx, self.mailbox_id, flags)
        gone = [each.item_id for each in page.changes if isinstance(each, Deleted)]
        set_gone(tx, self.mailbox_id, self.folder.folder_id, gone, now=self.now)
        self.pulled.gone += len(gone)
        met = [each.item_id for each in page.changes if not isinstance(each, Deleted)]
        confirm_items(tx, self.folder.folder_id, [*met, *(poison.item_id for poison in page.poisoned)])
        if page.changes:
            note_changes(tx, self.folder.folder_id, now=self.now)
        if page.is_last:
            missing = end_doubt(tx, self.mailbox_id, self.folder.folder_id, now=self.now)
            if missing and self.folder.distrusted:
                doubt_deletions(tx, self.mailbox_id, self.folder.folder_id)
            self.pulled.gone += missing
            read_to_end(tx, self.mailbox_id, self.folder.folder_id)
            trust_folder(tx, self.folder.folder_id)
        if page.cursor:
            save_cursor(tx, self.folder.folder_id, page.cursor, now=self.now)

    def _set_aside(self, tx: Connection, remote_id: str, reason: str, raw: bytes) -> None:
        unread = Unread(
            source=self._source(remote_id),
            holds=self.folder.holds,
            reason=reason,
            raw=raw,
            mailbox_id=self.mailbox_id,
            folder_id=self.folder.folder_id,
            remote_id=remote_id,
        )
        put_aside(tx, unread, now=self.now)
        self.pulled.quarantined += 1
        self.pulled.unread.append(unread)

    def _source(self, remote_id: str) -> str:
        return f"mailbox {self.mailbox_id}/{self.folder.path}/{remote_id}"
