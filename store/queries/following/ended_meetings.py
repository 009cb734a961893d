"""Meetings that are over, and in whose calendars they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store.schema.activities import Activity, Occurrence
from store.schema.mail import MailboxItem
from store.schema.people import Mailbox, User

_LONGEST = timedelta(days=1)  # that a meeting takes
_MOST = 200


@dataclass(frozen=True, slots=True)
class EndedMeeting:
    """A meeting, or one of a series, that the user attended as far as their calendar knows."""

    activity_id: int
    uid: str
    user_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def ended_meetings(tx: Connection, since: datetime, until: datetime) -> tuple[EndedMeeting, ...]:
    """What ended in (since, until], for each active user in whose own calendar it stands and who did not decline; the
    last to end first. Whole days, private ones and what was cancelled are left out."""
    rows = tx.execute(
        select(Activity.id, Activity.uid, Mailbox.owner_id, Occurrence.title, Occurrence.starts_at, Occurrence.ends_at)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .join(MailboxItem, MailboxItem.activity_id == Activity.id)
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .join(User, User.id == Mailbox.owner_id)
        .where(
            Occurrence.starts_at > since - _LONGEST,
            Occurrence.starts_at < until,
            Occurrence.ends_at > since,
            Occurrence.ends_at <= until,
            Occurrence.on_date.is_(None),
            Occurrence.status != "cancelled",
            Activity.deleted_at.is_(None),
            Activity.private.is_(False),
            MailboxItem.buried_at.is_(None),
            MailboxItem.response != "declined",
            User.active.is_(True),
            User.email.is_not(None),
        )
        .order_by(Occurrence.ends_at.desc(), Activity.id, Mailbox.owner_id)
        .distinct()
        .limit(_MOST)
    )
    return tuple(
        EndedMeeting(row.id, row.uid, row.owner_id, row.title, row.starts_at, row.ends_at)
        for row in rows
        if row.owner_id is not None
    )
