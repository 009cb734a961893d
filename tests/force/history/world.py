"""Two mailboxes on one server, the people who edit them in Outlook, and the clients that sync them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Protocol, TypeVar

from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.reconciling import reconcile_mailbox
from assistant.syncing import sync_mailbox
from calendar_sync.event import Event
from mail_sync.card import ContactCard
from mail_sync.provider import Folder, FolderRole, RemoteCard, RemoteMessage
from store.actor import Actor, actor_for
from store.engine import Store, connect, open_store
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.assistant.outbox.world import DyingStore, Killed
from tests.force.history.ledger import Ledger
from tests.force.history.trouble import Trouble, Troubled

T = TypeVar("T")

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANNA, BEN, GUS = "anna@alpine.example", "ben@alpine.example", "gus@fabrikam.example"
OURS = (ANNA, BEN)

#: Which client syncs which mailboxes: one for both, one for each, two for the same.
SHAPES = (((ANNA, BEN),), ((ANNA,), (BEN,)), ((ANNA,), (ANNA,)))


@dataclass(frozen=True)
class Delivered:
    """One copy of a mail at one recipient."""

    recipient: str
    raw: bytes


class Server(Protocol):
    """A server with three mailboxes; Gus is a customer whom nobody syncs."""

    def connect(self, address: str) -> ConnectedMailbox:
        """A connection of its own on which nothing goes wrong."""
        ...

    def deliver(self, address: str, raw: bytes) -> None:
        """A mail arrives from outside."""
        ...

    def snapshot(self, address: str) -> Any: ...

    def restore(self, address: str, backup: Any) -> None: ...

    def mailed(self) -> list[Delivered]:
        """All that was ever delivered, by mailbox of its recipient."""
        ...

    def set_skew(self, skew: timedelta) -> None:
        """The server's clock is off by so much."""
        ...


@dataclass
class Client:
    """One installation with a store of its own."""

    name: str
    store: Store
    addresses: tuple[str, ...]

    def reopen(self) -> None:
        """The process was killed and is started again."""
        self.store.close()

    def actor(self, address: str = "") -> Actor:
        with self.store.read() as tx:
            return actor_for(tx, address or self.addresses[0])


@dataclass
class World:
    """Everything that a history happens to. `asks` is after how many deletions at once a mailbox asks."""

    server: Server
    clients: list[Client]
    random: Random
    ledger: Ledger = field(default_factory=Ledger)
    now: datetime = START
    backups: dict[str, tuple[Any, set[str]]] = field(default_factory=dict)
    born: int = 0
    invited: dict[str, int] = field(default_factory=dict)  # mails that people had Outlook send, by UID
    kept: bool = False  # somebody kept here what the server lost
    compared: bool = False  # a nightly comparison was made
    told: list[str] = field(default_factory=list)

    @property
    def addresses(self) -> tuple[str, ...]:
        """The mailboxes that some client syncs."""
        return tuple(dict.fromkeys(address for client in self.clients for address in client.addresses))

    def pass_time(self, **spans: float) -> None:
        self.now += timedelta(**spans)

    def do(self, client: Client, use_case: Callable[..., T], *args: Any, **more: Any) -> T:
        """Somebody does something in a client."""
        by = client.actor(more.pop("who", ""))
        with client.store.write() as tx:
            return use_case(tx, *args, by=by, now=self.now, **more)

    @contextmanager
    def outlook(self, address: str) -> Iterator[ConnectedMailbox]:
        """Somebody does something in Outlook."""
        connected = self.server.connect(address)
        try:
            yield connected
        finally:
            connected.close()

    def sync(self, client: Client, address: str, trouble: Trouble | None = None) -> str:
        """One cycle; what it reports as an error."""
        trouble = trouble or Trouble()
        death = trouble.death
        store = client.store if death is None else DyingStore(client.store.url, client.store.engine, death=death)
        plain = self.server.connect(address)
        connected = ConnectedMailbox(
            Troubled(plain.mail, trouble, death), Troubled(plain.calendar, trouble, death), lambda: None
        )
        with client.store.read() as tx:
            (mailbox,) = sync_mailboxes(tx, address)
        try:
            report = sync_mailbox(store, mailbox, lambda _: connected, clock=lambda: self.now, progress=lambda _: None)
            return report.error
        except Killed:
            client.reopen()
            self.pass_time(minutes=3)  # the lease of the dead one runs out
            return "killed"
        finally:
            plain.close()

    def reconcile(self, client: Client, address: str) -> None:
        """The nightly comparison."""
        self.compared = True
        with client.store.read() as tx:
            (mailbox,) = sync_mailboxes(tx, address)
        with self.outlook(address) as connected:
            for _ in reconcile_mailbox(client.store, mailbox, connected, since=self.now, clock=lambda: self.now):
                pass


def folder_of(connected: ConnectedMailbox, role: FolderRole) -> Folder:
    return next(folder for folder in connected.mail.folders() if folder.role is role)


def ids_in(connected: ConnectedMailbox, role: FolderRole) -> list[str]:
    return [item_id for page in connected.mail.list_ids(folder_of(connected, role)) for item_id, _ in page]


def cards_in(connected: ConnectedMailbox) -> list[RemoteCard]:
    found = connected.mail.fetch_contacts(ids_in(connected, FolderRole.CONTACTS))
    return [each for each in found if isinstance(each, RemoteCard)]


def events_in(connected: ConnectedMailbox) -> list[Any]:
    found = connected.calendar.fetch_events(ids_in(connected, FolderRole.CALENDAR))
    return [each for each in found if not hasattr(each, "error")]


def mails_in(connected: ConnectedMailbox, role: FolderRole) -> list[RemoteMessage]:
    found = connected.mail.fetch_messages(ids_in(connected, role))
    return [each for each in found if isinstance(each, RemoteMessage)]


def text_of(value: Any) -> str:
    """What a card, an event or a state says, as text in which tokens are found."""
    match value:
        case ContactCard():
            return json.dumps(
                [value.full_name, value.job_title, value.department, value.note, value.emails, value.company]
            )
        case Event():
            own = [value.title, value.location, value.description, _moment(value.start), list(value.categories)]
            return json.dumps([*own, *(text_of(each) for each in value.exceptions)])
    return json.dumps(value, default=str)


def _moment(value: datetime | date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


class Stores:
    """The stores that histories happen in, one after the other: empty ones, with statements compiled once."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        open_store(str(self._template)).close()
        self._stores = [connect(str(folder / f"store{number}.db")) for number in range(2)]

    def client(self, number: int, addresses: tuple[str, ...]) -> Client:
        """A client that has never synced."""
        store = self._stores[number]
        self.close()
        for end in ("-wal", "-shm"):
            Path(f"{store.path}{end}").unlink(missing_ok=True)
        shutil.copy(self._template, str(store.path))
        with store.write() as tx:
            for address in addresses:
                name = address.partition("@")[0].title()
                settings = {"may_delete": True, "folders": ["Inbox", "Archive"]}
                add_mailbox(tx, address=address, provider="exchange", name=name, settings=settings, now=START)
        return Client(f"store{number}", store, addresses)

    def close(self) -> None:
        for store in self._stores:
            store.close()


def items_of(client: Client, address: str, holds: str) -> dict[str, Any]:
    with client.store.read() as tx:
        rows = tx.execute(
            select(*MailboxItem.__table__.c)
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .where(Mailbox.address == address, MailboxItem.holds == holds)
        )
        return {row.remote_id: row for row in rows}
