"""Pulling mailboxes: connect, read folder after folder, link what came, and keep an honest state."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from assistant.connecting import since
from assistant.intake import follow_up
from calendar_sync.ingest import EventReader, roll_forward
from calendar_sync.provider import CalendarProvider
from mail_sync.capture import CaptureRules
from mail_sync.cards import CardReader
from mail_sync.errors import AccessDenied, FolderRefused, ItemGone, MailboxRefused, MailboxUnavailable, SyncError
from mail_sync.ingest import MailReader
from mail_sync.ours import Ours, ours_in
from mail_sync.provider import Folder, FolderRole, ItemKind, MailProvider
from mail_sync.pull import ItemReader, Pulled, pull_folder
from store.engine import Store
from store.errors import StoreBusy, StoreFull
from store.leases import acquire_lease, release_lease
from store.mailboxes import (
    FolderRow,
    FolderState,
    MailboxRow,
    report_failure,
    report_progress,
    report_success,
    save_folders,
    selected_folders,
)

LEASE = timedelta(minutes=2)

#: Folders read unless a person chose others: by role, never by a name that depends on the language.
DEFAULT_ROLES = (FolderRole.INBOX, FolderRole.SENT, FolderRole.CONTACTS, FolderRole.CALENDAR)


class Connected(Protocol):
    """A mailbox with both its sides."""

    @property
    def mail(self) -> MailProvider: ...

    @property
    def calendar(self) -> CalendarProvider: ...

    def close(self) -> None: ...


Connector = Callable[[MailboxRow], Connected]


class TakenOver(Exception):
    """Our lease ran out, as while waiting for a busy server, and another process reads the mailbox now."""

    sentence = "Another program is syncing this mailbox at the moment."


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


def sync_mailbox(
    store: Store,
    mailbox: MailboxRow,
    connect: Connector,
    *,
    clock: Callable[[], datetime],
    progress: Callable[[SyncProgress], None],
) -> SyncReport:
    """One cycle. A failure of the mailbox is reported and kept in words, never raised; StoreError is raised."""
    report = SyncReport(mailbox.address)
    with _lease(store, mailbox, clock) as held:
        if not held:
            report.error = TakenOver.sentence
            return report
        try:
            with connection(connect, mailbox) as connected:
                _Cycle(store, mailbox, connected, clock, progress, report).run()
        except TakenOver:
            report.error = TakenOver.sentence
        except SyncError as error:
            report.error = error.sentence
            _keep_failure(store, mailbox, error, clock())
        else:
            with store.write() as tx:
                report_success(tx, mailbox.mailbox_id, now=clock())
    return report


@dataclass
class _Cycle:
    store: Store
    mailbox: MailboxRow
    connected: Connected
    clock: Callable[[], datetime]
    progress: Callable[[SyncProgress], None]
    report: SyncReport
    refused: list[str] = field(default_factory=list)  # paths of folders that may not be read

    def run(self) -> None:
        now = self.clock()
        folders = self._folders()
        roll_forward(self.store, now=now)
        with self.store.read() as tx:
            ours = ours_in(tx)
        total = sum(folder.total for folder in folders if folder.cursor is None)
        done = 0
        for folder in folders:
            pulled = self._pull(folder, ours, done, total)
            done += pulled.listed
            self.report.new += pulled.new
            self.report.known += pulled.known
            self.report.quarantined += [(unread.source, unread.reason) for unread in pulled.unread]
        if self.refused:
            raise FolderRefused(", ".join(self.refused))

    def _pull(self, folder: FolderRow, ours: Ours, done: int, total: int) -> Pulled:
        """One folder; `done` of about `total` items were listed before it."""
        pulled = Pulled()
        now = self.clock()
        reader = reader_for(folder, self.mailbox, self.connected, ours, now)
        steps = pull_folder(self.store, self.connected.mail, self.mailbox.mailbox_id, folder, reader, now=now)
        try:
            for pulled in steps:
                self._advance(folder, done + pulled.listed, max(total, done + pulled.listed))
        except ItemGone:
            # The folder was deleted since it was listed; what it held shows up elsewhere or not at all.
            return pulled
        except AccessDenied:
            self.refused.append(folder.path)
        return pulled

    def _folders(self) -> tuple[FolderRow, ...]:
        found = self.connected.mail.folders()
        chosen = self.mailbox.settings.get("folders")
        states = [
            FolderState(
                remote_id=folder.folder_id,
                path=folder.path,
                role=folder.role.value,
                holds=folder.holds.value,
                total=folder.total or 0,
                selected=_is_chosen(folder, chosen),
            )
            for folder in found
        ]
        with self.store.write() as tx:
            save_folders(tx, self.mailbox.mailbox_id, states)
            return selected_folders(tx, self.mailbox.mailbox_id)

    def _advance(self, folder: FolderRow, done: int, total: int) -> None:
        """After each commit: link what came, say how far it is, and keep the lease."""
        now = self.clock()
        self.report.linked += follow_up(self.store, now=now)
        with self.store.write() as tx:
            report_progress(tx, self.mailbox.mailbox_id, done, total)
            if not acquire_lease(tx, _lease_name(self.mailbox), until=now + LEASE, now=now):
                raise TakenOver
        self.progress(SyncProgress(self.mailbox.address, folder.path, done, total))


def reader_for(
    folder: FolderRow, mailbox: MailboxRow, connected: Connected, ours: Ours, now: datetime
) -> ItemReader[Any]:
    """What fetches and writes the items of a folder, by what the folder holds."""
    capture = CaptureRules.from_settings(mailbox.capture)
    match ItemKind(folder.holds):
        case ItemKind.CONTACT:
            return CardReader(connected.mail, mailbox.mailbox_id, ours, capture)
        case ItemKind.APPOINTMENT:
            return EventReader(connected.calendar, mailbox.mailbox_id, ours, capture, now)
        case ItemKind.EMAIL:
            return MailReader(connected.mail, mailbox.mailbox_id, ours, capture, since(mailbox.settings, now), now)


def _is_chosen(folder: Folder, chosen: list[str] | None) -> bool:
    """By path where a person chose folders, else by role; contacts and calendar always come along."""
    if folder.role in (FolderRole.CONTACTS, FolderRole.CALENDAR):
        return True
    if chosen:
        return folder.path.casefold() in {path.casefold() for path in chosen}
    return folder.role in DEFAULT_ROLES


def _keep_failure(store: Store, mailbox: MailboxRow, error: SyncError, now: datetime) -> None:
    retry_at = None
    if isinstance(error, MailboxUnavailable):
        retry_at = now + error.retry_after
    elif not isinstance(error, MailboxRefused):
        retry_at = now + MailboxUnavailable.retry_after
    with store.write() as tx:
        report_failure(tx, mailbox.mailbox_id, state=error.state, sentence=error.sentence, retry_at=retry_at, now=now)


@contextmanager
def connection(connect: Connector, mailbox: MailboxRow) -> Iterator[Connected]:
    """A connection that is given back."""
    connected = connect(mailbox)
    try:
        yield connected
    finally:
        connected.close()


@contextmanager
def _lease(store: Store, mailbox: MailboxRow, clock: Callable[[], datetime]) -> Iterator[bool]:
    now = clock()
    with store.write() as tx:
        held = acquire_lease(tx, _lease_name(mailbox), until=now + LEASE, now=now)
    try:
        yield held
    finally:
        if held:
            try:
                with store.write() as tx:
                    release_lease(tx, _lease_name(mailbox))
            except (StoreBusy, StoreFull):
                pass  # it runs out by itself


def _lease_name(mailbox: MailboxRow) -> str:
    return f"mailbox {mailbox.mailbox_id}"
