"""A mailbox on the sandbox Exchange, as a world for the contract suites."""

from __future__ import annotations

from datetime import datetime

from mail_sync.card import ContactCard
from mail_sync.provider import Folder
from mail_sync.providers.exchange.connection import ExchangeMailbox, connect
from mail_sync.providers.exchange.settings import ExchangeSettings, Login
from mail_sync.providers.retry import Retry
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.faults import FaultKind
from mail_sync.sandbox.model import Kind
from mail_sync.sandbox.server import Sandbox
from tests.mail_sync.providers.contract import RECEIVED

ADDRESS = "sales@alpine.example"
PASSWORD = "correct horse"
WRITES = ("CreateItem", "UpdateItem", "DeleteItem", "MoveItem", "SendItem")


class ExchangeWorld:
    """A `World` whose server is the sandbox; every connection waits in `slept` only."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.slept: list[float] = []
        self.faults = sandbox.faults
        self.mailbox = sandbox.model.mailbox(ADDRESS)
        self._open: list[ExchangeMailbox] = []

    def settings(self, **changes: object) -> ExchangeSettings:
        """The way to the sandbox, with some of it changed."""
        values: dict[str, object] = {
            "address": ADDRESS,
            "username": ADDRESS,
            "password": PASSWORD,
            "service_endpoint": self.sandbox.url,
            "login": Login.BASIC,
        }
        return ExchangeSettings(**values | changes)  # type: ignore[arg-type]

    def connect(self, **changes: object) -> ExchangeMailbox:
        retry = Retry(sleep=self.slept.append, clock=lambda: 0.0)
        mailbox = connect(self.settings(**changes), retry)
        self._open.append(mailbox)
        return mailbox

    def close(self) -> None:
        """Close every connection."""
        for mailbox in self._open:
            mailbox.close()

    def deliver(self, folder: Folder, raw: bytes, received_at: datetime = RECEIVED) -> str:
        where = self.mailbox.folders[folder.folder_id]
        return self.mailbox.add(where, BytesContent(raw), received=received_at, is_read=False).item_id

    def add_contact(self, card: ContactCard) -> str:
        return self.add_vcard(vcard(card))

    def add_vcard(self, source: str) -> str:
        """A contact from the text of a vCard."""
        return self._add("contacts", source, Kind.CONTACT, "IPM.Contact")

    def add_calendar(self, source: str) -> str:
        """An appointment from the text of an iCalendar file."""
        return self._add("calendar", source, Kind.EVENT, "IPM.Appointment")

    def _add(self, folder: str, source: str, kind: Kind, item_class: str) -> str:
        content = BytesContent(source.encode())
        return self.mailbox.add(self.mailbox.folder(folder), content, kind=kind, item_class=item_class).item_id

    def mark_read(self, item_id: str) -> None:
        self.mailbox.mark_read(item_id)

    def categorise(self, item_id: str, *categories: str) -> None:
        self.mailbox.edit(item_id, categories=categories)

    def delete(self, item_id: str) -> None:
        self.mailbox.delete(item_id)

    def move(self, item_id: str, to: Folder) -> str:
        return self.mailbox.move(item_id, self.mailbox.folders[to.folder_id]).item_id

    def forget_cursors(self) -> None:
        self.faults.set(FaultKind.INVALID_SYNC_STATE, times=1)

    def poison(self, item_id: str) -> None:
        self.faults.set(FaultKind.POISON, "ErrorCorruptData", target=item_id)

    def disguise(self, item_id: str) -> None:
        self.faults.set(FaultKind.UNKNOWN_ELEMENT, "SharingMessage", target=item_id)

    def throttle(self, seconds: float, times: int) -> None:
        self.faults.set(FaultKind.BUSY, int(seconds * 1000), times=times)

    def status(self, code: int, times: int) -> None:
        self.faults.set(FaultKind.HTTP_STATUS, code, times=times)

    def drop(self, times: int) -> None:
        self.faults.set(FaultKind.DROP_BODY, times=times)

    def add_mailbox(self, address: str) -> None:
        self.sandbox.model.add_mailbox(address, address, PASSWORD)

    def inbox_of(self, address: str) -> list[bytes]:
        inbox = self.sandbox.model.mailbox(address).well_known["inbox"]
        return [item.content.read() for item in inbox.items]

    def lose_reply(self) -> None:
        self._strike_write(FaultKind.DROP_REPLY)

    def lose_request(self) -> None:
        self._strike_write(FaultKind.DROP_REQUEST)

    def fill_up(self) -> None:
        self._strike_write(FaultKind.MESSAGE_ERROR, "ErrorQuotaExceeded")

    def throttle_writes(self, seconds: float) -> None:
        self._strike_write(FaultKind.BUSY, int(seconds * 1000))

    def refuse_sender(self) -> None:
        self.faults.set(FaultKind.SEND_AS_DENIED, times=1)

    def _strike_write(self, kind: FaultKind, value: object = "") -> None:
        """The next request that changes something meets a fault, whichever it is."""
        for operation in WRITES:
            self.faults.set(kind, value, operation=operation, times=1)


def vcard(card: ContactCard) -> str:
    """The parts of a card that the contract compares, as a vCard 3.0 (RFC 2426)."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"FN:{card.full_name}",
        f"N:{card.family_name};{card.given_name};;;",
        f"ORG:{card.company}",
        f"TITLE:{card.job_title}",
        *(f"EMAIL;TYPE=INTERNET:{address}" for _, address in card.emails),
        *(f"TEL;TYPE={label.upper()},VOICE:{value}" for label, value in card.phones),
        *(
            f"ADR;TYPE={one.label.upper()}:;;{one.street};{one.city};{one.region};{one.postal_code};{one.country}"
            for one in card.postal
        ),
        f"BDAY:{card.birthday}",
        "END:VCARD",
    ]
    return "\r\n".join(lines) + "\r\n"
