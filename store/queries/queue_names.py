"""Queues by name, for forms that offer them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from store.actor import Actor
from store.schema.service import Queue


@dataclass(frozen=True, slots=True)
class QueueName:
    """A queue; `kind` is case or lead."""

    queue_id: int
    uid: str
    name: str
    kind: str


def queue_names(tx: Connection, kind: str = "", *, by: Actor) -> tuple[QueueName, ...]:
    """The queues for a kind of record, or all, by name; who works here may know all of them."""
    query = select(Queue.id, Queue.uid, Queue.name, Queue.kind).where(Queue.deleted_at.is_(None)).order_by(Queue.name)
    return tuple(QueueName(*row) for row in tx.execute(query.where(Queue.kind == kind) if kind else query))
