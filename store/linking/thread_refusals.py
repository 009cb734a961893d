"""A person says that a mail and its whole thread are regarding nothing, or takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from store.access import sees_activity
from store.actor import Actor
from store.errors import NotFound
from store.history.ledger import Change, record_operation
from store.linking.pending import reopen, reopen_answers
from store.linking.shown import show_links
from store.linking.timelines import refresh_timelines
from store.linking.undo import link_states, refusal_states
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email
from store.types import new_uid

_SCOPE = "thread"


def refuse_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """Unlink a mail from everything, whoever linked it, and keep its thread off for all rules; returns the operation's
    uid. What people linked other mails of the thread to stays. Raises NotFound."""
    subject, thread_id = _mail(tx, activity_id, by)
    links = link_states(tx, tx.execute(select(Link.uid).where(Link.activity_id == activity_id)).scalars().all())
    tx.execute(delete(Link).where(Link.activity_id == activity_id))
    changes = [Change("link", uid, state, None) for uid, state in links.items()]
    if not _refusals(tx, thread_id):
        uid = new_uid()
        values = {"uid": uid, "scope": _SCOPE, "subject": str(thread_id), "user_id": by.user_id, "created_at": now}
        tx.execute(insert(LinkRefusal).values(**values))
        changes.append(Change("link_refusal", uid, None, refusal_states(tx, [uid])[uid]))
    refresh_timelines(tx, [activity_id])
    show_links(tx, [activity_id], now=now)
    _decide_again(tx, thread_id)
    return record_operation(tx, "refuse_thread", f"Tracking taken off: “{subject}”", changes, by=by, now=now)


def allow_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """The thread of a mail may be linked again; returns the operation's uid. Raises NotFound."""
    subject, thread_id = _mail(tx, activity_id, by)
    refusals = refusal_states(tx, _refusals(tx, thread_id))
    tx.execute(delete(LinkRefusal).where(LinkRefusal.uid.in_(list(refusals))))
    changes = [Change("link_refusal", uid, state, None) for uid, state in refusals.items()]
    _decide_again(tx, thread_id)
    return record_operation(tx, "allow_thread", f"Tracked: “{subject}”", changes, by=by, now=now)


def _refusals(tx: Connection, thread_id: int) -> list[str]:
    whole = (LinkRefusal.scope == _SCOPE, LinkRefusal.subject == str(thread_id), LinkRefusal.record_id.is_(None))
    return list(tx.execute(select(LinkRefusal.uid).where(*whole)).scalars())


def _decide_again(tx: Connection, thread_id: int) -> None:
    mails = list(tx.execute(select(Email.id).where(Email.thread_id == thread_id)).scalars())
    reopen(tx, mails)
    reopen_answers(tx, mails)


def _mail(tx: Connection, activity_id: int, by: Actor) -> tuple[str, int]:
    row = tx.execute(
        select(Activity.subject, Email.thread_id)
        .join(Email, Email.id == Activity.id)
        .where(Activity.id == activity_id, Activity.deleted_at.is_(None), sees_activity(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such mail")
    return row.subject[:80], row.thread_id
