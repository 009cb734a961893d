"""A mailbox on a server in memory beside a store, with clocks that pass when they are told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from assistant.connecting import ConnectedMailbox
from assistant.mailbox_worker import Clocks, MailboxWorker
from assistant.pulling import SyncReport
from assistant.syncing import sync_mailbox
from calendar_sync.event import Event
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.card import ContactCard
from mail_sync.provider import Folder, FolderRole, ItemKind
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.memory_server import MemoryServer
from mail_sync.providers.retry import HASTY, Retry
from store.engine import Store
from store.schema.mail import MailboxItem
from store.schema.merging import SyncNote
from store.schema.people import Folder as FolderTable
from store.schema.people import Mailbox
from store.sync.mailboxes import MailboxRow, add_mailbox, sync_mailboxes
from tests.assistant.linking.mails import US, mail

START = datetime(2026, 3, 10, 9, tzinfo=UTC)
CUSTOMERS = Folder("f-customers", "Inbox/Customers", FolderRole.OTHER, ItemKind.EMAIL)
SUPPLIERS = Folder("f-suppliers", "Suppliers", FolderRole.CONTACTS, ItemKind.CONTACT)


class CountingMailbox(MemoryMailbox):
    """Counts the requests that it is asked."""

    requests = 0

    def request(self) -> None:
        self.requests += 1
        super().request()


@dataclass
class World:
    """One mailbox; `wall` and `steady` pass together unless a test says otherwise."""

    store: Store
    server: MemoryServer = field(default_factory=lambda: MemoryServer(lambda: START))
    wall: datetime = START
    steady: float = 1_000.0
    reports: list[SyncReport] = field(default_factory=list)
    connections: list[MailboxRow] = field(default_factory=list)
    endpoint: str = ""  # where autodiscover finds the server

    def __post_init__(self) -> None:
        slept: list[float] = []
        retry = Retry(HASTY, sleep=slept.append, clock=lambda: sum(slept))
        self.provider = CountingMailbox(US, retry, server=self.server)
        self.box = self.provider.box
        self.box.add_folder(CUSTOMERS)
        self.box.add_folder(SUPPLIERS)
        with self.store.write() as tx:
            folders = {"folders": ["Inbox", "Sent Items", CUSTOMERS.path]}
            self.mailbox_id = add_mailbox(tx, address=US, provider="exchange", settings=folders, now=START)

    # The folders

    @property
    def inbox(self) -> Folder:
        return self.box.folder(FolderRole.INBOX)

    @property
    def contacts(self) -> Folder:
        return self.box.folder(FolderRole.CONTACTS)

    @property
    def calendar(self) -> Folder:
        return self.box.folder(FolderRole.CALENDAR)

    # What other people do

    def mail(self, number: int, folder: Folder | None = None) -> str:
        """Mail `number` arrives."""
        return self.box.add(folder or self.inbox, mail(number), is_read=False, received_at=self.wall).item_id

    def card(self, name: str, folder: Folder | None = None) -> str:
        email = f"{name.lower()}@fabrikam.example"
        return self.box.add(folder or self.contacts, ContactCard("", name, emails=(("work", email),))).item_id

    def event(self, uid: str, title: str = "Visit") -> str:
        start = START + timedelta(days=1)
        event = Event(uid=uid, title=title, start=start, end=start + timedelta(hours=1), all_day=False, timezone="UTC")
        return self.box.add(self.calendar, event).item_id

    # What we do

    def connect(self, mailbox: MailboxRow) -> ConnectedMailbox:
        self.connections.append(mailbox)
        way = {"endpoint": self.endpoint} if self.endpoint else {}
        return ConnectedMailbox(self.provider, MemoryCalendar(self.provider), self.provider.close, lambda: way)

    def cycle(self, times: int = 1) -> SyncReport:
        """Whole cycles; the report of the last one."""
        for _ in range(times):
            with self.store.read() as tx:
                (mailbox,) = sync_mailboxes(tx)
            report = sync_mailbox(self.store, mailbox, self.connect, clock=lambda: self.wall, progress=lambda _: None)
        return report

    def worker(self) -> MailboxWorker:
        """The service's worker for the mailbox; it is turned by hand."""
        clocks = Clocks(lambda: self.wall, lambda: self.steady)
        return MailboxWorker(
            self.store, self.mailbox_id, self.connect, clocks=clocks, report=self.reports.append, listens=False
        )

    def let_pass(self, time: timedelta) -> None:
        """Both clocks go on."""
        self.wall += time
        self.steady += time.total_seconds()

    # What came of it

    def row(self) -> Any:
        """The mailbox as it is stored."""
        with self.store.read() as tx:
            return tx.execute(select(*Mailbox.__table__.c)).one()

    def items(self) -> list[tuple[str, str, bool, bool]]:
        """(remote id, folder, gone, buried) of every item, by id."""
        with self.store.read() as tx:
            query = (
                select(
                    MailboxItem.remote_id,
                    FolderTable.path,
                    MailboxItem.gone_at.is_not(None),
                    MailboxItem.buried_at.is_not(None),
                )
                .join(FolderTable, FolderTable.id == MailboxItem.folder_id)
                .order_by(MailboxItem.id)
            )
            return [(row[0], row[1], bool(row[2]), bool(row[3])) for row in tx.execute(query)]

    def notes(self) -> list[tuple[str, str]]:
        """What sync noted, in order."""
        with self.store.read() as tx:
            rows = tx.execute(select(SyncNote.what, SyncNote.detail).order_by(SyncNote.id))
            return [(row.what, row.detail) for row in rows]

    def settings(self, **values: Any) -> None:
        """Change the mailbox's settings."""

        def change(tx: Connection) -> None:
            kept = dict(tx.execute(select(Mailbox.settings)).scalar_one())
            tx.execute(update(Mailbox).values(settings=kept | values))

        with self.store.write() as tx:
            change(tx)
