"""Deciding about several mails at once: each as for one mail, all of them one act that is undone as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.linking.by_hand import link_all_by_hand, reject, remove_link, set_link
from store.linking.human import held_links, seen_activity, seen_record, settled
from store.linking.refusals import refuse_message
from store.linking.refused_mail import MESSAGE
from store.linking.refusing import activity_uid, clear_links, refuse
from store.schema.links import Link
from store.schema.records import Record


def link_at_once(tx: Connection, activity_ids: Sequence[int], record_id: int, *, by: Actor, now: datetime) -> str:
    """These activities are regarding this record, first of all; returns the operation's uid. Raises NotFound."""
    if len(activity_ids) == 1:
        return set_link(tx, activity_ids[0], record_id, by=by, now=now)
    for activity_id in activity_ids:
        seen_activity(tx, activity_id, by)
    number, title = seen_record(tx, record_id, by)
    changes = link_all_by_hand(tx, activity_ids, record_id, by=by, now=now)
    summary = f"Linked {len(activity_ids)} mails to {number} {title}"
    return record_operation(tx, "set_link", summary, changes, by=by, now=now)


def accept_at_once(tx: Connection, activity_ids: Sequence[int], *, by: Actor, now: datetime) -> str:
    """Each of these activities is regarding what is suggested first for it; returns the operation's uid.

    Those for which nothing is suggested stay as they are. Raises NotFound, and Invalid where it is so for all.
    """
    for activity_id in activity_ids:
        seen_activity(tx, activity_id, by)
    wanted = _suggested_first(tx, activity_ids, by)
    if not wanted:
        raise Invalid("Nothing is suggested for it." if len(activity_ids) == 1 else "Nothing is suggested for these.")
    if len(wanted) == 1:
        [(activity_id, record_id)] = wanted.items()
        return set_link(tx, activity_id, record_id, by=by, now=now)
    changes: list[Change] = []
    for record_id in sorted(set(wanted.values())):
        theirs = [activity_id for activity_id, chosen in wanted.items() if chosen == record_id]
        changes += link_all_by_hand(tx, theirs, record_id, by=by, now=now)
    summary = f"Linked {len(wanted)} mails to what was suggested"
    return record_operation(tx, "set_link", summary, changes, by=by, now=now)


def _suggested_first(tx: Connection, activity_ids: Sequence[int], by: Actor) -> dict[int, int]:
    """The record that is likeliest among the suggestions of each activity."""
    rows = tx.execute(
        select(Link.activity_id, Link.record_id)
        .join(Record, Record.id == Link.record_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "suggested")
        .where(Record.deleted_at.is_(None), sees_record(by))
        .order_by(Link.score, Link.id.desc())
    )
    return {row.activity_id: row.record_id for row in rows}


def refuse_at_once(tx: Connection, activity_ids: Sequence[int], *, by: Actor, now: datetime) -> str:
    """These mails or meetings are regarding nothing, whoever linked them; returns the operation's uid. Raises
    NotFound."""
    if len(activity_ids) == 1:
        return refuse_message(tx, activity_ids[0], by=by, now=now)
    for activity_id in activity_ids:
        seen_activity(tx, activity_id, by)
    before = held_links(tx, activity_ids)
    for activity_id in activity_ids:
        clear_links(tx, activity_id, by=by, now=now)
    changes = settled(tx, activity_ids, before, now=now)
    for activity_id in activity_ids:
        changes += refuse(tx, MESSAGE, activity_uid(tx, activity_id), by=by, now=now)
    return record_operation(tx, "refuse_message", f"Not relevant: {len(activity_ids)} mails", changes, by=by, now=now)


def remove_at_once(tx: Connection, removed: Mapping[int, int], *, by: Actor, now: datetime) -> str:
    """Each activity is not regarding the record that is named with it, and never will be by rule; returns the
    operation's uid. Raises NotFound, and Invalid where one is not linked to its record."""
    if len(removed) == 1:
        [(activity_id, record_id)] = removed.items()
        return remove_link(tx, activity_id, record_id, by=by, now=now)
    before = held_links(tx, removed)
    for activity_id, record_id in removed.items():
        subject = seen_activity(tx, activity_id, by)
        number, title = seen_record(tx, record_id, by)
        if not reject(tx, [activity_id], record_id, by=by, now=now):
            raise Invalid(f"“{subject}” is not linked to {number} {title}.")
    changes = settled(tx, removed, before, now=now)
    return record_operation(tx, "remove_link", f"Unlinked {len(removed)} mails", changes, by=by, now=now)
