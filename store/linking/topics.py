"""Topics: a thread is one, unless people split it: from a mail on, its answers are a topic of their own."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.links import LinkRefusal
from store.schema.mail import Email, EmailReference

_SPLIT = "split"

Name = tuple[datetime, int]


def thread_mails(tx: Connection, thread_id: int | None) -> set[int]:
    """The mails of a thread, whatever their topic."""
    return set(tx.execute(select(Email.id).where(Email.thread_id == thread_id)).scalars())


def mails_of_topic(tx: Connection, activity_id: int) -> set[int]:
    """The mails of the thread of this one that are of its topic, itself among them."""
    thread_id = tx.execute(select(Email.thread_id).where(Email.id == activity_id)).scalar_one()
    roots = topics_of(tx, [thread_id])
    own = roots.get(activity_id, "")
    return {key for key in thread_mails(tx, thread_id) if roots.get(key, "") == own}


def topics_of(tx: Connection, thread_ids: Collection[int]) -> dict[int, str]:
    """By mail the uid of the one that begins its topic, for the mails of these threads that a split took off."""
    beginnings: dict[int, set[str]] = defaultdict(set)
    splits = (
        select(Email.thread_id, Activity.uid)
        .join(Activity, Activity.id == Email.id)
        .join(LinkRefusal, LinkRefusal.subject == Activity.uid)
        .where(LinkRefusal.scope == _SPLIT)
    )
    wanted = set(thread_ids)
    for thread_id, uid in tx.execute(splits):
        if thread_id in wanted:
            beginnings[thread_id].add(uid)
    found: dict[int, str] = {}
    for thread_id, uids in beginnings.items():
        found |= _roots(tx, thread_id, uids)
    return found


def _roots(tx: Connection, thread_id: int, beginnings: Collection[str]) -> dict[int, str]:
    mails = tx.execute(
        select(Email.id, Activity.uid, Activity.occurred_at, Email.message_id, Email.conversation)
        .join(Activity, Activity.id == Email.id)
        .where(Email.thread_id == thread_id)
        .order_by(Activity.occurred_at, Email.id)
    ).all()
    lines = _lines(tx, [row.id for row in mails])
    bearers: dict[str, list[Name]] = defaultdict(list)
    for row in mails:
        for name in filter(None, (row.message_id, row.conversation)):
            bearers[name].append((row.occurred_at, row.id))
    roots: dict[int, str] = {}
    for row in mails:
        answered = _answered(row, lines.get(row.id, ()), bearers)
        roots[row.id] = row.uid if row.uid in beginnings else roots.get(answered, "")
    return {key: root for key, root in roots.items() if root}


def _answered(row: Any, names: Sequence[str], bearers: Mapping[str, Sequence[Name]]) -> int:
    """The mail of the thread that this one answers; 0 for none."""
    for name in names:
        known = bearers.get(name, ())
        place = bisect_left(known, (row.occurred_at, row.id))
        if place:
            return known[place - 1][1]
    return 0


def _lines(tx: Connection, activity_ids: Sequence[int]) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = (
            select(EmailReference.activity_id, EmailReference.message_id)
            .where(EmailReference.activity_id.in_(portion))
            .order_by(EmailReference.activity_id, EmailReference.position)
        )
        for activity_id, name in tx.execute(rows):
            lines[activity_id].append(name)
    return lines
