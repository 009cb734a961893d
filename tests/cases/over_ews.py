"""A mailbox on the sandbox Exchange beside a store, with all that can go wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from assistant.connecting import ConnectedMailbox
from assistant.outbox.worker import deliver
from assistant.syncing import sync_mailbox
from calendar_sync.providers.exchange import ExchangeCalendar
from mail_sync.providers.exchange.connection import connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import HASTY, Retry
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Kind, Model
from mail_sync.sandbox.server import Sandbox, serve
from store.engine import Store
from store.mail.composing import Draft, Recipient, attach_file, queue_mail, save_draft
from store.sync.mailboxes import MailboxRow, add_mailbox, sync_mailboxes
from tests.assistant.outbox.world import JANE, START, US
from tests.cases.eyes import Eyes

T = TypeVar("T")


class OverEws(Eyes):
    """Anna's mailbox on a server of its own, and her store."""

    def __init__(self, store: Store, sandbox: Sandbox) -> None:
        super().__init__(store, US)
        self.sandbox = sandbox
        self.now = START
        self.box = sandbox.model.add_mailbox(US, "Anna", "correct horse", timezone="Europe/Berlin")
        with store.write() as tx:
            add_mailbox(tx, address=US, provider="exchange", name="Anna", now=self.now)
        settings = ExchangeSettings(
            address=US, username=US, password="correct horse", service_endpoint=sandbox.url, login=Login.BASIC
        )
        self.mailbox = connect(settings, Retry(HASTY, sleep=lambda _: None))

    # What happens on the server

    def fault(self, kind: FaultKind, value: object = "", **more: Any) -> None:
        self.sandbox.faults.set(kind, value, **more)

    def arrives(self, raw: bytes, folder: str = "inbox") -> str:
        content = BytesContent(raw)
        return str(self.box.add(self.box.well_known[folder], content, received=self.now, is_read=False).item_id)

    def card(self, name: str, email: str) -> str:
        source = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEMAIL:{email}\r\nTITLE:Buyer\r\nEND:VCARD\r\n"
        content = BytesContent(source.encode())
        made = self.box.add(self.box.well_known["contacts"], content, kind=Kind.CONTACT, item_class="IPM.Contact")
        return str(made.item_id)

    def event(self, lines: str) -> str:
        source = f"BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\n{lines}END:VEVENT\nEND:VCALENDAR\n"
        content = BytesContent(source.replace("\n", "\r\n").encode())
        made = self.box.add(self.box.well_known["calendar"], content, kind=Kind.EVENT, item_class="IPM.Appointment")
        return str(made.item_id)

    # What we do

    def cycle(self, times: int = 1) -> None:
        for _ in range(times):
            self.now += timedelta(minutes=20)
            with self.store.read() as tx:
                (mailbox,) = sync_mailboxes(tx)
            deliver(self.store, mailbox, self.connected(), clock=lambda: self.now)
            sync_mailbox(self.store, mailbox, self._connect, clock=lambda: self.now, progress=lambda _: None)

    def connected(self) -> ConnectedMailbox:
        return ConnectedMailbox(self.mailbox, ExchangeCalendar(self.mailbox), lambda: None)

    def _connect(self, _: MailboxRow) -> ConnectedMailbox:
        return self.connected()

    def do(self, use_case: Callable[..., T], *args: Any, **more: Any) -> T:
        with self.store.write() as tx:
            return use_case(tx, *args, by=self.actor(), now=self.now, **more)

    def sends(self, *files: str) -> str:
        """Anna writes an offer to Jane; gives the uid of the act."""
        draft = Draft(1, Recipient(US), (Recipient(JANE),), subject="Offer", text="100 EUR")
        uid = self.do(save_draft, draft)
        for name in files:
            self.do(attach_file, uid, name, "application/pdf", iter([b"%PDF"]))
        self.do(queue_mail, uid)
        return uid

    def outside(self) -> list[str]:
        """Who got mail from this server, in order."""
        return [sent.recipient for sent in self.sandbox.model.outside]


@contextmanager
def over_ews(store: Store) -> Iterator[OverEws]:
    """A sandbox of its own for one test."""
    with serve(Model()) as sandbox:
        made = OverEws(store, sandbox)
        yield made
        made.mailbox.close()
