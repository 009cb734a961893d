"""The one place that decides who sees what. Every query filters with these conditions.

A record is seen by everybody except restricted users, who see their own. An activity is seen by those with rights on a
mailbox that holds it, by its owner, and by those who see a record it is linked to, unless it is private. What is
private in somebody's mailbox is not seen by those who read it for them; a shared mailbox belongs to nobody. Whom a mail
was sent to blindly is known to those who read its sender's mailbox and to whom it was sent so.

A condition is kept for whom it was made: making it anew took longer than most of the queries that it stands in.
"""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from store.actor import RESTRICTED, Actor
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.people import Folder, Mailbox, User
from store.schema.records import Record

_kept = lru_cache(maxsize=100)


@_kept
def sees_record(by: Actor) -> ColumnElement[bool]:
    """Condition on `record` rows."""
    if by.sees_everything or by.sees_every_record:
        return true()
    return Record.owner_id == by.user_id


def owner_sees_record() -> ColumnElement[bool]:
    """`sees_record` for the owner of a mailbox, as a condition on `record` rows joined, outer, with the `app_user` of
    the owner; a mailbox without an owner is acted for by the system."""
    return or_(User.id.is_(None), User.role != RESTRICTED, Record.owner_id == User.id)


@_kept
def sees_activity(by: Actor) -> ColumnElement[bool]:
    """Condition on `activity` rows, wherever they come from."""
    if by.sees_everything:
        return true()
    return or_(_is_own(by), and_(Activity.private.is_(False), _linked_to_seen_record(by)))


@_kept
def sees_timeline_activity(by: Actor) -> ColumnElement[bool]:
    """Condition on `activity` rows reached over the timeline of a record that `by` sees already."""
    if by.sees_everything:
        return true()
    return or_(Activity.private.is_(False), _is_own(by))


@_kept
def sees_party(by: Actor) -> ColumnElement[bool]:
    """Condition on `activity_party` rows of an activity that `by` sees."""
    if by.sees_everything:
        return true()
    sender = aliased(ActivityParty)
    is_senders = exists().where(
        sender.activity_id == MailboxItem.activity_id,
        sender.role.in_(("from", "on_behalf")),
        sender.email == Mailbox.address,
    )
    telling = (
        select(MailboxItem.id)
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .outerjoin(Folder, Folder.id == MailboxItem.folder_id)
        .where(
            MailboxItem.activity_id == ActivityParty.activity_id,
            MailboxItem.mailbox_id.in_(sorted(by.mailbox_ids)),
            # What was imported from files is a copy that somebody chose to share.
            or_(
                Folder.role == "sent",
                Mailbox.provider == "files",
                Mailbox.address == ActivityParty.email,
                is_senders.correlate(MailboxItem, Mailbox),
            ),
        )
    )
    return or_(ActivityParty.role != "bcc", telling.correlate(ActivityParty).exists())


@_kept
def sees_in_mailbox(by: Actor) -> ColumnElement[bool]:
    """Condition on `mailbox_item` rows of mailboxes that `by` may read, joined with their activities."""
    if not by.delegated_ids:
        return true()
    return or_(Activity.private.is_(False), MailboxItem.mailbox_id.not_in(sorted(by.delegated_ids)))


def _is_own(by: Actor) -> ColumnElement[bool]:
    readable = MailboxItem.mailbox_id.in_(sorted(by.mailbox_ids))
    held = exists().where(MailboxItem.activity_id == Activity.id, readable, sees_in_mailbox(by))
    # Correlated with the activity alone: a query around it may read items and links for purposes of its own.
    return or_(Activity.owner_id == by.user_id, held.correlate(Activity) if by.mailbox_ids else false())


def _linked_to_seen_record(by: Actor) -> ColumnElement[bool]:
    linked = select(Link.id).where(Link.activity_id == Activity.id, Link.state == "linked")
    if not by.sees_every_record:
        linked = linked.join(Record, Record.id == Link.record_id).where(Record.owner_id == by.user_id)
    return linked.correlate(Activity).exists()
