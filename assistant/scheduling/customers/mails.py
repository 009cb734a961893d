"""The mail that tells a customer of a booking: its words, from a template of the site or built in, and its calendar
entry (RFC 5545, RFC 5546), by which the customer's calendar keeps the booking and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from assistant.scheduling.customers.telling import Facts
from assistant.scheduling.customers.texts import BUILT_IN, NoticeText
from calendar_sync.event import Attendee, Event
from calendar_sync.ics_writer import write_cancellation, write_request
from mail_sync.message import Address
from store.actor import Actor
from store.mail.composing import Draft, Recipient
from store.mail.fields import fields_in, fill
from store.queries.mail_values import mail_values
from store.queries.refs import RecordRef
from store.queries.scheduling.customers import AT_CUSTOMERS, CustomerBooking, said_of
from store.queries.scheduling.told import ToldNotice
from store.scheduling.notices import REMINDER, calendar_uid
from store.scheduling.said import when_said
from store.schema.outbox import MailTemplate

_BEFORE = "booking.before"


@dataclass(frozen=True, slots=True)
class NoticeMail:
    """A notice as it would go out; `holds` is what it tells. `problem` says in a sentence why it cannot, '' where it
    can."""

    booking: RecordRef
    kind: str
    customer: str
    draft: Draft
    sequence: int
    holds: Facts
    problem: str


def compose_notice(
    tx: Connection,
    one: CustomerBooking,
    kind: str,
    holds: Facts,
    told: Facts | None,
    notices: Sequence[ToldNotice],
    *,
    problem: str,
    by: Actor,
    now: datetime,
) -> NoticeMail:
    """The notice of this kind about a booking of which the customer knows what was `told`, by these notices."""
    team = one.team
    written = _template(tx, team.notices.templates.get(kind, "")) or BUILT_IN[kind]
    values = _values(tx, one, written, by) | {_BEFORE: _before(told, holds, team.zone)}
    subject, text = fill(written.subject or BUILT_IN[kind].subject, values), fill(written.text, values)
    missing = (*subject.missing, *text.missing)
    if missing and not problem:
        problem = f"Nobody knows {{{missing[0]}}}, which the template for the {kind} names."
    before = [each.sequence for each in notices]
    sequence = max(before, default=0) if kind == REMINDER else max(before, default=-1) + 1
    answers, references = _thread([each for each in notices if each.told.get("email", one.email) == one.email])
    draft = Draft(
        mailbox_id=team.mailbox_id or 0,
        sender=Recipient(team.email, team.name),
        to=(Recipient(one.email, one.customer.title if one.customer else ""),),
        subject=subject.text,
        text=text.text,
        in_reply_to=answers,
        references=references,
        record_id=None if one.deleted else one.booking.record_id,
    )
    if kind != REMINDER:
        entry, method = _calendar(one, kind, told or holds, draft, sequence, now)
        draft = replace(draft, calendar=entry, calendar_method=method)
    title = one.customer.title if one.customer else ""
    return NoticeMail(one.booking, kind, title, draft, sequence, holds, problem)


def _values(tx: Connection, one: CustomerBooking, written: NoticeText, by: Actor) -> dict[str, str]:
    """What the fields of a text stand for; people and companies are read only where it names them."""
    own = {f"booking.{name}": value for name, value in said_of(one).items()}
    if all(name in own or name == _BEFORE for name in fields_in(f"{written.subject}{written.text}")):
        return own
    writer = replace(by, name=one.team.name or one.team.site) if by.is_system else by
    known = one.customer is not None and one.customer.record_id
    return {**mail_values(tx, [one.email], one.booking.record_id if known else None, by=writer), **own}


def _before(told: Facts | None, holds: Facts, zone: str) -> str:
    """When it was, and where, where that was elsewhere."""
    was = told or holds
    when = when_said(was.starts_at, was.ends_at, zone)
    return f"{when}, {was.place}" if was.place and was.place != holds.place else when


def _template(tx: Connection, uid: str) -> NoticeText | None:
    """The site's own text; one that was deleted since leaves the built-in one."""
    if not uid:
        return None
    living = (MailTemplate.uid == uid, MailTemplate.deleted_at.is_(None))
    row = tx.execute(select(MailTemplate.subject, MailTemplate.text).where(*living)).one_or_none()
    return None if row is None else NoticeText(row.subject, row.text)


def _thread(notices: Sequence[ToldNotice]) -> tuple[str, tuple[str, ...]]:
    """What lets the mail stand in one conversation with those before it: which it answers, and its references."""
    before = next((each.payload for each in reversed(notices) if each.counts and each.payload.get("message_id")), None)
    if before is None:
        return "", ()
    named = str(before["message_id"])
    return named, (*before.get("answered_references", ()), named)


def _calendar(
    one: CustomerBooking, kind: str, told: Facts, draft: Draft, sequence: int, now: datetime
) -> tuple[str, str]:
    """The calendar entry and its method; what is cancelled is the time that was told."""
    cancels = kind == "cancellation"
    start, end = (told.starts_at, told.ends_at) if cancels else (one.starts_at, one.ends_at)
    clocks = ZoneInfo(one.team.zone)
    event = Event(
        uid=calendar_uid(one.booking.uid),
        title=f"{one.service} ({one.booking.number})",
        start=start.astimezone(clocks),
        end=end.astimezone(clocks),
        timezone=one.team.zone,
        location="" if one.where == AT_CUSTOMERS else one.where,
        description=f"Booking {one.booking.number}, with {one.who}.",
        organizer=Address(draft.sender.email, draft.sender.name or one.team.site),
        attendees=tuple(Attendee(Address(each.email, each.name)) for each in draft.to),
        status="tentative" if one.status == "hold" else "confirmed",
        sequence=sequence,
        modified_at=now,
    )
    written = write_cancellation(event, now=now) if cancels else write_request(event, now=now)
    return written.decode(), "CANCEL" if cancels else "REQUEST"
