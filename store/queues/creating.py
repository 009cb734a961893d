"""A new case or lead in a queue, given at once to whose turn it is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from store.actor import Actor
from store.queues.giving import next_member
from store.records.writing import Created, create_record


def create_in_queue(tx: Connection, kind: str, values: Mapping[str, Any], *, by: Actor, now: datetime) -> Created:
    """Create it as `create_record` does; where `values` name its queue by key and nobody to own it, it is whose turn it
    is there, in the same operation."""
    queue_id = values.get("queue")
    if isinstance(queue_id, int) and values.get("owner") is None:
        values = {**values, "owner": next_member(tx, queue_id, now=now)}
    return create_record(tx, kind, values, by=by, now=now)
