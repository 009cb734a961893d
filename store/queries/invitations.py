"""Mail with calendar parts that nobody has looked into yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, exists, select, update

from store.schema.activities import Activity, ActivityParty
from store.schema.mail import Email, MailboxItem
from store.schema.people import Mailbox
from store.sync.mailboxes import FILES


@dataclass(frozen=True, slots=True)
class InvitationMail:
    """`only_in_files`: no synced mailbox holds the mail, so no synced calendar will bring the meeting. `sender` is an
    address, '' where the mail tells none."""

    activity_id: int
    uid: str
    occurred_at: datetime
    only_in_files: bool
    source_blob_id: int | None
    sender: str = ""


def pending_invitations(tx: Connection, *, limit: int) -> list[InvitationMail]:
    synced = exists().where(
        MailboxItem.activity_id == Email.id, Mailbox.id == MailboxItem.mailbox_id, Mailbox.provider != FILES
    )
    sender = select(ActivityParty.email).where(
        ActivityParty.activity_id == Email.id, ActivityParty.role == "from", ActivityParty.position == 0
    )
    rows = tx.execute(
        select(Email.id, Activity.uid, Activity.occurred_at, synced, Email.source_blob_id, sender.scalar_subquery())
        .join(Activity, Activity.id == Email.id)
        .where(Email.calendar_state == "pending")
        .order_by(Email.id)
        .limit(limit)
    ).all()
    return [InvitationMail(row[0], row[1], row[2], not row[3], row[4], row[5] or "") for row in rows]


def set_invitations_done(tx: Connection, activity_ids: Collection[int], meetings: Collection[int]) -> None:
    """These mails were looked into; `meetings` are those of them that speak of a meeting, as an invitation or an answer
    does, and do not only bring a calendar along."""
    state = case((Email.id.in_(sorted(meetings)), "done"), else_="enclosed")
    tx.execute(update(Email).where(Email.id.in_(sorted(activity_ids))).values(calendar_state=state))
