"""Giving what comes in to the members of a queue, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from store.leads.lifecycle import OPEN as LEAD_OPEN
from store.queues.choosing import Candidate, choose
from store.records.fields import CASE_CLOSED, CASE_STATUSES
from store.schema.people import User
from store.schema.records import Case, Lead, Record
from store.schema.service import Queue, QueueMember

# The statuses that are open, and not those that are closed: most cases are closed, and an index finds the others.
_OPEN = (
    (Case, tuple(status for status in CASE_STATUSES if status not in CASE_CLOSED)),
    (Lead, LEAD_OPEN),
)
_INSTANT = timedelta(microseconds=1)


def next_member(tx: Connection, queue_id: int, *, how: str = "", now: datetime) -> int | None:
    """Whose turn it is in the queue, which counts as having been given something; None when it is nobody's.

    `how` is round_robin or least_loaded where it is not left to the queue. Nobody else is chosen by the same queue
    until this transaction ends.
    """
    return next_members(tx, queue_id, [None], how=how, now=now)[0]


def next_members(
    tx: Connection, queue_id: int, owners: Sequence[int | None], *, how: str = "", now: datetime
) -> list[int | None]:
    """Whose turn it is for each of several, one after the other, as `next_member` says of one. `owners` says of each
    whose open work it is until now: it does not count as theirs any more."""
    assignment = tx.execute(
        select(Queue.assignment).where(Queue.id == queue_id, Queue.deleted_at.is_(None)).with_for_update()
    ).scalar()
    if assignment is None or (how or assignment) == "none":
        return [None] * len(owners)
    assignment = how or assignment
    rows = tx.execute(
        select(QueueMember.user_id, QueueMember.position, QueueMember.given_at, QueueMember.away)
        .join(User, User.id == QueueMember.user_id)
        .where(QueueMember.queue_id == queue_id, User.active.is_(True))
    ).all()
    loads = open_work(tx, [row.user_id for row in rows]) if assignment == "least_loaded" else {}
    members = {
        row.user_id: Candidate(row.user_id, row.position, row.given_at, loads.get(row.user_id, 0), row.away)
        for row in rows
    }
    # Of many that are given in one moment each is later than the one before, so that turns go on.
    turn = max([now, *(row.given_at + _INSTANT for row in rows if row.given_at is not None)])
    turns: list[int | None] = []
    for owner in owners:
        if owner in members:
            members[owner] = replace(members[owner], open_count=members[owner].open_count - 1)
        chosen = choose(assignment, members.values())
        turns.append(chosen)
        if chosen is not None:
            one = members[chosen]
            members[chosen] = replace(one, given_at=turn, open_count=one.open_count + 1)
            turn += _INSTANT
    for user_id in {*turns} - {None}:
        own = update(QueueMember).where(QueueMember.queue_id == queue_id, QueueMember.user_id == user_id)
        tx.execute(own.values(given_at=members[user_id].given_at))
    return turns


def open_work(tx: Connection, user_ids: Collection[int]) -> dict[int, int]:
    """How many open cases and leads each of these users owns, in whatever queue."""
    found: dict[int, int] = {}
    for table, still_open in _OPEN:
        rows = tx.execute(
            select(Record.owner_id, func.count())
            .join(table, table.id == Record.id)
            .where(Record.owner_id.in_(sorted(user_ids)), Record.deleted_at.is_(None), table.status.in_(still_open))
            .group_by(Record.owner_id)
        )
        for owner_id, count in rows:
            if owner_id is not None:
                found[owner_id] = found.get(owner_id, 0) + count
    return found
