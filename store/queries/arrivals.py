"""What people wrote to the mailboxes that somebody reads, since a moment."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, select

from store.access import sees_activity, sees_in_mailbox
from store.actor import Actor
from store.queries.timeline import COLUMNS, TimelineRow, timeline_rows, with_details
from store.schema.activities import Activity
from store.schema.mail import Email, MailboxItem


def arrivals(tx: Connection, *, since: datetime, by: Actor, limit: int) -> tuple[TimelineRow, ...]:
    """Mail that machines did not write, the newest first."""
    held = exists().where(
        MailboxItem.activity_id == Activity.id,
        MailboxItem.mailbox_id.in_(sorted(by.mailbox_ids)),
        MailboxItem.gone_at.is_(None),
        sees_in_mailbox(by),
    )
    rows = tx.execute(
        with_details(select(*COLUMNS).select_from(Activity))
        .where(
            Activity.kind == "email",
            Activity.occurred_at >= since,
            Activity.direction == "in",
            Activity.deleted_at.is_(None),
            Email.noise == "",
            held.correlate(Activity),
            sees_activity(by),
        )
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return timeline_rows(tx, rows, by=by)
