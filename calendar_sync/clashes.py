"""Other bookings of a calendar at the time of an appointment: told, never refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, or_, select
from sqlalchemy.orm import aliased

from store.schema.activities import Activity, Appointment, Occurrence
from store.schema.mail import MailboxItem

_MOST = 20


@dataclass(frozen=True, slots=True)
class Clash:
    """A booking that overlaps; instants are UTC, those of whole days UTC midnights."""

    activity_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def clashes(tx: Connection, activity_id: int, mailbox_id: int, *, now: datetime) -> tuple[Clash, ...]:
    """The first bookings of the mailbox that take place at the same time as the appointment's coming occurrences.

    What is cancelled, or shown as free, books nothing.
    """
    mine, other = aliased(Occurrence), aliased(Occurrence)
    held = exists().where(
        MailboxItem.activity_id == other.activity_id,
        MailboxItem.mailbox_id == mailbox_id,
        MailboxItem.gone_at.is_(None),
        MailboxItem.response != "declined",
    )
    here = select(Appointment.id).where(Appointment.id == activity_id, Appointment.busy != "free")
    rows = tx.execute(
        select(other.activity_id, other.title, other.starts_at, other.ends_at)
        .distinct()
        .join(mine, and_(mine.starts_at < other.ends_at, mine.ends_at > other.starts_at))
        .join(Activity, Activity.id == other.activity_id)
        .join(Appointment, Appointment.id == other.activity_id)
        .where(
            mine.activity_id == activity_id,
            mine.activity_id.in_(here),
            mine.status != "cancelled",
            mine.ends_at > now,
            other.activity_id != activity_id,
            other.status != "cancelled",
            other.ends_at > now,
            # A whole day is busy only where somebody says so; an all-day note beside a meeting is no clash.
            or_(other.on_date.is_(None), Appointment.busy == "away"),
            Appointment.busy != "free",
            Activity.deleted_at.is_(None),
            held,
        )
        .order_by(other.starts_at, other.activity_id)
        .limit(_MOST)
    )
    return tuple(Clash(*row) for row in rows)
