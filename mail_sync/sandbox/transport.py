"""The way of a mail from the sender's mailbox to everyone it is for: copies, bounces and automatic replies.

What leaves a mailbox is its MIME source alone: named properties stay behind, headers travel. The caller holds the
model's lock.
"""

from __future__ import annotations

import email.utils
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mail_sync.sandbox import reports, threads
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts import mail
from mail_sync.sandbox.facts.mail import Address
from mail_sync.sandbox.loader import classify
from mail_sync.sandbox.model import Item, Kind, Mailbox, Model, NotFound, Sent, Traits

READ_RECEIPT, DELIVERY_RECEIPT = "Disposition-Notification-To", "Return-Receipt-To"
RECIPIENT_HEADERS = ("To", "Cc", "Bcc")
TRAVELLING_MARKS = {
    "item:Importance": ("Importance", {"High": "high", "Low": "low"}),
    "item:Sensitivity": (
        "Sensitivity", {"Personal": "Personal", "Private": "Private", "Confidential": "Company-Confidential"},
    ),
}  # fmt: skip
NOT_TO_BE_ANSWERED = ("bulk", "list", "junk", "auto_reply")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a mail is from and for, whatever its headers say (RFC 5321); `sender` '' is the null reverse path."""

    sender: str
    recipients: tuple[str, ...]


def make_message_id(mailbox: Mailbox) -> str:
    """A Message-ID as this server gives it."""
    return f"<{secrets.token_hex(16).upper()}@{mailbox.address.rpartition('@')[2]}>"


def stamp(source: MailSource, mailbox: Mailbox) -> None:
    """What every mail has once it is saved: a Message-ID and a place in a conversation."""
    if not source.get("Message-ID"):
        source.put("Message-ID", make_message_id(mailbox))
    if not source.get("Thread-Index"):
        source.put("Thread-Topic", threads.topic(source.get("Subject")))
        source.put("Thread-Index", threads.encode(threads.first_index(mailbox.clock.now())))


def finish(source: MailSource, traits: Traits, mailbox: Mailbox) -> None:
    """What a mail gets when it is sent: its date, and what its item says beside its source."""
    stamp(source, mailbox)
    source.put("Date", email.utils.format_datetime(mailbox.clock.now().replace(microsecond=0)))
    source.put("MIME-Version", "1.0")
    for receipt in (READ_RECEIPT, DELIVERY_RECEIPT):
        if source.get(receipt):
            source.put_people(receipt, source.people("From")[:1])
    for mark, (header, words) in TRAVELLING_MARKS.items():
        if mark in traits.marks:
            source.put(header, words.get(traits.marks[mark], ""))


def envelope_of(source: MailSource) -> Envelope:
    """The envelope its headers make: from the author, to everyone named, each once."""
    people = [one for header in RECIPIENT_HEADERS for one in source.people(header)]
    authors = source.people("From")
    addresses = {one.email.lower(): one.email for one in reversed(people) if "@" in one.email}
    return Envelope(authors[0].email if authors else "", tuple(reversed(addresses.values())))


def submit(model: Model, data: bytes, envelope: Envelope, item_class: str = "IPM.Note") -> list[Item]:
    """Hand a finished mail over; gives the copies that arrived in mailboxes of this server."""
    source = MailSource(data)
    source.put("Bcc", "")
    arrived = []
    for address in envelope.recipients:
        mailbox = _mailbox(model, address)
        if mailbox is not None:
            arrived.append(deliver(model, mailbox, source.data(), envelope, item_class))
        elif address.rpartition("@")[2].lower() in domains(model):
            _bounce(model, data, envelope.sender, address)
        else:
            model.outside.append(Sent(envelope.sender, address, source.data(), model.now()))
    return arrived


def domains(model: Model) -> set[str]:
    """The mail domains this server answers for."""
    return {address.rpartition("@")[2] for address in model.mailboxes}


def _mailbox(model: Model, address: str) -> Mailbox | None:
    """Whose address this is; what follows a plus sign before the @ is the owner's own business (plus addressing)."""
    local, _, domain = address.rpartition("@")
    for known in (address, f"{local.partition('+')[0]}@{domain}"):
        try:
            return model.mailbox(known)
        except NotFound:
            continue
    return None


def deliver(model: Model, mailbox: Mailbox, data: bytes, envelope: Envelope, item_class: str = "IPM.Note") -> Item:
    """Put a mail into an inbox as arriving now, tell the agents, and answer it when its owner is away."""
    now = model.now().replace(microsecond=0)
    source = MailSource(data)
    source.put_first("Received", _trace(mailbox, now))
    content = BytesContent(source.data())
    found = classify(content, Kind.MAIL)
    traits = Traits(item_class if found == "IPM.Note" else found, is_read=False)
    item = mailbox.put(mailbox.well_known["inbox"], content, Kind.MAIL, traits, now)
    for agent in model.agents:
        agent(item)
    _answer_for_absent(model, mailbox, content, envelope)
    return item


def _trace(mailbox: Mailbox, now: datetime) -> str:
    domain = mailbox.address.rpartition("@")[2]
    return (
        f"from mail.{domain} (fe80::1) by mail.{domain} (fe80::2) with Microsoft SMTP Server id 15.1.2507.6;\r\n "
        f"{email.utils.format_datetime(now)}"
    )


def _bounce(model: Model, data: bytes, sender: str, address: str) -> None:
    author = _mailbox(model, sender)
    if author is not None:  # a report has no return path: nothing bounces twice (RFC 5321 section 4.5.5)
        report = reports.not_delivered(data, address, author, make_message_id(author), model.now())
        deliver(model, author, report, Envelope("", (author.address,)))


def _answer_for_absent(model: Model, mailbox: Mailbox, content: BytesContent, envelope: Envelope) -> None:
    away, head = mailbox.out_of_office, mail.head(content)
    sender = envelope.sender.lower()
    if not away.is_on(model.now()) or not sender or sender in away.answered or sender == mailbox.address.lower():
        return
    if not _wants_answer(head, mailbox):
        return
    inside = sender.rpartition("@")[2] in domains(model)
    text = away.internal if inside else away.external if away.audience != "None" else ""
    if text:
        away.answered.add(sender)
        reply = reports.automatic_reply(
            head, Address("", envelope.sender), mailbox, text, make_message_id(mailbox), model.now()
        )
        submit(model, reply, Envelope("", (envelope.sender,)), reports.OOF_CLASS)


def _wants_answer(head: mail.Head, mailbox: Mailbox) -> bool:
    """RFC 3834 section 2: no answer to answers, lists and mails that do not name the recipient."""
    if head.get("Auto-Submitted").lower() not in ("", "no") or head.get("List-Id"):
        return False
    if head.get("Precedence").lower() in NOT_TO_BE_ANSWERED:
        return False
    suppressed = {word.strip().lower() for word in head.get("X-Auto-Response-Suppress").split(",")}
    named: Iterable[Address] = (*head.addresses("To"), *head.addresses("Cc"))
    return not suppressed & {"oof", "all"} and mailbox.address.lower() in {one.email.lower() for one in named}
