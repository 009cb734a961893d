"""Reminding customers of what they booked, once, whichever process comes first.

A booking that was reminded of is not again at the same time of it, also where its mail was taken back or refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.customers.mails import compose_notice
from assistant.scheduling.customers.notices import holding, send_mail, why_not_told
from assistant.scheduling.customers.telling import Reminding, facts_from, reminder_wanted
from store.actor import SYSTEM
from store.engine import Store
from store.history.ledger import record_operation
from store.mail.composing import AUTO_GENERATED
from store.queries.scheduling.customers import CustomerBooking, customer_bookings
from store.queries.scheduling.to_remind import ToRemind, bookings_to_remind
from store.queries.scheduling.told import ToldNotice, last_told, settled_at, told_notices
from store.scheduling.notices import REMINDER

_AT_ONCE = timedelta(0)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def remind_customers(store: Store, *, now: datetime) -> int:
    """Send the reminders that are due; returns how many."""
    with store.read() as tx:
        due = bool(_due(tx, now))
    if not due:
        return 0
    with store.write() as tx:
        return sum(_remind(tx, *each, now=now) for each in _due(tx, now))


def _remind(tx: Connection, one: CustomerBooking, notices: Sequence[ToldNotice], *, now: datetime) -> bool:
    """Put one into the outbox; False where a template asks for what nobody knows."""
    by = SYSTEM
    mail = compose_notice(tx, one, REMINDER, holding(one), None, notices, problem="", by=by, now=now)
    if mail.problem:
        return False
    change = send_mail(tx, mail, headers=AUTO_GENERATED, recall=_AT_ONCE, by=by, now=now)
    summary = f"Reminded {mail.customer} of {mail.booking.number} {mail.booking.title}"
    record_operation(tx, "remind_customer", summary, [change], by=by, now=now)
    return True


def _due(tx: Connection, now: datetime) -> list[tuple[CustomerBooking, Sequence[ToldNotice]]]:
    """The bookings whose customers are to be reminded now, with all that they were told."""
    soon = [one.booking_id for one in bookings_to_remind(tx, now=now) if _may_be_due(one, now)]
    bookings = customer_bookings(tx, soon)
    near = {key: one for key, one in bookings.items() if one.team.notices.remind and not why_not_told(one)}
    notices = told_notices(tx, near)
    waiting = [key for key, one in near.items() if not _was_reminded(one, notices.get(key, ()))]
    settled = settled_at(tx, waiting)
    return [
        (near[key], notices.get(key, ()))
        for key in waiting
        if reminder_wanted(_reminding(near[key], notices.get(key, ()), settled), now)
    ]


def _may_be_due(one: ToRemind, now: datetime) -> bool:
    """Whether it is due if its customer did not hear of it just now."""
    return reminder_wanted(Reminding(one.starts_at, one.ahead, one.zone, _LONG_AGO), now)


def _reminding(one: CustomerBooking, notices: Sequence[ToldNotice], settled: Mapping[int, datetime]) -> Reminding:
    told = last_told(notices)
    since = settled[one.booking.record_id]
    return Reminding(
        one.starts_at,
        timedelta(minutes=one.team.notices.remind),
        one.team.zone,
        max(since, told.made_at) if told is not None else since,
    )


def _was_reminded(one: CustomerBooking, notices: Sequence[ToldNotice]) -> bool:
    told = [facts_from(each.told) for each in notices if each.kind == REMINDER]
    return any(each.starts_at == one.starts_at and one.is_for(each.customer, each.email) for each in told)
