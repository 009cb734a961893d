"""What customers were told of bookings, what they answered, and of which bookings they may have to hear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.outbox.queue import OutgoingState
from store.queries.scheduling.customers import customer_bookings
from store.scheduling.lifecycle import OPEN
from store.scheduling.notice_undo import TAKEN_BACK
from store.scheduling.notices import REMINDER
from store.schema.ledger import Operation, OperationChange
from store.schema.outbox import Outgoing
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingNotice

#: States of a mail that nobody gets.
_UNSENT = (OutgoingState.DRAFT.value, OutgoingState.CANCELLED.value, OutgoingState.FAILED.value)
#: A booking that was told for a time ahead may have been moved so far back before it was cancelled.
_LOOKED_BACK = timedelta(days=92)
_SETTLES = {"starts_at", "status"}


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """One notice: what it said and what was answered, as the store keeps them (`BookingNotice`). `state` is that of its
    mail, which was sent at `sent_at`; '' where the outbox does not know it any more. `payload` is the mail."""

    notice_id: int
    booking_id: int
    kind: str
    sequence: int
    told: Mapping[str, Any]
    answer: Mapping[str, Any]
    made_at: datetime
    state: str
    sent_at: datetime | None
    payload: Mapping[str, Any]

    @property
    def counts(self) -> bool:
        """Whether the customer got it, or gets it in a moment. What was sent long ago counts without its mail."""
        return self.state not in _UNSENT and self.kind != TAKEN_BACK


def told_notices(tx: Connection, booking_ids: Collection[int]) -> dict[int, list[ToldNotice]]:
    """All notices of these bookings by their keys, the oldest first."""
    found: dict[int, list[ToldNotice]] = defaultdict(list)
    columns: tuple[Any, ...] = (
        BookingNotice.id,
        BookingNotice.booking_id,
        BookingNotice.kind,
        BookingNotice.sequence,
        BookingNotice.told,
        BookingNotice.answer,
        BookingNotice.made_at,
        Outgoing.state,
        Outgoing.done_at,
        Outgoing.payload,
    )
    wanted = select(*columns).outerjoin(Outgoing, Outgoing.id == BookingNotice.outgoing_id).order_by(BookingNotice.id)
    for portion in chunked(booking_ids):
        for row in tx.execute(wanted.where(BookingNotice.booking_id.in_(portion))):
            notice = ToldNotice(
                row.id,
                row.booking_id,
                row.kind,
                row.sequence,
                row.told,
                row.answer,
                row.made_at,
                row.state or "",
                row.done_at,
                row.payload or {},
            )
            found[notice.booking_id].append(notice)
    return found


def last_told(notices: Collection[ToldNotice]) -> ToldNotice | None:
    """What the customer heard last of how the booking stands; a reminder says nothing new."""
    return next((each for each in reversed(list(notices)) if each.counts and each.kind != REMINDER), None)


def time_asked_for(tx: Connection, booking_id: int, *, by: Actor) -> datetime | None:
    """When the other time begins for which the customer's calendar asks, None where it asks for none."""
    last = last_told(told_notices(tx, [booking_id]).get(booking_id, ()))
    asked = last.answer.get("starts_at") if last is not None else None
    return None if asked is None else datetime.fromisoformat(asked)


def bookings_to_tell(tx: Connection, *, by: Actor, now: datetime) -> list[int]:
    """The keys of bookings for customers that lie ahead, or of which somebody was told, and of those that are off after
    somebody was told, by time."""
    told = exists().where(BookingNotice.booking_id == Booking.id)
    off = or_(Booking.status == "cancelled", Record.deleted_at.is_not(None))
    ahead = and_(Booking.status.in_(OPEN), Booking.starts_at > now, Record.deleted_at.is_(None))
    wanted = select(Booking.id).join(Record, Record.id == Booking.id).where(sees_record(by))
    wanted = wanted.where(or_(Booking.contact_id.is_not(None), Booking.account_id.is_not(None), told))
    wanted = wanted.where(or_(ahead, and_(off, Booking.starts_at > now - _LOOKED_BACK, told)))
    return list(tx.execute(wanted.order_by(Booking.starts_at, Booking.id)).scalars())


def why_no_reminder(tx: Connection, outgoing_id: int, *, now: datetime) -> str:
    """Why this mail of the outbox, a reminder that waited, is of no use any more; '' where it is, and for any other
    mail."""
    reminds = (BookingNotice.outgoing_id == outgoing_id, BookingNotice.kind == REMINDER)
    row = tx.execute(select(BookingNotice.booking_id, BookingNotice.told).where(*reminds).limit(1)).one_or_none()
    if row is None:
        return ""
    told, one = datetime.fromisoformat(row.told["starts_at"]), customer_bookings(tx, [row.booking_id])[row.booking_id]
    stands = (one.status, one.starts_at) == ("confirmed", told)
    if not stands or not one.is_for(row.told["customer"], row.told["email"]):
        return f"{one.booking.number} does not stand as it reminds of it"
    return f"{one.booking.number} has begun" if told <= now else ""


def settled_at(tx: Connection, booking_ids: Collection[int]) -> dict[int, datetime]:
    """When each of these bookings was made, or its time or status changed last."""
    found: dict[int, datetime] = {}
    for portion in chunked(booking_ids):
        made = select(Record.id, Record.uid, Record.created_at).where(Record.id.in_(portion))
        rows = {row.uid: row for row in tx.execute(made)}
        found |= {row.id: row.created_at for row in rows.values()}
        changed = (
            select(OperationChange.uid, OperationChange.after, Operation.at)
            .join(Operation, Operation.id == OperationChange.operation_id)
            .where(OperationChange.uid.in_(rows), OperationChange.table_name == "record")
        )
        for row in tx.execute(changed):
            if row.after and _SETTLES & row.after.keys():
                key = rows[row.uid].id
                found[key] = max(found[key], row.at)
    return found
