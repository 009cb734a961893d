"""What rules did lately with the mails of some senders, which bears on what they may do next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, select

from store.chunks import chunked
from store.dates import shifted
from store.linking.decided import BY_TRIAGE
from store.outbox.queue import OutgoingState, Verb
from store.queries.triage_mail import HOUR, WEEK
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.mail import Email, MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Mailbox
from store.schema.triage import Acknowledgement
from store.sync.mailboxes import FILES


@dataclass(frozen=True, slots=True)
class RuleActs:
    """`made`: sender, subject and instant of mails that a rule made something of. `told`: senders who were sent an
    acknowledgement, in which thread, and when the mail that it answers came. `days`: threads with the days, in
    UTC, on which somebody in them was told."""

    made: tuple[tuple[str, str, datetime], ...] = ()
    told: tuple[tuple[str, int, datetime], ...] = ()
    days: tuple[tuple[int, date], ...] = ()


def rule_acts(
    tx: Connection, emails: Collection[str], thread_ids: Collection[int], first: datetime, last: datetime
) -> RuleActs:
    """What rules did that bears on mails of these senders and threads that came between these instants."""
    made: list[Any] = []
    told: list[Any] = []
    days: list[Any] = []
    sender = (ActivityParty.role == "from", Activity.deleted_at.is_(None))
    for portion in chunked(emails):
        theirs = (ActivityParty.email.in_(portion), *sender)
        made += tx.execute(
            select(ActivityParty.email, Activity.subject, Activity.occurred_at)
            .join(Activity, Activity.id == ActivityParty.activity_id)
            .join(Link, Link.activity_id == Activity.id)
            .where(*theirs, Activity.occurred_at.between(shifted(first, -HOUR), shifted(last, HOUR)))
            .where(Link.rule == BY_TRIAGE, Link.state == "linked")
            .order_by(Activity.occurred_at)
        ).all()
        told += tx.execute(
            select(ActivityParty.email, Email.thread_id, Activity.occurred_at)
            .join(Activity, Activity.id == ActivityParty.activity_id)
            .join(Email, Email.id == Activity.id)
            .join(Outgoing, Outgoing.activity_id == Activity.id)
            .where(*theirs, Activity.occurred_at.between(shifted(first, -WEEK), shifted(last, WEEK)))
            .where(Outgoing.verb == Verb.SEND_MAIL.value, Outgoing.user_id.is_(None))  # no person wrote it
            .where(Outgoing.state != OutgoingState.DRAFT.value)
        ).all()
    for threads in chunked(thread_ids):
        known = select(Acknowledgement.thread_id, Acknowledgement.on_date)
        days += tx.execute(known.where(Acknowledgement.thread_id.in_(threads))).all()
    return RuleActs(tuple(map(tuple, made)), tuple(map(tuple, told)), tuple(map(tuple, days)))


def connected_since(tx: Connection, activity_ids: Collection[int]) -> dict[int, datetime]:
    """From when on the first of the mailboxes that hold these mails is connected."""
    found: dict[int, datetime] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(MailboxItem.activity_id, func.min(Mailbox.created_at))
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .where(MailboxItem.activity_id.in_(portion), Mailbox.provider != FILES)
            .group_by(MailboxItem.activity_id)
        )
        found.update({key: at for key, at in rows if key is not None})
    return found
