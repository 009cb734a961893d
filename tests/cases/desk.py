"""Anna's desk: her mailbox on a server in memory, a small company in the store, and what she sees of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.syncing import sync_mailbox
from calendar_sync.event import Event
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.provider import Folder, FolderRole
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.retry import HASTY, Retry
from store.actor import SYSTEM, Actor, actor_for
from store.composing import Draft, Recipient, queue_mail, save_draft
from store.errors import NotFound
from store.mailboxes import add_mailbox, sync_mailboxes
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.agenda import AgendaRow, agenda
from store.queries.inbox import InboxRow, inbox
from store.queries.record_names import find_record
from store.queries.search import search
from store.queries.timeline import TimelineRow, timeline
from store.records import create_record
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, START, US, World

BEN = "ben@alpine.example"
FABRIKAM = "Fabrikam"
DEAL = "OPP-00231"


@dataclass
class Desk:
    """What happens on the server goes through `box`, what Anna sees through queries of her own."""

    world: World
    others: dict[str, MemoryMailbox] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with self.world.store.write() as tx:
            account = {"title": FABRIKAM, "domains": ["fabrikam.example"]}
            fabrikam = create_record(tx, "account", account, by=SYSTEM, now=START).record_id
            jane = {"title": "Jane Roe", "emails": [JANE], "account": fabrikam}
            create_record(tx, "contact", jane, by=SYSTEM, now=START)
            deal = {"title": "Ten snow guns", "account": fabrikam}
            create_record(tx, "opportunity", deal, number=DEAL, by=SYSTEM, now=START)

    @property
    def box(self) -> Any:
        return self.world.provider.box

    def folder(self, role: FolderRole) -> Folder:
        return self.world.folder(role)

    # What happens

    def arrives(self, raw: bytes, role: FolderRole = FolderRole.INBOX, *, sync: bool = True, **values: Any) -> str:
        """A mail comes into a folder of Anna's; gives its id on the server."""
        item = self.box.add(self.folder(role), raw, is_read=False, **values)
        if sync:
            self.world.sync()
        return str(item.item_id)

    def visits(self, uid: str, title: str, **values: Any) -> str:
        """An appointment of an hour comes into Anna's calendar; gives its id on the server."""
        start = START + timedelta(days=8)
        event = Event(uid=uid, title=title, start=start, end=start + timedelta(hours=1), timezone="UTC")
        return str(self.box.add(self.folder(FolderRole.CALENDAR), replace(event, **values)).item_id)

    def colleague(self, address: str = BEN) -> MemoryMailbox:
        """Somebody else with a mailbox on the same server."""
        with self.world.store.write() as tx:
            add_mailbox(tx, address=address, provider="exchange", name=address.partition("@")[0].title(), now=START)
        retry = Retry(HASTY, sleep=lambda _: None)
        self.others[address] = MemoryMailbox(address, retry, server=self.world.server)
        return self.others[address]

    def cycle(self, times: int = 1) -> None:
        """Out and in for every mailbox, so often."""
        for _ in range(times):
            self.world.pass_time(minutes=20)
            for address, provider in ((US, self.world.provider), *self.others.items()):
                connected = ConnectedMailbox(provider, MemoryCalendar(provider), provider.close)
                with self.world.store.read() as tx:
                    (mailbox,) = sync_mailboxes(tx, address)
                deliver(self.world.store, mailbox, connected, clock=lambda: self.world.now)
                sync_mailbox(
                    self.world.store,
                    mailbox,
                    lambda _, it=connected: it,  # type: ignore[misc]
                    clock=lambda: self.world.now,
                    progress=lambda _: None,
                )

    def sends(self, subject: str = "Offer", text: str = "100 EUR") -> str:
        """Anna writes to Jane about the deal; the mail waits for its turn."""
        draft = Draft(1, Recipient(US), (Recipient(JANE),), subject=subject, text=text, record_id=self.key(DEAL))
        uid = self.world.do(save_draft, draft)
        self.world.do(queue_mail, uid)
        self.world.pass_time(seconds=20)
        return uid

    # What is seen

    def actor(self, address: str = US) -> Actor:
        with self.world.store.read() as tx:
            return actor_for(tx, address)

    def key(self, name: str) -> int:
        with self.world.store.read() as tx:
            return find_record(tx, name, by=SYSTEM).record_id

    def inbox(self, address: str = US) -> Sequence[InboxRow]:
        """The mail that somebody may read, newest first."""
        with self.world.store.read() as tx:
            return inbox(tx, by=self.actor(address)).rows

    def subjects(self, address: str = US) -> list[str]:
        return sorted(row.subject for row in self.inbox(address))

    def timeline(self, name: str = FABRIKAM, address: str = US) -> Sequence[TimelineRow]:
        with self.world.store.read() as tx:
            return timeline(tx, self.key(name), by=self.actor(address)).rows

    def on_timeline(self, name: str = FABRIKAM, address: str = US) -> list[str]:
        return sorted(row.subject for row in self.timeline(name, address))

    def detail(self, subject: str, address: str = US) -> ActivityDetail:
        """The only mail or meeting with this subject that somebody may see."""
        rows = {row.activity_id for row in self.inbox(address) if row.subject == subject}
        (key,) = rows or {row.activity_id for row in self.agenda(address) if row.title == subject}
        with self.world.store.read() as tx:
            return activity_detail(tx, key, by=self.actor(address))

    def links(self, subject: str) -> list[tuple[str, str, str]]:
        """(record, state, rule) of what a mail is regarding."""
        return sorted((link.record.title, link.state, link.rule) for link in self.detail(subject).links)

    def found(self, words: str, address: str = US) -> list[str]:
        with self.world.store.read() as tx:
            return sorted(hit.activity.subject for hit in search(tx, words, by=self.actor(address)).activities)

    def exists(self, name: str) -> bool:
        """Whether there is a record of this name, number or address."""
        with self.world.store.read() as tx:
            try:
                find_record(tx, name, by=SYSTEM)
            except NotFound:
                return False
            return True

    def agenda(self, address: str = US) -> Sequence[AgendaRow]:
        """The next two months."""
        with self.world.store.read() as tx:
            return agenda(tx, by=self.actor(address), start=START, end=START + timedelta(days=60))

    def responses(self, activity_id: int) -> dict[str, str]:
        """What the owner of each calendar answered to a meeting, by mailbox."""
        with self.world.store.read() as tx:
            rows = tx.execute(
                select(Mailbox.address, MailboxItem.response)
                .join(MailboxItem, MailboxItem.mailbox_id == Mailbox.id)
                .where(MailboxItem.activity_id == activity_id)
            )
            return {row.address: row.response for row in rows}


def written(number: int, *, subject: str = "Snow guns", sender: str = JANE, to: str = US, **headers: str) -> bytes:
    """Mail `number` with further headers, whose underscores stand for hyphens."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return mail(number, subject=subject, sender=sender, to=to, headers=more)


def with_parts(number: int, subject: str, *parts: tuple[bytes, str, dict[str, str]]) -> bytes:
    """Mail `number` with attachments: bytes, media type, further keywords of `add_attachment`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = JANE, US, subject
    message["Date"] = START + timedelta(hours=number)
    message["Message-ID"] = f"<m{number}@mail.example>"
    message.set_content("See below.")
    for data, media_type, more in parts:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, **more)  # type: ignore[arg-type]
    return message.as_bytes()
