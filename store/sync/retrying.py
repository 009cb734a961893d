"""Asking the service to try again all that could not be read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select

from store.actor import Actor
from store.queries.status import sees_quarantined
from store.requests import RETRY, open_requests
from store.schema.ledger import Quarantine, Request
from store.types import new_uid


def retry_all(tx: Connection, *, by: Actor, now: datetime) -> int:
    """Ask for another try of every entry in quarantine that `by` may read; returns how many are tried now.

    What was asked for already and still waits is not asked for twice.
    """
    entries = select(Quarantine.uid).where(Quarantine.resolved_at.is_(None), sees_quarantined(by))
    uids = list(tx.execute(entries.order_by(Quarantine.id)).scalars())
    asked = {waiting.payload.get("quarantine") for waiting in open_requests(tx, RETRY)}
    rows = [
        {"uid": new_uid(), "name": RETRY, "payload": {"quarantine": uid}, "created_at": now}
        for uid in uids
        if uid not in asked
    ]
    if rows:
        tx.execute(insert(Request), rows)
    return len(uids)
