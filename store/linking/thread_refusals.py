"""A person says that a mail and its whole thread are regarding nothing, or takes that back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, or_, select

from store.actor import Actor
from store.history.ledger import record_operation
from store.linking.human import held_links, settled
from store.linking.pending import reopen
from store.linking.refused_mail import THREAD
from store.linking.refusing import activity_uid, clear_links, lift, refuse, seen_mail
from store.linking.topics import mails_of_topic
from store.schema.activities import Activity
from store.schema.links import LinkRefusal


def refuse_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """Unlink a mail from everything, whoever linked it, and keep its thread off for all rules, also mail of it that
    comes later; returns the operation's uid. What people linked other mails of the thread to stays. Raises NotFound."""
    subject, thread_id = seen_mail(tx, activity_id, by)
    before = held_links(tx, [activity_id])
    clear_links(tx, activity_id, by=by, now=now)
    mails = mails_of_topic(tx, activity_id)
    reopen(tx, mails)
    changes = settled(tx, [activity_id], before, now=now)
    if not _refusals(tx, activity_id, thread_id):
        changes += refuse(tx, THREAD, activity_uid(tx, activity_id), by=by, now=now)
    return record_operation(tx, "refuse_thread", f"Tracking taken off: “{subject}”", changes, by=by, now=now)


def allow_thread(tx: Connection, activity_id: int, *, by: Actor, now: datetime) -> str:
    """The thread of a mail may be linked again; returns the operation's uid. Raises NotFound."""
    subject, thread_id = seen_mail(tx, activity_id, by)
    changes = lift(tx, _refusals(tx, activity_id, thread_id), now=now)
    return record_operation(tx, "allow_thread", f"Tracked: “{subject}”", changes, by=by, now=now)


def _refusals(tx: Connection, activity_id: int, thread_id: int) -> list[str]:
    """The refusals of the thread as a whole, by whichever mail of it they are known."""
    topic = select(Activity.uid).where(Activity.id.in_(mails_of_topic(tx, activity_id)))
    known = or_(LinkRefusal.subject == str(thread_id), LinkRefusal.subject.in_(topic))
    whole = (LinkRefusal.scope == THREAD, LinkRefusal.record_id.is_(None), known)
    return list(tx.execute(select(LinkRefusal.uid).where(*whole)).scalars())
