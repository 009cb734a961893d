"""A mailbox in memory with an outbox in front of it, and processes that die whenever one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import Delivered, deliver
from assistant.pulling import SyncReport
from assistant.syncing import sync_mailbox
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.message import Address
from mail_sync.outgoing import OutgoingMail
from mail_sync.outgoing_payload import to_payload
from mail_sync.provider import Folder, FolderRole, Poisoned, RemoteMessage, Written
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.memory_server import MemoryServer
from mail_sync.providers.retry import HASTY, Retry
from store.actor import Actor, actor_for
from store.engine import Store
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.sync.mailboxes import MailboxRow, add_mailbox, sync_mailboxes
from tests.assistant.linking.mails import mail

T = TypeVar("T")

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
US = "anna@alpine.example"
JANE = "jane@fabrikam.example"


class Killed(BaseException):
    """The process ends here and now."""


@dataclass
class Death:
    """Comes at the n-th step, a commit or a write on the server; `after` once the step is done."""

    at: int
    after: bool
    steps: int = 0

    def step(self, act: Callable[[], T]) -> T:
        self.steps += 1
        if self.steps == self.at and not self.after:
            raise Killed
        result = act()
        if self.steps == self.at:
            raise Killed
        return result


class DyingMailbox(MemoryMailbox):
    """A connection whose process may die at any write."""

    death: Death | None = None
    before_send: Callable[[Written], object] | None = None  # happens once

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fetched: list[str] = []

    def write(self, act: Callable[[], T]) -> T:
        write = super().write
        return write(act) if self.death is None else self.death.step(lambda: write(act))

    def fetch_messages(self, item_ids: Sequence[str]) -> Iterator[RemoteMessage | Poisoned]:
        self.fetched += item_ids
        yield from super().fetch_messages(item_ids)

    def send_draft(self, draft: Written) -> None:
        happens, self.before_send = self.before_send, None
        if happens is not None:
            happens(draft)
        super().send_draft(draft)


@dataclass(frozen=True)
class DyingStore(Store):
    """A store whose process may die at any commit."""

    death: Death = field(kw_only=True)

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Connection]:
        self.death.steps += 1
        mine = self.death.steps == self.death.at
        with super().write(durable=durable) as tx:
            yield tx
            if mine and not self.death.after:
                raise Killed
        if mine:
            raise Killed


@dataclass
class World:
    """One mailbox on a server of its own; `now` stands still unless told."""

    store: Store
    server: MemoryServer
    provider: DyingMailbox
    by: Actor
    now: datetime = START

    @property
    def mailbox(self) -> MailboxRow:
        with self.store.read() as tx:
            return sync_mailboxes(tx)[0]

    def deliver(self, death: Death | None = None, **more: Any) -> Delivered:
        store = self.store if death is None else DyingStore(self.store.url, self.store.engine, death=death)
        self.provider.death = death
        connected = ConnectedMailbox(self.provider, MemoryCalendar(self.provider), self.provider.close)
        try:
            return deliver(store, self.mailbox, connected, clock=lambda: self.now, **more)
        finally:
            self.provider.death = None

    def pass_time(self, **spans: float) -> None:
        self.now += timedelta(**spans)

    def write_mail(self, subject: str = "Offer", **more: Any) -> str:
        """Put a mail to Jane into the outbox; returns its uid."""
        mail = OutgoingMail(Address(US, "Anna"), (Address(JANE, "Jane"),), subject, f"About {subject}.\n")
        with self.store.write() as tx:
            return enqueue(
                tx,
                NewOutgoing(self.mailbox.mailbox_id, Verb.SEND_MAIL, subject, to_payload(mail), mails=True, **more),
                by=self.by,
                now=self.now,
            )

    def sync(self) -> SyncReport:
        """One cycle of reading the mailbox, later than any folder is left alone."""
        self.pass_time(minutes=20)
        connected = ConnectedMailbox(self.provider, MemoryCalendar(self.provider), self.provider.close)
        return sync_mailbox(
            self.store, self.mailbox, lambda _: connected, clock=lambda: self.now, progress=lambda _: None
        )

    def receive(self, number: int = 1, *, role: FolderRole = FolderRole.INBOX, **headers: Any) -> int:
        """Jane's mail `number` arrives and is synced; returns the key of its item."""
        remote_id = self.provider.deliver(self.folder(role), mail(number, **headers))
        self.sync()
        return int(self.item(remote_id).id)

    def item(self, key: int | str) -> Any:
        """The stored item with this key, or with this id on the server."""
        column = MailboxItem.id if isinstance(key, int) else MailboxItem.remote_id
        with self.store.read() as tx:
            return tx.execute(select(*MailboxItem.__table__.c).where(column == key)).one()

    def do(self, use_case: Callable[..., T], *args: Any, **more: Any) -> T:
        with self.store.write() as tx:
            return use_case(tx, *args, by=self.by, now=self.now, **more)

    def open_acts(self) -> list[tuple[str, dict[str, Any]]]:
        """Verb and payload of what waits."""
        with self.store.read() as tx:
            rows = tx.execute(
                select(Outgoing.verb, Outgoing.payload).where(Outgoing.state == "waiting").order_by(Outgoing.id)
            )
            return [(row.verb, row.payload) for row in rows]

    def state(self, uid: str) -> str:
        return str(self.row(uid).state)

    def row(self, uid: str) -> Any:
        with self.store.read() as tx:
            return tx.execute(select(*Outgoing.__table__.c).where(Outgoing.uid == uid)).one()

    def subjects(self, role: FolderRole) -> list[str]:
        """The subjects of what lies in a folder."""
        folder = self.folder(role)
        texts = (item.content for item in self.provider.box.items(folder))
        return [text.partition(b"Subject: ")[2].splitlines()[0].decode() for text in texts if isinstance(text, bytes)]

    def folder(self, role: FolderRole) -> Folder:
        return self.provider.box.folder(role)


def new_world(store: Store) -> World:
    """Anna's mailbox, empty."""
    with store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", name="Anna", now=START)
        by = actor_for(tx, US)
    server = MemoryServer(lambda: START)
    return World(store, server, DyingMailbox(US, Retry(HASTY, sleep=lambda _: None), server=server), by)
