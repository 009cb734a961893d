"""Telling people what they have to know: each topic once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.chunks import chunked
from store.queries.notices import is_told
from store.schema.records import Record
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
    told = upsert(tx, Notice).values(values).on_conflict_do_nothing(index_elements=["topic"]).returning(Notice.id)
    return tx.execute(told).first() is not None


def see_notices(tx: Connection, notice_ids: Collection[int], *, by: Actor, now: datetime) -> int:
    """They were seen; returns how many had not been. What everybody was told is seen once anybody saw it.

    What is not for `by` is left alone.
    """
    seen = 0
    for portion in chunked(notice_ids):
        theirs = select(Notice.id).outerjoin(Record, Record.id == Notice.record_id).where(is_told(by))
        told = update(Notice).where(Notice.id.in_(portion), Notice.id.in_(theirs), Notice.seen_at.is_(None))
        seen += tx.execute(told.values(seen_at=now)).rowcount
    return seen
