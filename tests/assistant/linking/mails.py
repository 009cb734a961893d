"""Small mails for linking tests, and a store that takes them in any order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import partial
from hashlib import sha256

from sqlalchemy import select

from assistant.linking.worker import link_pending
from mail_sync.capture import CaptureRules
from mail_sync.ingest import prepare_mail, write_mail
from mail_sync.mime.reader import read_message
from mail_sync.ours import ours_in
from mail_sync.provider import RemoteMessage
from store.actor import SYSTEM
from store.engine import Store
from store.records.writing import create_record
from store.schema.activities import Activity
from store.schema.links import Link, Timeline
from store.schema.mail import Email
from store.schema.records import Record
from store.sync.mailboxes import add_mailbox

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW = START + timedelta(days=30)
FOUNDED = START - timedelta(days=90)  # long before any mail, so that nothing is suggested for being new
US = "anna@alpine.example"
JANE = "jane@fabrikam.example"


def mail(
    number: int,
    *,
    sender: str = JANE,
    to: str = US,
    cc: str = "",
    subject: str = "Snow guns",
    answers: int | None = None,
    references: Iterable[int] = (),
    headers: dict[str, str] | None = None,
    body: str = "Hello",
    below: str = "",
) -> bytes:
    """Mail `number`, sent that many hours after START; it answers mail `answers`. `below` stands below its own text."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if cc:
        message["Cc"] = cc
    message["Date"] = START + timedelta(hours=number)
    message["Message-ID"] = f"<m{number}@mail.example>"
    if answers is not None:
        message["In-Reply-To"] = f"<m{answers}@mail.example>"
    if references:
        message["References"] = " ".join(f"<m{each}@mail.example>" for each in references)
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(f"{body} number {number}{below}")
    return message.as_bytes()


#: A mail whose subject says nothing of any record, unless one is given.
plain_mail = partial(mail, subject="Invitation to lunch")


def found_company(store: Store) -> Store:
    """Put our mailbox, the account Fabrikam with Jane, a deal and a case into an empty store."""
    with store.write() as tx:
        add_mailbox(tx, address=US, provider="exchange", now=FOUNDED)
        fabrikam = create_record(
            tx, "account", {"title": "Fabrikam", "domains": ["fabrikam.example"]}, by=SYSTEM, now=FOUNDED
        ).record_id
        create_record(
            tx,
            "contact",
            {"title": "Jane Roe", "emails": [JANE], "account": fabrikam},
            by=SYSTEM,
            now=FOUNDED,
        )
        create_record(
            tx,
            "opportunity",
            {"title": "Ten snow guns", "account": fabrikam},
            number="OPP-00231",
            by=SYSTEM,
            now=FOUNDED,
        )
        create_record(
            tx, "case", {"title": "Gun 4 leaks", "account": fabrikam}, number="CAS-01042", by=SYSTEM, now=FOUNDED
        )
    return store


def take_in(store: Store, mails: Iterable[bytes], *, link: bool = True) -> None:
    """Store mails one transaction each, linking after each."""
    for raw in mails:
        with store.write() as tx:
            remote = RemoteMessage(sha256(raw).hexdigest(), "", read_message(raw), is_read=False)
            prepared = prepare_mail(remote, ours=ours_in(tx), capture=CaptureRules(), now=NOW)
            assert prepared is not None
            write_mail(tx, 1, None, [prepared], now=NOW)
        if link:
            link_pending(store, now=NOW)


def links_by_mail(store: Store) -> dict[str, list[tuple[str, str, str, bool]]]:
    """message id -> sorted (record title, state, rule, primary)."""
    with store.read() as tx:
        rows = tx.execute(
            select(Email.message_id, Record.title, Link.state, Link.rule, Link.is_primary)
            .join(Link, Link.activity_id == Email.id)
            .join(Record, Record.id == Link.record_id)
        ).all()
    found: dict[str, list[tuple[str, str, str, bool]]] = {}
    for message_id, title, state, rule, primary in rows:
        found.setdefault(message_id, []).append((title, state, rule, primary))
    return {message_id: sorted(links) for message_id, links in found.items()}


def threads(store: Store) -> set[frozenset[str]]:
    """The mails of each thread."""
    with store.read() as tx:
        rows = tx.execute(select(Email.thread_id, Email.message_id)).all()
    found: dict[int, set[str]] = {}
    for thread_id, message_id in rows:
        found.setdefault(thread_id, set()).add(message_id)
    return {frozenset(members) for members in found.values()}


def timelines(store: Store) -> set[tuple[str, datetime, str]]:
    """(record title, when, subject) of every timeline row."""
    with store.read() as tx:
        rows = tx.execute(
            select(Record.title, Timeline.occurred_at, Activity.subject)
            .join(Timeline, Timeline.subject_id == Record.id)
            .join(Activity, Activity.id == Timeline.activity_id)
        ).all()
    return {(row[0], row[1], row[2]) for row in rows}
