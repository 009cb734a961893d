"""Telling people what they have to know: each topic once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from store.schema.triage import Notice
from store.types import new_uid
from store.upsert import upsert


def tell(
    tx: Connection,
    topic: str,
    text: str,
    *,
    record_id: int | None = None,
    user_id: int | None = None,
    now: datetime,
) -> bool:
    """Keep a sentence for this person, or for everybody, about this record; False where the topic was told before."""
    values = {"uid": new_uid(), "topic": topic, "text": text, "record_id": record_id, "user_id": user_id, "at": now}
    return bool(tx.execute(upsert(tx, Notice).values(values).on_conflict_do_nothing(index_elements=["topic"])).rowcount)
