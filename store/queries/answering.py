"""Whether somebody else answers, or answered, a mail: their drafts, what is on its way, and what was sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, select

from store.access import sees_activity
from store.actor import Actor
from store.outbox.queue import OutgoingState, Verb
from store.schema.activities import Activity, ActivityParty
from store.schema.mail import Email
from store.schema.outbox import Outgoing
from store.schema.people import User
from store.triage.acknowledged import is_acknowledgement

_ON_ITS_WAY = (OutgoingState.WAITING.value, OutgoingState.WORKING.value, OutgoingState.DONE.value)
_PREVIEW = 80  # characters of a draft that are shown


@dataclass(frozen=True, slots=True)
class OthersDraft:
    """An answer that somebody else began; `said` is how it begins."""

    uid: str
    name: str
    began_at: datetime
    said: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Somebody else answered after a mail had come."""

    name: str
    at: datetime


def drafts_of_others(tx: Connection, activity_id: int, *, by: Actor) -> tuple[OthersDraft, ...]:
    """The answers that others began in this mail's thread, in mailboxes that `by` uses too; the newest first."""
    rows = tx.execute(
        select(Outgoing.uid, User.name, Outgoing.created_at, Outgoing.payload)
        .join(User, User.id == Outgoing.user_id)
        .join(Activity, Activity.id == Outgoing.activity_id)
        .where(
            Outgoing.verb == Verb.SEND_MAIL.value,
            Outgoing.state == OutgoingState.DRAFT.value,
            Outgoing.activity_id.in_(_thread(activity_id)),
            _by_others(by),
            Outgoing.mailbox_id.in_(sorted(by.mailbox_ids)),
            sees_activity(by),  # what it answers may be private
        )
        .order_by(Outgoing.id.desc())
    )
    return tuple(
        OthersDraft(row.uid, row.name, row.created_at, " ".join(row.payload.get("text", "").split())[:_PREVIEW])
        for row in rows
    )


def answered_since(tx: Connection, activity_id: int, *, by: Actor) -> Answered | None:
    """The last answer of somebody else in the thread since this mail came; automatic ones do not count."""
    came = select(Activity.occurred_at).where(Activity.id == activity_id).scalar_subquery()
    queued = tx.execute(
        select(User.name, Outgoing.created_at)
        .join(User, User.id == Outgoing.user_id)
        .join(Activity, Activity.id == Outgoing.activity_id)
        .where(
            Outgoing.verb == Verb.SEND_MAIL.value,
            Outgoing.state.in_(_ON_ITS_WAY),
            Outgoing.activity_id.in_(_thread(activity_id)),
            Outgoing.created_at > came,
            _by_others(by),
            sees_activity(by),
        )
        .order_by(Outgoing.id.desc())
        .limit(1)
    ).one_or_none()
    own = select(User.email).where(User.id == by.user_id, User.email.is_not(None))
    sent = tx.execute(
        select(ActivityParty.name, ActivityParty.email, Activity.occurred_at)
        .join(Activity, Activity.id == ActivityParty.activity_id)
        .join(Email, Email.id == Activity.id)
        .where(
            Activity.id.in_(_thread(activity_id)),
            Activity.direction == "out",
            Activity.occurred_at > came,
            Activity.deleted_at.is_(None),
            Email.noise == "",
            ~is_acknowledgement(Activity.id),
            ActivityParty.role == "from",
            ActivityParty.email.not_in(own),
            sees_activity(by),
        )
        .order_by(Activity.occurred_at.desc())
        .limit(1)
    ).one_or_none()
    found = [Answered(queued.name, queued.created_at)] if queued else []
    found += [Answered(sent.name or sent.email, sent.occurred_at)] if sent else []
    return max(found, key=lambda one: one.at, default=None)


def _thread(activity_id: int) -> Select[int]:
    own = select(Email.thread_id).where(Email.id == activity_id).scalar_subquery()
    return select(Email.id).where(Email.thread_id == own)


def _by_others(by: Actor) -> ColumnElement[bool]:
    return and_(Outgoing.user_id.is_not(None), Outgoing.user_id != (by.user_id or 0))
