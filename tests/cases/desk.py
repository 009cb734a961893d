"""Anna's desk: her mailbox on a server in memory, a small company in the store, and what she sees of both."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.syncing import sync_mailbox
from calendar_sync.event import Event
from calendar_sync.providers.memory import MemoryCalendar
from mail_sync.provider import Folder, FolderRole
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.retry import HASTY, Retry
from store.actor import SYSTEM
from store.mail.composing import Draft, Recipient, queue_mail, save_draft
from store.records.writing import create_record
from store.sync.mailboxes import add_mailbox, sync_mailboxes
from tests.assistant.linking.mails import mail
from tests.assistant.outbox.world import JANE, START, US, World
from tests.cases.eyes import FABRIKAM, Eyes

BEN = "ben@alpine.example"
DEAL = "OPP-00231"


class Desk(Eyes):
    """What happens on the server goes through `box`."""

    def __init__(self, world: World) -> None:
        super().__init__(world.store, US)
        self.world = world
        self.others: dict[str, MemoryMailbox] = {}
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
        self.others[address] = self.connected(address)
        return self.others[address]

    def connected(self, address: str) -> MemoryMailbox:
        """A connection to a mailbox on the same server."""
        return MemoryMailbox(address, Retry(HASTY, sleep=lambda _: None), server=self.world.server)

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


def written(number: int, *, subject: str = "Snow guns", sender: str = JANE, to: str = US, **headers: str) -> bytes:
    """Mail `number` with further headers, whose underscores stand for hyphens."""
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return mail(number, subject=subject, sender=sender, to=to, headers=more)


def with_parts(number: int, subject: str, *parts: tuple[bytes, str, dict[str, Any]]) -> bytes:
    """Mail `number` with attachments: bytes, media type, further keywords of `add_attachment`."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = JANE, US, subject
    message["Date"] = START + timedelta(hours=number)
    message["Message-ID"] = f"<m{number}@mail.example>"
    message.set_content("See below.")
    for data, media_type, more in parts:
        maintype, _, subtype = media_type.partition("/")
        message.add_attachment(data, maintype=maintype, subtype=subtype, **more)
    return message.as_bytes()
