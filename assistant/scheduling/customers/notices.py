"""Telling customers what holds of their bookings: what is due, the mail as it would go out, and sending it.

A notice goes out from the scheduling mailbox of the booking's site, through the outbox, where it can be taken back for
a moment; then it was not told. What is due is looked at again in the transaction that sends: nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from assistant.scheduling.customers.mails import NoticeMail, compose_notice
from assistant.scheduling.customers.telling import NOTHING, Facts, facts_from, notice_wanted
from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid, Stale
from store.history.ledger import Change, record_operation
from store.mail.composing import queue_written
from store.outbox.queue import RECALL
from store.queries.refs import refs
from store.queries.scheduling.customers import CustomerBooking, customer_bookings
from store.queries.scheduling.told import ToldNotice, bookings_to_tell, last_told, told_notices
from store.scheduling.notice_undo import told_change
from store.scheduling.telling import NewNotice, keep_notice
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A booking whose customer does not know what holds. `told` is what they know, None for nothing; `problem` says in
    a sentence why they cannot be told, '' where they can."""

    one: CustomerBooking
    kind: str
    told: Facts | None
    notices: tuple[ToldNotice, ...]
    problem: str

    @property
    def booking_id(self) -> int:
        return self.one.booking.record_id


@dataclass(frozen=True, slots=True)
class Edited:
    """A notice in words of its sender's own, written for what then held."""

    subject: str
    text: str
    holds: Facts


@dataclass(frozen=True, slots=True)
class ToldCustomers:
    """The mails that go out, or would have, and the operation that undo takes back; '' where nothing went out. `left`
    are those that cannot."""

    mails: tuple[NoticeMail, ...]
    operation_uid: str
    left: tuple[NoticeMail, ...] = ()


def untold(tx: Connection, *, by: Actor, now: datetime) -> tuple[DueNotice, ...]:
    """All bookings that lie ahead and of which the customer does not know what holds, by time."""
    return _due(tx, bookings_to_tell(tx, by=by, now=now), by, now)


def due_of(tx: Connection, booking_ids: Sequence[int], *, by: Actor, now: datetime) -> tuple[DueNotice, ...]:
    """Those of these bookings of which the customer does not know what holds."""
    return _due(tx, _seen(tx, booking_ids, by), by, now)


def preview_notice(tx: Connection, booking_id: int, *, by: Actor, now: datetime) -> NoticeMail:
    """The mail that would tell the customer what holds. Raises Invalid where they know it, NotFound."""
    due = due_of(tx, [booking_id], by=by, now=now)
    if not due:
        raise Invalid(_known(tx, booking_id, by))
    return _composed(tx, due[0], by, now)


