"""Mails by which a customer may want another time for what they booked: a person has to read them, whatever they are
linked to."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.cases.replies import is_bare_thanks
from store.chunks import chunked
from store.queries.linking.said import said_by
from store.queries.paging import AnyRow
from store.queries.refs import REF_COLUMNS, RecordRef
from store.scheduling.lifecycle import OPEN
from store.scheduling.notices import WANT_ANOTHER_TIME
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Record
from store.schema.scheduling import Booking, BookingNotice

_COLUMNS: tuple[Any, ...] = (
    Activity.id,
    Activity.uid,
    Activity.who,
    Activity.preview,
    Email.calendar_state,
    Booking.id.label("booking_id"),
)


def bookings_to_move(tx: Connection, activity_ids: Collection[int], *, by: Actor) -> dict[int, tuple[RecordRef, float]]:
    """The booking for which each of these mails may want another time, and how sure it is about it; the surest."""
    wanted = wanting_another_time(tx, activity_ids)
    found: dict[int, tuple[RecordRef, float]] = {}
    for portion in chunked(wanted):
        rows = tx.execute(
            select(Link.activity_id, Link.score, *REF_COLUMNS)
            .join(Record, Record.id == Link.record_id)
            .join(Booking, Booking.id == Record.id)
            .where(Link.activity_id.in_(portion), Link.state == "linked", Booking.status.in_(OPEN))
            .where(Record.deleted_at.is_(None), sees_record(by))
            .order_by(Link.is_primary.desc(), Link.score.desc(), Link.id)
        )
        for row in rows:
            ref = RecordRef(row.id, row.uid, row.kind, row.number, row.title)
            found.setdefault(row.activity_id, (ref, row.score))
    return found


def wanting_another_time(tx: Connection, activity_ids: Collection[int]) -> set[int]:
    """Those of these mails that came in about a booking ahead: an answer of a calendar that declines or asks for
    another time, and whatever a person wrote but a bare thank-you."""
    found: list[AnyRow] = []
    for portion in chunked(activity_ids):
        found += tx.execute(
            select(*_COLUMNS)
            .join(Link, Link.activity_id == Activity.id)
            .join(Booking, Booking.id == Link.record_id)
            .join(Record, Record.id == Booking.id)
            .join(Email, Email.id == Activity.id)
            .where(Activity.id.in_(portion), Activity.direction == "in", Link.state == "linked")
            .where(Booking.status.in_(OPEN), Booking.starts_at > Activity.occurred_at, Record.deleted_at.is_(None))
        ).all()
    answers = [row for row in found if row.calendar_state == "done"]
    written = [row for row in found if row.calendar_state != "done"]
    declined = _declined(tx, {row.booking_id for row in answers})
    said = said_by(tx, {row.id for row in written})
    texts = {row.id: said[row.id].new_text if row.id in said else row.preview for row in written}
    asking = {row.id for row in written if not is_bare_thanks(texts[row.id], (row.who,))}
    return asking | {row.id for row in answers if row.uid in declined}


def _declined(tx: Connection, booking_ids: Collection[int]) -> set[str]:
    """The mails, by uid, that answered no to what was told of these bookings."""
    found: set[str] = set()
    for portion in chunked(booking_ids):
        answers = tx.execute(select(BookingNotice.answer).where(BookingNotice.booking_id.in_(portion))).scalars()
        found |= {one["mail"] for one in answers if one and one["said"] in WANT_ANOTHER_TIME}
    return found
