"""Models for tests and benchmarks: a small office, and mailboxes of any number of synthetic mails."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from mail_sync.sandbox.content import BytesContent, MadeContent
from mail_sync.sandbox.model import Item, Kind, Mailbox, Model

ANNA = "anna@alpineskihouse.example"
START = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


def synthetic_mail(number: int, size: int = 1200) -> bytes:
    """A plain mail with its number in subject and Message-ID, about `size` bytes long."""
    head = (
        f"From: Customer {number % 97} <customer{number % 97}@northwind.example>\r\n"
        f"To: Anna Hofer <{ANNA}>\r\nSubject: Order {number}\r\n"
        f"Message-ID: <order-{number}@northwind.example>\r\n"
        f"Date: {(START + timedelta(minutes=number)):%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    ).encode()
    line = f"Please confirm order {number} for the chalet.\r\n".encode()
    return head + line * max(1, (size - len(head)) // len(line))


def synthetic(count: int, size: int = 1200, folder: str = "inbox") -> Model:
    """One mailbox (ANNA, password "demo") with `count` mails in one folder, made when read: nothing is kept."""
    model = Model()
    mailbox = model.add_mailbox(ANNA, "Anna Hofer")
    home, make = mailbox.folder(folder), partial(synthetic_mail, size=size)
    for number in range(count):
        mailbox.add(
            home,
            MadeContent(make, number, size),
            received=START + timedelta(minutes=number),
            is_read=number % 3 == 0,
        )
    return model


def add_mail(mailbox: Mailbox, source: str | bytes, folder: str = "inbox", **fields: object) -> Item:
    """A mail from its source; line ends may be bare."""
    data = source.encode() if isinstance(source, str) else source
    return mailbox.add(mailbox.folder(folder), BytesContent(data), **fields)  # type: ignore[arg-type]


def add_event(mailbox: Mailbox, source: str, folder: str = "calendar") -> Item:
    """An appointment or series from the lines between BEGIN:VCALENDAR and END:VCALENDAR."""
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test\n{source.strip()}\nEND:VCALENDAR\n"
    content = BytesContent(text.replace("\n", "\r\n").encode())
    return mailbox.add(mailbox.folder(folder), content, kind=Kind.EVENT, item_class="IPM.Appointment")


def add_card(mailbox: Mailbox, source: str, folder: str = "contacts") -> Item:
    """A contact from the lines between BEGIN:VCARD and END:VCARD."""
    text = f"BEGIN:VCARD\nVERSION:3.0\n{source.strip()}\nEND:VCARD\n"
    content = BytesContent(text.replace("\n", "\r\n").encode())
    return mailbox.add(mailbox.folder(folder), content, kind=Kind.CONTACT, item_class="IPM.Contact")