def send_notices(
    tx: Connection,
    booking_ids: Sequence[int],
    *,
    edited: Mapping[int, Edited] | None = None,
    who_can: bool = False,
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> ToldCustomers:
    """Tell the customers of these bookings what holds; those who know it are left alone.

    `edited` are words of the sender's own by booking; `who_can`: those who cannot be told are left out. Raises Invalid
    where one cannot be told, and Stale where a booking is another one by now than its words were written for; then
    nobody is told.
    """
    mails, changes, left = [], [], []
    for due in due_of(tx, booking_ids, by=by, now=now):
        mail = _composed(tx, due, by, now)
        own = (edited or {}).get(due.booking_id)
        if own is not None:
            if own.holds != mail.holds:
                raise Stale(f"{mail.booking.number} {mail.booking.title}")
            mail = replace(mail, draft=replace(mail.draft, subject=own.subject, text=own.text), problem="")
        if who_can and mail.problem:
            left.append(mail)
            continue
        mails.append(mail)
        changes.append(send_mail(tx, mail, recall=recall, by=by, now=now))
    if not mails:
        return ToldCustomers((), "", tuple(left))
    uid = record_operation(tx, "tell_customers", _told(mails), changes, by=by, now=now)
    return ToldCustomers(tuple(mails), uid, tuple(left))


def customers_know(tx: Connection, booking_ids: Sequence[int], *, by: Actor, now: datetime) -> ToldCustomers:
    """The customers of these bookings were told otherwise, as by telephone, and know what holds; nobody is mailed."""
    mails, changes = [], []
    for due in due_of(tx, booking_ids, by=by, now=now):
        mail = _composed(tx, due, by, now)
        told = NewNotice(due.booking_id, due.kind, mail.sequence, mail.holds.as_json())
        changes.append(told_change(keep_notice(tx, told, now=now), due.kind))
        mails.append(mail)
    if not mails:
        return ToldCustomers((), "")
    uid = record_operation(tx, "customers_know", _known_by(mails), changes, by=by, now=now)
    return ToldCustomers(tuple(mails), uid)


def send_mail(
    tx: Connection,
    mail: NoticeMail,
    *,
    headers: Sequence[list[str]] = (),
    recall: timedelta = RECALL,
    by: Actor,
    now: datetime,
) -> Change:
    """Put a notice into the outbox and remember it; returns what the ledger keeps of it. Raises Invalid."""
    if mail.problem:
        raise Invalid(f"{mail.booking.number}: {mail.problem}")
    # The site lends its mailbox to whoever books there.
    lent = replace(by, mailbox_ids=by.mailbox_ids | {mail.draft.mailbox_id})
    outgoing_id, change = queue_written(tx, mail.draft, headers=headers, recall=recall, by=lent, now=now)
    told = mail.holds.as_json()
    keep_notice(tx, NewNotice(mail.booking.record_id, mail.kind, mail.sequence, told, outgoing_id), now=now)
    return change


def holding(one: CustomerBooking) -> Facts:
    """What holds of a booking, and for whom."""
    uid, name = ("", "") if one.customer is None else (one.customer.uid, one.customer.title)
    return Facts(one.starts_at, one.ends_at, one.place, one.status, uid, name, one.email)


def _due(tx: Connection, booking_ids: Sequence[int], by: Actor, now: datetime) -> tuple[DueNotice, ...]:
    """Those that are due, of customers whom `by` may see."""
    bookings = customer_bookings(tx, booking_ids)
    notices = told_notices(tx, booking_ids)
    found = []
    for key in booking_ids:
        if (booking := bookings.get(key)) is None:
            continue
        known = notices.get(key, [])
        last = last_told(known)
        one, told = _to_hear(booking, None if last is None else facts_from(last.told), now)
        kind = notice_wanted(told, holding(one), offered=one.offered, now=now)
        if kind != NOTHING and one.customer is not None:
            found.append(DueNotice(one, kind, told, tuple(known), why_not_told(one)))
    if by.sees_every_record or by.sees_everything:
        return tuple(found)
    seen = refs(tx, {due.one.customer.record_id for due in found if due.one.customer is not None}, by=by)
    return tuple(due for due in found if due.one.customer is not None and due.one.customer.record_id in seen)


def _to_hear(one: CustomerBooking, told: Facts | None, now: datetime) -> tuple[CustomerBooking, Facts | None]:
    """The booking as it is to whoever has to hear of it next, and what they were told.

    Who counts on it although it is for somebody else by now hears first that it is off; then it is new to whom it is
    for. So it is at another address of the same customer.
    """
    if told is None or not told.customer:
        return one, told
    if not one.is_for(told.customer, told.email):
        counts_on_it = told.status != "cancelled" and told.starts_at > now
        return (one.formerly_for(told.customer, told.name, told.email), told) if counts_on_it else (one, None)
    return one, told if told.email == one.email or one.status == "cancelled" else None


def why_not_told(one: CustomerBooking) -> str:
    """Why the customer of a booking cannot be written to, as a sentence; '' where they can."""
    if one.customer is None:
        return "Nobody is told: it is for no customer."
    if not one.email:
        return f"Nobody knows an e-mail address of {one.customer.title}."
    if one.team.mailbox_id is None:
        return f"{one.team.site} has no scheduling mailbox; regarding site edit {one.team.site!r} --mailbox names one."
    return ""


def _composed(tx: Connection, due: DueNotice, by: Actor, now: datetime) -> NoticeMail:
    return compose_notice(
        tx, due.one, due.kind, holding(due.one), due.told, due.notices, problem=due.problem, by=by, now=now
    )


def _seen(tx: Connection, booking_ids: Sequence[int], by: Actor) -> list[int]:
    """Those of these bookings that `by` may see, each once and in their order."""
    seen: set[int] = set()
    for portion in chunked(booking_ids):
        wanted = select(Record.id).where(Record.id.in_(portion), Record.kind == "booking", sees_record(by))
        seen.update(tx.execute(wanted).scalars())
    return [key for key in dict.fromkeys(booking_ids) if key in seen]


def _known(tx: Connection, booking_id: int, by: Actor) -> str:
    one = customer_bookings(tx, _seen(tx, [booking_id], by)).get(booking_id)
    if one is None:
        return "This is no booking."
    if one.customer is None:
        return f"{one.booking.number} is for no customer, so there is nobody to tell."
    if one.customer.record_id not in refs(tx, [one.customer.record_id], by=by):
        return f"{one.booking.number} is for a customer whom you do not see, so somebody else has to tell them."
    return f"There is nothing to tell {one.customer.title} about {one.booking.number}."


def _told(mails: Sequence[NoticeMail]) -> str:
    mail = mails[0]
    if len(mails) > 1:
        return f"Told the customers of {len(mails):,} bookings"
    return f"Told {mail.customer}: {mail.kind} of {mail.booking.number} {mail.booking.title}"


def _known_by(mails: Sequence[NoticeMail]) -> str:
    mail = mails[0]
    if len(mails) > 1:
        return f"The customers of {len(mails):,} bookings know what holds"
    return f"{mail.customer} knows what holds of {mail.booking.number} {mail.booking.title}"
