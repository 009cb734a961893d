"""Giving leads to a person or putting them into a queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.leads.lifecycle import OPEN
from store.leads.qualifying import visible_leads
from store.queues.assigning import given
from store.records.values import read_values
from store.records.writing import change_records


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
    leads = visible_leads(tx, record_ids, by)
    owners = [lead.owner_id if lead.state["status"] in OPEN else None for lead in leads]
    to = given(tx, "lead", owners, user_id=user_id, queue_id=queue_id, now=now)
    wanted = [(lead, read_values("lead", values)) for lead, values in zip(leads, to.values, strict=True)]
    written = change_records(tx, wanted, by=by, now=now)
    # Also an act that changed nothing is the latest one, which the next undo takes back.
    changes = [change or Change("record", lead.uid, {}, {}) for lead, change in zip(leads, written, strict=True)]
    named = f"lead {leads[0].number} {leads[0].state['title']}" if len(leads) == 1 else f"{len(leads)} leads"
    return record_operation(tx, "assign_leads", f"Gave {named} to {to.goal}", changes, by=by, now=now)
