"""What one process asks another to do: the UI writes a row, the service finds it and answers in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from store.actor import Actor
from store.schema.ledger import Request
from store.types import new_uid

SYNC = "sync"  # payload: {"mailbox": address}, or {} for all mailboxes
RETRY = "retry"  # payload: {"quarantine": uid}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits to be carried out."""

    request_id: int
    uid: str
    name: str
    payload: Mapping[str, Any]
    created_at: datetime


def request(tx: Connection, name: str, payload: Mapping[str, Any], *, by: Actor, now: datetime) -> str:
    """Ask for something; the same thing that still waits is not asked for twice. Returns the uid of the request."""
    for waiting in open_requests(tx, name):
        if dict(waiting.payload) == dict(payload):
            return waiting.uid
    uid = new_uid()
    tx.execute(insert(Request).values(uid=uid, name=name, payload=dict(payload), created_at=now))
    return uid


def open_requests(tx: Connection, name: str | None = None) -> list[Asked]:
    """What waits, oldest first."""
    query = select(Request.id, Request.uid, Request.name, Request.payload, Request.created_at).where(
        Request.done_at.is_(None)
    )
    if name is not None:
        query = query.where(Request.name == name)
    return [Asked(*row) for row in tx.execute(query.order_by(Request.id))]


def answer(tx: Connection, request_id: int, outcome: str, *, now: datetime) -> None:
    """It was done; `outcome` says in words what came of it."""
    tx.execute(update(Request).where(Request.id == request_id).values(done_at=now, outcome=outcome))
