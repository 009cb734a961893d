"""Whose a case or lead becomes that somebody makes in a queue and gives to nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from store.actor import Actor
from store.queues.giving import next_member
from store.records.references import resolve
from store.records.state import State
from store.schema.people import User
from store.schema.service import Queue


def take_turn(tx: Connection, kind: str, state: State, *, by: Actor, now: datetime) -> str:
    """Name the owner in checked values (`read_values`) that name a queue and none, where it is somebody's turn there;
    returns whose it is, as the end of a sentence, '' where nothing was done. Raises Invalid for names of nothing."""
    if kind not in ("case", "lead") or state.get("owner") is not None or state.get("queue") is None:
        return ""
    resolve(tx, kind, [state], by=by)
    queue_id = tx.execute(select(Queue.id).where(Queue.uid == state["queue"])).scalar_one()
    member = next_member(tx, queue_id, now=now)
    if member is None:
        return ""
    state["owner"] = member
    name = tx.execute(select(User.name).where(User.id == member)).scalar_one()
    return f"; it is the turn of {name}"
