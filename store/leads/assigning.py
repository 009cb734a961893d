"""Giving leads to a person or putting them into a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.actor import Actor
from store.errors import Invalid, NotFound
from store.history.ledger import Change, record_operation
from store.leads.qualifying import visible_lead
from store.queues.giving import next_member
from store.queues.reading import queue_of
from store.records.values import read_values
from store.records.writing import change_record
from store.schema.people import User


def assign_leads(
    tx: Connection,
    record_ids: Sequence[int],
    *,
    user_id: int | None = None,
    queue_id: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Give leads to a person, put them into a queue, or both; returns the operation's uid.

    In a queue without a person they are whose turn it is there, else nobody's. Raises NotFound, and Invalid for neither
    a person nor a queue, and for a queue of cases.
    """
    if not record_ids:
        raise Invalid("Say which lead.")
    goals = _goals(tx, user_id, queue_id)
    leads = [visible_lead(tx, record_id, by) for record_id in record_ids]
    changes: list[Change] = []
    for lead in leads:
        owner_id = user_id if queue_id is None or user_id is not None else next_member(tx, queue_id, now=now)
        values: dict[str, Any] = {"owner": owner_id} | ({} if queue_id is None else {"queue": queue_id})
        change = change_record(tx, lead, read_values("lead", values), by=by, now=now)
        # Also an act that changed nothing is the latest one, which the next undo takes back.
        changes.append(change or Change("record", lead.uid, {}, {}))
    named = f"lead {leads[0].number} {leads[0].state['title']}" if len(leads) == 1 else f"{len(leads)} leads"
    return record_operation(tx, "assign_leads", f"Gave {named} to {goals}", changes, by=by, now=now)


def _goals(tx: Connection, user_id: int | None, queue_id: int | None) -> str:
    goals = []
    if queue_id is not None:
        queue = queue_of(tx, queue_id)
        if queue.kind != "lead":
            raise Invalid(f"The queue {queue.name} holds cases, not leads.")
        goals.append(f"the queue {queue.name}")
    if user_id is not None:
        name = tx.execute(select(User.name).where(User.id == user_id, User.active.is_(True))).scalar()
        if name is None:
            raise NotFound("no such colleague")
        goals.append(name)
    if not goals:
        raise Invalid("Say to whom, or to which queue.")
    return " and ".join(goals)
