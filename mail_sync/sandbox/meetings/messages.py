"""Meeting mails: requests, cancellations and answers as MIME with an iTIP calendar in it (RFC 5546, [MS-OXCICAL])."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import icalendar

from mail_sync.sandbox import transport
from mail_sync.sandbox.compose import MailSource
from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.facts import event_lines
from mail_sync.sandbox.facts.event import REPLY_TIME, Person
from mail_sync.sandbox.facts.event_source import EventSource
from mail_sync.sandbox.facts.mail import Address
from mail_sync.sandbox.meetings import book
from mail_sync.sandbox.model import Item, Kind, Mailbox, Model, Traits

CLASSES = {
    "REQUEST": "IPM.Schedule.Meeting.Request",
    "CANCEL": "IPM.Schedule.Meeting.Canceled",
    "Accept": "IPM.Schedule.Meeting.Resp.Pos",
    "Tentative": "IPM.Schedule.Meeting.Resp.Tent",
    "Decline": "IPM.Schedule.Meeting.Resp.Neg",
}
ANSWERED = {"Accept": "Accepted", "Tentative": "Tentative", "Decline": "Declined"}
CANCELED = "Canceled: "


@dataclass(frozen=True, slots=True)
class Note:
    """What the writer of a meeting mail adds: the body, as text or HTML."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`response` is Accept, Tentative or Decline; a proposal is another start and end (aware)."""

    response: str
    note: Note = Note()
    proposal: tuple[datetime, datetime] | None = None


def request(model: Model, item: Item, people: Sequence[Person], original: datetime | None, *, save: bool) -> None:
    """Invite people to a meeting or tell them of its new state; `original` names one occurrence of a series."""
    source = _part(book.source(item), original)
    for event in source.events:
        facts = book.facts_of(source, event)
        event_lines.set_text(event, "X-MICROSOFT-CDO-INTENDEDSTATUS", facts.busy.upper())
        event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "TENTATIVE")
        for one in facts.people:
            event_lines.set_answer(event, one.email, "NoResponseReceived")
    facts = book.facts_of(source, source.master)
    _send(model, item.folder.mailbox, source, "REQUEST", facts.subject, people, Note(facts.body, facts.html), save=save)


def cancellation(
    model: Model, item: Item, people: Sequence[Person], original: datetime | None, note: Note | None, *, save: bool
) -> None:
    """Tell people that a meeting or one occurrence of it does not take place, or not with them."""
    source = _part(book.source(item), original)
    for event in source.events:
        event_lines.set_text(event, "STATUS", "CANCELLED")
        event_lines.set_text(event, "X-MICROSOFT-CDO-BUSYSTATUS", "FREE")
        event_lines.set_reminder(event, None)
        event["SEQUENCE"] = icalendar.vInt(int(event.get("SEQUENCE", 0)) + 1)
        event_lines.touch(event, model.now())
    facts = book.facts_of(source, source.master)
    said = note or Note(facts.body, facts.html)
    _send(model, item.folder.mailbox, source, "CANCEL", CANCELED + facts.subject, people, said, save=save)


def answer(model: Model, mailbox: Mailbox, source: EventSource, given: Answer, *, save: bool) -> Item | None:
    """Tell the organizer of an event what its attendee says; gives the copy in Sent Items.

    `source` holds the one event that is answered. Nothing is sent for a meeting without an organizer.
    """
    event = source.master
    facts = book.facts_of(source, event)
    if facts.organizer is None:
        return None
    me = next((one for one in facts.people if one.email.lower() == mailbox.address.lower()), None)
    _keep_private(source)
    event.pop("ATTENDEE", None)
    event_lines.set_people(event, "required", [me or Person(mailbox.name, mailbox.address)])
    event_lines.set_answer(event, mailbox.address, given.response)
    event_lines.set_reminder(event, None)
    event_lines.touch(event, model.now())
    event_lines.set_text(event, "DESCRIPTION", given.note.text)
    event_lines.set_text(event, "X-ALT-DESC", "")
    word, method = ANSWERED[given.response], "REPLY"
    if given.proposal is not None:
        word, method = "New Time Proposed", "COUNTER"
        event_lines.propose(event, facts, given.proposal)
    subject = f"{word}: {facts.subject}"
    people = [facts.organizer]
    return _send(model, mailbox, source, method, subject, people, given.note, save=save, name=given.response)


def _part(source: EventSource, original: datetime | None) -> EventSource:
    """The whole meeting, or one occurrence of it alone."""
    if original is not None:
        source.keep_only(source.occurrence(original))
    _keep_private(source)
    return source


def _keep_private(source: EventSource) -> None:
    """Take out what an entry says to its owner alone."""
    for event in source.events:
        event_lines.set_own_values(event, {})
        for name in (event_lines.SENT, REPLY_TIME):
            event_lines.set_text(event, name, "")


def _send(
    model: Model,
    mailbox: Mailbox,
    source: EventSource,
    method: str,
    subject: str,
    people: Sequence[Person],
    note: Note,
    *,
    save: bool,
    name: str = "",
) -> Item | None:
    item_class = CLASSES[name or method]
    mail = MailSource()
    mail.put_people("From", [Address(mailbox.name, mailbox.address)])
    required, others = _by_role(source, people)
    mail.put_people("To", [Address(one.name, one.email) for one in required])
    mail.put_people("Cc", [Address(one.name, one.email) for one in others])
    mail.put("Subject", subject)
    mail.put("Content-Class", "urn:content-classes:calendarmessage")
    mail.parts.text, mail.parts.html = note.text, note.html
    mail.parts.calendar, mail.parts.method = source.content(method).data, method
    transport.finish(mail, Traits(item_class), mailbox)
    data = mail.data()
    transport.submit(model, data, transport.envelope_of(mail), item_class)
    if not save:
        return None
    now = model.now().replace(microsecond=0)
    return mailbox.put(mailbox.well_known["sentitems"], BytesContent(data), Kind.MAIL, Traits(item_class), now)


def _by_role(source: EventSource, people: Sequence[Person]) -> tuple[list[Person], list[Person]]:
    optional = {one.email.lower() for one in book.facts_of(source, source.master).optional}
    return (
        [one for one in people if one.email.lower() not in optional],
        [one for one in people if one.email.lower() in optional],
    )
