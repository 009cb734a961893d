"""Answering an invitation, from the calendar or from the mail that brought it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from calendar_sync.acting import SHOWN, Act, stored_appointment
from calendar_sync.booking import Booking, booked_at, organizer_name
from calendar_sync.event import Event
from calendar_sync.fields import key_of
from calendar_sync.ics_writer import write_reply
from calendar_sync.invite import is_organizer
from calendar_sync.mail_part import appointment_of, first_event
from calendar_sync.occurring import is_at, occurrence_at
from calendar_sync.provider import Answer
from calendar_sync.stored import read_event
from calendar_sync.walls import instant
from mail_sync.message import Address
from mail_sync.outgoing import OutgoingMail
from mail_sync.outgoing_payload import to_payload
from store import blobs
from store.access import sees_activity
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.outbox.queue import RECALL, NewOutgoing, Verb, enqueue
from store.schema.activities import Activity
from store.schema.mail import Email
from store.schema.people import Mailbox
from store.sync.mailboxes import FILES

_SAID = {Answer.ACCEPTED: "Accepted", Answer.TENTATIVE: "Tentative", Answer.DECLINED: "Declined"}


def answer_invitation(
    tx: Connection,
    activity_id: int,
    answer: Answer,
    *,
    comment: str = "",
    tell: bool = True,
    original_start: datetime | date | None = None,
    mailbox_id: int | None = None,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> str:
    """Accept, tentatively accept or decline a meeting or one occurrence of it; returns the operation's uid.

    `activity_id` is the appointment or a mail that brought it. The calendar's server tells the organizer; for a meeting
    that came in a file, a mail from the actor's own mailbox does. `tell` False tells nobody; `mailbox_id` names the
    calendar whose owner answers, where the actor works with several. Raises Invalid, NotFound.
    """
    activity_id = _appointment(tx, activity_id, by)
    booking = booked_at(tx, activity_id, mailbox_id=mailbox_id, by=by)
    event = read_event(tx, activity_id, item_id=booking.copy.item_id)
    who = _invited(tx, booking, event, by)
    if original_start is not None:
        original_start = occurrence_at(event, original_start).original_start
    title = event.title[:SHOWN]
    act = Act.begin(tx, "answer_invitation", f"{_SAID[answer]}: {title}", recall=recall, by=by, now=now)
    before = stored_appointment(tx, activity_id)
    act.rewrite(booking, _answered(event, who, answer, original_start))
    act.changes.clear()
    act.note(before)
    if booking.copy.has_server:
        payload = {
            "answer": answer.value,
            "comment": comment.strip(),
            "tell": tell,
            "original_start": "" if original_start is None else key_of(original_start),
        }
        act.tell(booking, Verb.ANSWER_MEETING, f"{_SAID[answer]}: {title}", payload, mails=tell)
    elif tell:
        _mail_reply(act, event, who, answer, comment, original_start)
    act.finish()
    return act.operation_uid


def _appointment(tx: Connection, activity_id: int, by: Actor) -> int:
    """The appointment itself, or the one that a mail is about."""
    row = tx.execute(
        select(Activity.kind, Email.source_blob_id)
        .outerjoin(Email, Email.id == Activity.id)
        .where(Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such meeting")
    if row.kind != "email":
        return activity_id
    event = first_event(blobs.read(tx, row.source_blob_id)) if row.source_blob_id is not None else None
    found = appointment_of(tx, event.uid) if event is not None else None
    if found is None:
        raise Invalid("This mail brought no meeting to your calendar; if it is new, it may still be on its way.")
    return found


def _invited(tx: Connection, booking: Booking, event: Event, by: Actor) -> Address:
    """As whom the actor was invited. Raises Invalid where there is nothing to answer."""
    if event.status == "cancelled":
        raise Invalid("This meeting was called off.")
    if event.organizer is None or (booking.copy.has_server and is_organizer(event, booking.ours)):
        raise Invalid("You organize this meeting: there is nobody to answer.")
    mine = {booking.calendar.address, *booking.ours}
    invited = [each.address for each in event.attendees if each.address.email in mine]
    own = [each for each in invited if each.email == booking.calendar.address]
    if own or invited:
        return (own or invited)[0]
    if not booking.calendar.address:
        raise Invalid("Nobody of us was invited.")
    return Address(booking.calendar.address, booking.calendar.name)  # invited over a list


def _answered(event: Event, who: Address, answer: Answer, original_start: datetime | date | None) -> Event:
    """The event with the answer, of the whole or as an exception of one occurrence."""

    def told(one: Event) -> Event:
        people = tuple(
            replace(each, response=answer.value) if each.address.email == who.email else each for each in one.attendees
        )
        return replace(one, attendees=people, my_response=answer.value)

    if original_start is None or not event.is_series:
        return told(event)
    occurrence = told(occurrence_at(event, original_start))
    others = (each for each in event.exceptions if not is_at(each, original_start))
    found = sorted((*others, occurrence), key=lambda each: instant(each.original_start or each.start))
    return replace(event, exceptions=tuple(found))


def _mail_reply(
    act: Act, event: Event, who: Address, answer: Answer, comment: str, original_start: datetime | date | None
) -> None:
    """A mail with an iTIP reply (RFC 6047 section 2.4) to the organizer, from a mailbox of the actor that can send."""
    organizer = event.organizer
    if organizer is None or not organizer.email:
        raise Invalid(f"{organizer_name(event)} has no address to answer to; answer without telling.")
    mailbox = _sending(act.tx, act.by)
    said = f"{_SAID[answer]}: {event.title}"
    reply = write_reply(event, who, answer.value, comment=comment, now=act.now, original_start=original_start)
    mail = OutgoingMail(
        sender=Address(mailbox.address, act.by.name),
        to=(organizer,),
        subject=said,
        text=comment.strip() or f"{who.name or who.email}: {_SAID[answer].lower()}",
        calendar=reply,
        calendar_method="REPLY",
    )
    uid = enqueue(
        act.tx,
        NewOutgoing(
            mailbox.mailbox_id,
            Verb.SEND_MAIL,
            f"{said[:SHOWN]} to {organizer.name or organizer.email}",
            to_payload(mail),
            mails=True,
            not_before=act.now + act.recall,
            operation_uid=act.operation_uid,
        ),
        by=act.by,
        now=act.now,
    )
    act.mailing.append(uid)


@dataclass(frozen=True, slots=True)
class _Sender:
    mailbox_id: int
    address: str


def _sending(tx: Connection, by: Actor) -> _Sender:
    """The actor's own mailbox that has a server. Raises Invalid."""
    own = (Mailbox.provider != FILES, Mailbox.owner_id == by.user_id)
    row = tx.execute(select(Mailbox.id, Mailbox.address).where(*own).order_by(Mailbox.id).limit(1)).one_or_none()
    if row is None:
        raise Invalid("No mailbox of yours is connected that could send the answer; answer without telling.")
    return _Sender(*row)
