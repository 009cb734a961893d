"""Who gets what a rule makes or links: the queue and the person that its `assign` means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from assistant.triage.actions import assignee
from store.errors import NotFound
from store.queues.giving import next_member
from store.queues.reading import queue_by_name
from store.schema.people import User
from store.schema.service import Queue


@dataclass(frozen=True, slots=True)
class Given:
    """The queue in which something waits, and who owns it; None for none."""

    queue_id: int | None = None
    user_id: int | None = None


def given_to(tx: Connection, wanted: str, queue_id: int | None, kind: str, *, now: datetime) -> Given:
    """Who gets a record of this kind, or a mail ('' for any queue), that came to this queue, as a rule says; '' leaves
    it to the queue.

    A person, or a queue, that is gone since the rule was written is nobody's turn: it waits in the queue it came to.
    """
    here = queue_id if _holds(tx, queue_id, kind) else None
    to = assignee(wanted)
    if to.how == "user":
        wanted_user = select(User.id).where(User.email == to.name.lower(), User.active.is_(True))
        return Given(here, tx.execute(wanted_user).scalar())
    if to.how == "queue":
        here = _named(tx, to.name, kind) or here
    if here is None:
        return Given()
    how = to.how if to.how in ("round_robin", "least_loaded") else ""
    return Given(here, next_member(tx, here, how=how, now=now))


def _holds(tx: Connection, queue_id: int | None, kind: str) -> bool:
    found = tx.execute(select(Queue.kind).where(Queue.id == queue_id, Queue.deleted_at.is_(None))).scalar()
    return found is not None and kind in ("", found)


def _named(tx: Connection, name: str, kind: str) -> int | None:
    try:
        found = queue_by_name(tx, name)
    except NotFound:
        return None
    return found.queue_id if kind in ("", found.kind) else None
