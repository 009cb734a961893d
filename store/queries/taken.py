"""When calendars are busy, for whoever plans: many rows, read at once and none left out.

Everybody may know when somebody is busy; with what is told only where `by` may see it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, and_, case, exists, or_, select

from store.access import sees_activity
from store.actor import Actor
from store.queries.calendar import LONG, held_in, lasts_long
from store.schema.activities import Activity, Appointment, Occurrence
from store.schema.mail import MailboxItem
from store.schema.scheduling import BookingAppointment

_A_DAY = timedelta(days=1)


class Taken(NamedTuple):
    """A time that a calendar holds and that is not free: UTC, with `on_date` and `until_date` (exclusive) for whole
    days. `busy` is busy, tentative, away or elsewhere; `title` is '' where only the time may be known."""

    activity_id: int
    starts_at: datetime
    ends_at: datetime
    on_date: date | None
    until_date: date | None
    busy: str
    title: str


def taken(
    tx: Connection, mailbox_ids: Collection[int], *, start: datetime, end: datetime, by: Actor
) -> dict[int, list[Taken]]:
    """What takes the time of these mailboxes in [start, end), by mailbox, as far as it is written out; `by` learns only
    of what they may see what it is. Whole days, of whatever time zone, may lie a day before or after.

    What stands for a booking is left out: the booking itself says when its resources are taken.
    """
    stands = exists().where(BookingAppointment.activity_id == Activity.id)
    columns = (
        MailboxItem.mailbox_id,
        Activity.id,
        Occurrence.starts_at,
        Occurrence.ends_at,
        Occurrence.on_date,
        Occurrence.until_date,
        Appointment.busy,
        case((sees_activity(by), Occurrence.title), else_=""),
    )
    near = and_(Occurrence.starts_at > start - LONG, Occurrence.starts_at < end + _A_DAY)
    timed = and_(Occurrence.on_date.is_(None), Occurrence.starts_at < end, Occurrence.ends_at > start)
    days = and_(Occurrence.on_date <= end.date() + _A_DAY, Occurrence.until_date >= start.date())
    chosen = sorted(set(mailbox_ids))
    query = held_in(select(*columns).join(Occurrence, Occurrence.activity_id == Activity.id), chosen).where(
        or_(timed, days),
        Appointment.busy != "free",
        Occurrence.status != "cancelled",
        MailboxItem.response != "declined",
        Activity.deleted_at.is_(None),
        ~stands,
    )
    found: dict[int, dict[Taken, None]] = {}
    for condition in (near, and_(lasts_long(tx), Occurrence.ends_at > start - _A_DAY)):
        for mailbox_id, *rest in tx.execute(query.where(condition).order_by(Occurrence.starts_at, Activity.id)):
            found.setdefault(mailbox_id, {})[Taken(*rest)] = None  # what is both near and long is met twice
    return {mailbox_id: list(times) for mailbox_id, times in found.items()}
