"""Relinking whole threads: what is said of one mail holds for those of its topic about which nobody said otherwise."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, or_, select

from store.access import sees_activity
from store.actor import Actor
from store.chunks import chunked
from store.history.ledger import record_operation
from store.linking.by_hand import link_all_by_hand, reject
from store.linking.human import held_links, seen_record, settled
from store.linking.refused_mail import MESSAGE, THREAD
from store.linking.refusing import activity_uid, lift, refusals_of, refuse, seen_mail
from store.linking.topics import mails_of_topic
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal


def link_thread(tx: Connection, activity_id: int, record_id: int, *, by: Actor, now: datetime) -> str:
    """The whole thread of a mail is regarding this record; returns the operation's uid. Raises NotFound.

    This mail is so in any case; the others of its topic unless a person said of them what they are regarding, that it
    is not this record, or that it is nothing. The thread may be linked again, if it was refused.
    """
    subject, _ = seen_mail(tx, activity_id, by)
    number, title = seen_record(tx, record_id, by)
    mails = _visible(tx, mails_of_topic(tx, activity_id), by)
    keys = [key for key, uid in mails.items() if key == activity_id or not _is_decided(tx, key, uid, record_id)]
    changes = lift(tx, refusals_of(tx, MESSAGE, [activity_uid(tx, activity_id)]), now=now)
    for refused in (None, record_id):
        changes += lift(tx, refusals_of(tx, THREAD, list(mails.values()), refused), now=now)
    changes += link_all_by_hand(tx, keys, record_id, by=by, now=now)
    told = f"Linked {len(keys)} mails of “{subject}” to {number} {title}"
    return record_operation(tx, "link_thread", told, changes, by=by, now=now)


def unlink_thread(tx: Connection, activity_id: int, record_id: int, *, by: Actor, now: datetime) -> str:
    """The whole thread of a mail is not regarding this record, nor is mail of it that comes later; returns the
    operation's uid. What people linked to it stays so, but for this mail. Raises NotFound."""
    subject, _ = seen_mail(tx, activity_id, by)
    number, title = seen_record(tx, record_id, by)
    mails = _visible(tx, mails_of_topic(tx, activity_id), by)
    theirs = _linked_by_people(tx, mails, record_id) - {activity_id}
    keys = [key for key in mails if key not in theirs]
    before = held_links(tx, keys)
    reject(tx, keys, record_id, by=by, now=now)
    changes = settled(tx, keys, before, now=now)
    changes += refuse(tx, THREAD, activity_uid(tx, activity_id), record_id=record_id, by=by, now=now)
    told = f"Unlinked the thread of “{subject}” from {number} {title}"
    return record_operation(tx, "unlink_thread", told, changes, by=by, now=now)


def _visible(tx: Connection, activity_ids: Collection[int], by: Actor) -> dict[int, str]:
    """The mails that they may decide about, with their uids."""
    found: dict[int, str] = {}
    for portion in chunked(activity_ids):
        seen = (Activity.id.in_(portion), Activity.deleted_at.is_(None), sees_activity(by))
        found.update({row.id: row.uid for row in tx.execute(select(Activity.id, Activity.uid).where(*seen))})
    return dict(sorted(found.items()))


def _is_decided(tx: Connection, activity_id: int, uid: str, record_id: int) -> bool:
    """A person said of this mail what it is regarding, or that it is not this."""
    of_this = or_(Link.state == "linked", Link.record_id == record_id)
    said = select(Link.id).where(Link.activity_id == activity_id, Link.decided_by == "user", of_this)
    refused = select(LinkRefusal.id).where(
        LinkRefusal.scope == MESSAGE,
        LinkRefusal.subject == uid,
        or_(LinkRefusal.record_id.is_(None), LinkRefusal.record_id == record_id),
    )
    return any(tx.execute(query.limit(1)).first() for query in (said, refused))


def _linked_by_people(tx: Connection, activity_ids: Collection[int], record_id: int) -> set[int]:
    found: set[int] = set()
    for portion in chunked(activity_ids):
        linked = (Link.record_id == record_id, Link.state == "linked", Link.decided_by == "user")
        found.update(tx.execute(select(Link.activity_id).where(Link.activity_id.in_(portion), *linked)).scalars())
    return found
