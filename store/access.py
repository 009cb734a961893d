"""The one place that decides who sees what. Every query filters with these conditions.

A record is seen by everybody except restricted users, who see their own. An activity is seen by those with rights on a
mailbox that holds it, by its owner, and by those who see a record it is linked to, unless it is private.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from store.actor import Actor
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.records import Record


def sees_record(by: Actor) -> ColumnElement[bool]:
    """Condition on `record` rows."""
    if by.sees_everything or by.sees_every_record:
        return true()
    return Record.owner_id == by.user_id


def sees_activity(by: Actor) -> ColumnElement[bool]:
    """Condition on `activity` rows, wherever they come from."""
    if by.sees_everything:
        return true()
    return or_(_is_own(by), and_(Activity.private.is_(False), _linked_to_seen_record(by)))


def sees_timeline_activity(by: Actor) -> ColumnElement[bool]:
    """Condition on `activity` rows reached over the timeline of a record that `by` sees already."""
    if by.sees_everything:
        return true()
    return or_(Activity.private.is_(False), _is_own(by))


def _is_own(by: Actor) -> ColumnElement[bool]:
    held = exists().where(MailboxItem.activity_id == Activity.id, MailboxItem.mailbox_id.in_(sorted(by.mailbox_ids)))
    # Correlated with the activity alone: a query around it may read items and links for purposes of its own.
    return or_(Activity.owner_id == by.user_id, held.correlate(Activity) if by.mailbox_ids else false())


def _linked_to_seen_record(by: Actor) -> ColumnElement[bool]:
    linked = select(Link.id).where(Link.activity_id == Activity.id, Link.state == "linked")
    if not by.sees_every_record:
        linked = linked.join(Record, Record.id == Link.record_id).where(Record.owner_id == by.user_id)
    return linked.correlate(Activity).exists()
