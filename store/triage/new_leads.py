"""New leads that wait until rules have said whose they are: a row each, so that a killed process loses nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from store.actor import Actor
from store.schema.ledger import Request
from store.schema.triage import Rule
from store.types import new_uid

_ASSIGN = "assign_lead"  # payload: the keys of the lead and of the user who made it, None for a rule or the product


@dataclass(frozen=True, slots=True)
class NewLead:
    """A lead, and who made it; `request_id` is answered when rules have looked at it."""

    request_id: int
    record_id: int
    made_by: int | None


def await_assignment(tx: Connection, record_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Let these new leads wait for the rules for leads, where there are any."""
    if not record_ids:
        return
    rules = (Rule.kind == "lead", Rule.enabled, Rule.deleted_at.is_(None))
    if tx.execute(select(Rule.id).where(*rules).limit(1)).first() is None:
        return
    rows = [
        {"uid": new_uid(), "name": _ASSIGN, "payload": {"lead": key, "by": by.user_id}, "created_at": now}
        for key in record_ids
    ]
    tx.execute(insert(Request), rows)


def new_leads(tx: Connection, *, limit: int) -> list[NewLead]:
    """The next new leads that wait, the oldest first."""
    waiting = select(Request.id, Request.payload).where(Request.done_at.is_(None), Request.name == _ASSIGN)
    rows = tx.execute(waiting.order_by(Request.id).limit(limit))
    return [NewLead(row.id, row.payload["lead"], row.payload["by"]) for row in rows]
