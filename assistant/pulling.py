"""Pulling folders by turns: a page of each, newest first, so that today's mail is there while history still loads."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from sqlalchemy import Connection

from assistant.connecting import since
from assistant.intake import follow_up
from assistant.linking.worker import link_some
from calendar_sync.ingest import EventReader, roll_forward
from calendar_sync.provider import CalendarProvider
from calendar_sync.tasks.ingest import TaskReader
from mail_sync.capture import CaptureRules
from mail_sync.cards import CardReader
from mail_sync.errors import AccessDenied, FolderRefused, ItemGone, RightsRevoked
from mail_sync.ingest import MailReader
from mail_sync.ours import Ours, ours_in
from mail_sync.provider import Folder, FolderRole, ItemKind, MailProvider
from mail_sync.pull import ItemReader, Pulled, pull_folder
from mail_sync.reconcile import read_newest
from store.engine import Store
from store.following.in_outlook import keeper_at
from store.sync.burial import close_cycle
from store.sync.folders import choose_folders, leave_folder, read_to_end
from store.sync.mailboxes import FolderRow, FolderState, MailboxRow, report_progress, save_folders, selected_folders

#: Folders of mail that are read unless a person chose others: all in which people keep mail, by role, never by a name
#: that depends on the language. Mail that is filed or archived stays in view; junk, deleted mail and drafts never are.
ORDINARY = frozenset({FolderRole.INBOX, FolderRole.SENT, FolderRole.ARCHIVE, FolderRole.OTHER})

#: Whose first page comes first; folders of other mail follow.
_FIRST = (FolderRole.INBOX, FolderRole.SENT, FolderRole.CONTACTS, FolderRole.CALENDAR)


class Connected(Protocol):
    """A mailbox with both its sides."""

    @property
    def mail(self) -> MailProvider: ...

    @property
    def calendar(self) -> CalendarProvider: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class SyncReport:
    """What one cycle over one mailbox did."""

    mailbox: str
    new: int = 0
    known: int = 0
    linked: int = 0
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """`done` of about `total` items, and the folder being read."""

    mailbox: str
    folder: str
    done: int
    total: int


@dataclass
class Puller:
    """Reads folders of one connected mailbox; `keep_lease` is called after every commit and may raise.

    `between` is called after every page that others follow, with the puller.
    """

    store: Store
    mailbox: MailboxRow
    connected: Connected
    clock: Callable[[], datetime]
    progress: Callable[[SyncProgress], None]
    keep_lease: Callable[[], None]
    report: SyncReport
    between: Callable[[Puller], None] = lambda _: None
    #: A folder was gone or refused, or items left theirs, perhaps for one that we do not know.
    tree_may_differ: bool = False
    _followed: int | None = None  # what had happened in all folders when it was last followed up

    def folders(self) -> tuple[FolderRow, ...]:
        """The folders to read, as the server has them now: one request."""
        found = self._found_folders()
        with self.store.write() as tx:
            before = selected_folders(tx, self.mailbox.mailbox_id)
            chosen = self._follow_renamed(tx, before, found)
            with_tasks = keeper_at(tx, self.mailbox.mailbox_id) is not None
            states = [_state(folder, is_chosen(folder, chosen, with_tasks=with_tasks)) for folder in found]
            kept = {state.remote_id for state in states if state.selected or state.role != FolderRole.DELETED}
            save_folders(tx, self.mailbox.mailbox_id, states)
            for folder in before:
                if folder.remote_id not in kept:
                    leave_folder(tx, self.mailbox.mailbox_id, folder.folder_id, now=self.clock())
            return selected_folders(tx, self.mailbox.mailbox_id)

    def _found_folders(self) -> Sequence[Folder]:
        try:
            return self.connected.mail.folders()
        except AccessDenied as error:
            with self.store.read() as tx:
                was_read = any(folder.synced_at for folder in selected_folders(tx, self.mailbox.mailbox_id))
            if was_read and not isinstance(error, RightsRevoked):
                raise RightsRevoked(error.detail) from error
            raise

    def _follow_renamed(
        self, tx: Connection, before: Sequence[FolderRow], found: Sequence[Folder]
    ) -> Sequence[str] | None:
        """The paths that a person chose, as they are called now; a folder keeps its id when it is renamed or moved."""
        chosen: Sequence[str] | None = self.mailbox.settings.get("folders")
        if not chosen:
            return None
        now = {folder.folder_id: folder.path for folder in found if folder.role is not FolderRole.DELETED}
        names = {row.path.casefold(): now.get(row.remote_id, row.path) for row in before}
        renamed = [names.get(path.casefold(), path) for path in chosen]
        if renamed != list(chosen):
            choose_folders(tx, self.mailbox.mailbox_id, renamed)
        return renamed

    def pull(self, folders: Sequence[FolderRow]) -> frozenset[int]:
        """Read these folders to their ends; returns those in which something had happened.

        Raises FolderRefused for those that may not be read, after all others; SyncError, StoreError.
        """
        roll_forward(self.store, now=self.clock())
        with self.store.read() as tx:
            ours = ours_in(tx)
        turns = deque(_Turns(self, folder, ours) for folder in reading_order(folders))
        total = sum(folder.total for folder in folders if folder.cursor is None)
        refused: list[FolderRow] = []
        all_turns = tuple(turns)
        while turns:
            reading = turns.popleft()
            try:
                more = reading.next_page(partial(self._committed, reading.folder, all_turns, total))
            except AccessDenied:
                refused.append(reading.folder)
                self.tree_may_differ = True
                continue
            if more:
                turns.append(reading)
                self.between(self)
        self._tell(all_turns)
        with self.store.write() as tx:
            close_cycle(tx, self.mailbox.mailbox_id, now=self.clock())
        self._look_again()
        if refused:
            raise _refusal(refused, folders)
        return frozenset(each.folder.folder_id for each in all_turns if each.pulled.listed)

    def _look_again(self) -> None:
        """Decide again what may come out differently, now that all of it is here."""
        more = True
        while more:
            linked, more = link_some(self.store, now=self.clock())
            self.report.linked += linked
            self.keep_lease()
            if more:
                self.between(self)

    def glance(self, folder: FolderRow) -> None:
        """Read what arrived on top of a mail folder without waiting for its history. Raises SyncError, StoreError."""
        if folder.holds != ItemKind.EMAIL:
            return
        with self.store.read() as tx:
            ours = ours_in(tx)
        now = self.clock()
        reader = reader_for(self.store, folder, self.mailbox, self.connected, ours, now)
        with suppress(ItemGone, AccessDenied):
            read_newest(self.store, self.connected.mail, self.mailbox.mailbox_id, folder, reader, now=now)
        self.report.linked += follow_up(self.store, now=now, again=False)

    def _committed(self, folder: FolderRow, turns: Sequence[_Turns], total: int) -> None:
        """After each commit: link what came, say how far it is, and keep the lease.

        The first one follows up what a killed process left, and the others only what they brought: most folders have
        nothing new at most times.
        """
        happened = sum(reading.pulled.happened for reading in turns)
        done = sum(reading.pulled.listed for reading in turns)
        is_news, self._followed = happened != self._followed, happened
        if is_news:
            self.report.linked += follow_up(self.store, now=self.clock(), again=False)
        self.keep_lease()
        if is_news and total:
            with self.store.write() as tx:
                report_progress(tx, self.mailbox.mailbox_id, done, max(total, done))
        self.progress(SyncProgress(self.mailbox.address, folder.path, done, max(total, done)))

    def _tell(self, turns: Sequence[_Turns]) -> None:
        for reading in turns:
            self.report.new += reading.pulled.new
            self.report.known += reading.pulled.known
            self.tree_may_differ |= reading.pulled.gone > 0
            self.report.quarantined += [(unread.source, unread.reason) for unread in reading.pulled.unread]


class _Turns:
    """A folder that is read page by page."""

    def __init__(self, puller: Puller, folder: FolderRow, ours: Ours) -> None:
        self.folder = folder
        self.pulled = Pulled()
        self._puller = puller
        now = puller.clock()
        reader = reader_for(puller.store, folder, puller.mailbox, puller.connected, ours, now)
        self._steps: Iterator[Pulled] = pull_folder(
            puller.store, puller.connected.mail, puller.mailbox.mailbox_id, folder, reader, now=now
        )

    def next_page(self, committed: Callable[[], None]) -> bool:
        """Read one page, telling of every commit; whether there may be another one. Raises SyncError."""
        page = self.pulled.pages
        try:
            for pulled in self._steps:
                self.pulled = pulled
                committed()
                if pulled.pages > page:
                    return not pulled.is_last
        except ItemGone:
            # The folder was deleted since it was listed; what it held shows up elsewhere or not at all.
            self._puller.tree_may_differ = True
            with self._puller.store.write() as tx:
                read_to_end(tx, self._puller.mailbox.mailbox_id, self.folder.folder_id)
        return False


def reading_order(folders: Sequence[FolderRow]) -> list[FolderRow]:
    """What people look at first comes first: received mail, sent mail, people, meetings, then filed mail."""
    ranks = {role.value: rank for rank, role in enumerate(_FIRST)}
    return sorted(folders, key=lambda folder: (ranks.get(folder.role, len(ranks)), folder.folder_id))


def reader_for(
    store: Store, folder: FolderRow, mailbox: MailboxRow, connected: Connected, ours: Ours, now: datetime
) -> ItemReader[Any]:
    """What fetches and writes the items of a folder, by what the folder holds."""
    capture = CaptureRules.from_settings(mailbox.capture)
    match ItemKind(folder.holds):
        case ItemKind.CONTACT:
            return CardReader(connected.mail, mailbox.mailbox_id, ours, capture)
        case ItemKind.APPOINTMENT:
            return EventReader(connected.calendar, mailbox.mailbox_id, ours, capture, now)
        case ItemKind.TASK:
            return TaskReader(store, connected.calendar.tasks, mailbox.mailbox_id, capture)
        case ItemKind.EMAIL:
            return MailReader(connected.mail, mailbox.mailbox_id, ours, capture, since(mailbox.settings, now), now)


def is_chosen(folder: Folder, chosen: Sequence[str] | None, *, with_tasks: bool) -> bool:
    """By path where a person chose folders, else by role; contacts and calendar always come along, tasks where their
    owner wants reminders to stand among them."""
    if folder.role in (FolderRole.CONTACTS, FolderRole.CALENDAR):
        return True
    if folder.holds is ItemKind.TASK:
        return with_tasks and folder.role is FolderRole.TASKS
    if chosen:
        return folder.path.casefold() in {path.casefold() for path in chosen}
    return folder.holds is ItemKind.EMAIL and folder.role in ORDINARY


def _state(folder: Folder, selected: bool) -> FolderState:
    return FolderState(
        remote_id=folder.folder_id,
        path=folder.path,
        role=folder.role.value,
        holds=folder.holds.value,
        total=folder.total or 0,
        selected=selected,
    )


def _refusal(refused: Sequence[FolderRow], folders: Sequence[FolderRow]) -> AccessDenied | FolderRefused:
    """One folder among others is a limit; all of them, although they were read before, is a right that is gone."""
    if len(refused) == len(folders) and any(folder.synced_at for folder in refused):
        return RightsRevoked()
    return FolderRefused(", ".join(folder.path for folder in refused))
