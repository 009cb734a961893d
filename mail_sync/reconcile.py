"""Comparing a folder with its server id by id: what the change feed lost, in either direction, is found here.

Fetched is what we do not know, or know by another change key; counted as gone is what the server does not list and does
not hand out either. Everything is bounded: so many items are fetched in one run, newest first, the next run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any

from mail_sync.errors import ItemGone
from mail_sync.provider import Changed, Folder, FolderRole, ItemKind, MailProvider, Page, Poisoned
from mail_sync.pull import FolderTask, ItemReader, Pulled
from store.engine import Store
from store.sync.folders import present_items, report_reconciled
from store.sync.items import KnownItem, known_items, set_gone
from store.sync.mailboxes import FolderRow

#: Items fetched in one run over a folder.
MOST_FETCHED = 1_000
#: Items that seem to be missing are asked for one by one up to here; when all of these are gone, so are the others.
MOST_ASKED_FOR = 200
_PORTION = 100
_TOP = 10


@dataclass(slots=True)
class Compared:
    """What a comparison found so far."""

    listed: int = 0
    found: int = 0  # fetched because the feed had not told of it
    gone: int = 0


def reconcile_folder(
    store: Store,
    provider: MailProvider,
    mailbox_id: int,
    folder: FolderRow,
    reader: ItemReader[Any],
    *,
    is_partial: bool,
    now: datetime,
) -> Iterator[Compared]:
    """Compare a folder, yielding after every page and every commit. Raises SyncError, StoreError.

    `is_partial`: mail from before some day is not wanted, so what lies behind the oldest mail we know stays unknown.
    """
    yield from _Comparison(store, provider, mailbox_id, folder, reader, is_partial, now).run()


def read_newest(
    store: Store, provider: MailProvider, mailbox_id: int, folder: FolderRow, reader: ItemReader[Any], *, now: datetime
) -> None:
    """Fetch what lies above the newest item that we know; the feed tells of it again, and nothing doubles.

    For folders whose history is still being read, in which the feed puts new items last. Raises SyncError, StoreError.
    """
    page = next(iter(provider.list_ids(_remote(folder))), ())
    with store.read() as tx:
        known = known_items(tx, mailbox_id, [item_id for item_id, _ in page])
    fresh = list(takewhile(lambda each: each[0] not in known, page))
    # Where nothing of the top is known, how far the new goes down is not known either.
    wanted = [Changed(*each) for each in fresh[: _PORTION if len(fresh) < len(page) else _TOP]]
    for _ in FolderTask(store, provider, mailbox_id, folder, reader, now).apply(Page(tuple(wanted), "", is_last=False)):
        pass


def _remote(folder: FolderRow) -> Folder:
    return Folder(folder.remote_id, folder.path, FolderRole(folder.role), ItemKind(folder.holds))


@dataclass
class _Comparison:
    store: Store
    provider: MailProvider
    mailbox_id: int
    folder: FolderRow
    reader: ItemReader[Any]
    is_partial: bool
    now: datetime
    compared: Compared = field(default_factory=Compared)
    seen: set[int] = field(default_factory=set)  # keys of items that the server lists
    wanted: list[Changed] = field(default_factory=list)
    behind: list[Changed] = field(default_factory=list)  # not known, and nothing known came after them yet

    def run(self) -> Iterator[Compared]:
        for page in self.provider.list_ids(_remote(self.folder)):
            self._compare(page)
            yield self.compared
        if not self.is_partial:
            self.wanted += self.behind
        yield from self._fetch()
        yield from self._bury_the_missing()
        with self.store.write() as tx:
            report_reconciled(tx, self.folder.folder_id, now=self.now)

    def _compare(self, page: Sequence[tuple[str, str]]) -> None:
        self.compared.listed += len(page)
        with self.store.read() as tx:
            known = known_items(tx, self.mailbox_id, [item_id for item_id, _ in page])
        for item_id, change_key in page:
            item = known.get(item_id)
            if item is None:
                self.behind.append(Changed(item_id, change_key))
                continue
            self.wanted += self.behind
            self.behind.clear()
            self.seen.add(item.item_id)
            if not self._is_current(item, change_key):
                self.wanted.append(Changed(item_id, change_key))

    def _is_current(self, item: KnownItem, change_key: str) -> bool:
        here = item.gone_at is None and item.folder_id == self.folder.folder_id
        return here and (not change_key or item.change_key == change_key)

    def _fetch(self) -> Iterator[Compared]:
        task = FolderTask(self.store, self.provider, self.mailbox_id, self.folder, self.reader, self.now)
        chosen = self.wanted[:MOST_FETCHED]
        for start in range(0, len(chosen), _PORTION):
            page = Page(tuple(chosen[start : start + _PORTION]), cursor="", is_last=False)
            for pulled in task.apply(page):
                self.compared.found = _fetched(pulled)
                yield self.compared

    def _bury_the_missing(self) -> Iterator[Compared]:
        """What is not listed has left the folder, unless the server hands it out all the same."""
        with self.store.read() as tx:
            missing = [
                remote_id
                for item_id, remote_id in present_items(tx, self.folder.folder_id)
                if item_id not in self.seen and remote_id
            ]
        asked = missing[:MOST_ASKED_FOR]
        gone: list[str] = []
        for start in range(0, len(asked), _PORTION):
            portion = asked[start : start + _PORTION]
            gone += [
                item.item_id
                for item in self.reader.read(portion)
                if isinstance(item, Poisoned) and isinstance(item.error, ItemGone)
            ]
            yield self.compared
        if len(gone) == len(asked):
            gone = missing
        with self.store.write() as tx:
            set_gone(tx, self.mailbox_id, self.folder.folder_id, gone, now=self.now)
        self.compared.gone = len(gone)
        yield self.compared


def _fetched(pulled: Pulled) -> int:
    return pulled.new + pulled.known
