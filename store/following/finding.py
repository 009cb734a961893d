"""What is found in mail and records becomes follow-ups, and what happens closes them. No decision is taken here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import Connection, select, update

from store.chunks import chunked
from store.following.customers import customers_of
from store.following.values import CLOSED, OPEN, PROPOSED, STANDING, Found, instant_of
from store.schema.following import FollowUp
from store.types import new_uid
from store.upsert import upsert


def bring(tx: Connection, found: Collection[Found], *, now: datetime) -> int:
    """Keep what was not found before; returns how many are new. What a person or an event closed stays closed."""
    customers = customers_of(tx, {one.record_id for one in found if one.record_id is not None})
    rows = [
        {
            "uid": new_uid(),
            "identity": one.identity,
            "kind": one.kind.value,
            "user_id": one.user_id,
            "record_id": one.record_id,
            "customer_id": None if one.record_id is None else customers[one.record_id],
            "activity_id": one.activity_id,
            "text": one.text,
            "sentence": one.sentence,
            "facts": dict(one.facts),
            "state": OPEN if one.is_certain else PROPOSED,
            "due_wall": one.due_wall.isoformat(timespec="minutes"),
            "zone": one.zone,
            "due_at": one.due_at,
            "made_at": now,
        }
        for one in found
    ]
    if not rows:
        return 0
    statement = upsert(tx, FollowUp).values(rows).on_conflict_do_nothing(index_elements=["identity"])
    return len(tx.execute(statement.returning(FollowUp.id)).all())


def close_follow_ups(
    tx: Connection, follow_up_ids: Collection[int], why: str, by_activity_id: int | None = None, *, now: datetime
) -> int:
    """What they wait for has happened; returns how many were still open."""
    closed = 0
    for portion in chunked(follow_up_ids):
        statement = update(FollowUp).where(FollowUp.id.in_(portion), FollowUp.state.in_(STANDING))
        values = {"state": CLOSED, "closed_why": why, "closed_by_id": by_activity_id, "closed_at": now}
        closed += tx.execute(statement.values(version=FollowUp.version + 1, **values)).rowcount
    return closed


def reopen(tx: Connection, follow_up_ids: Collection[int]) -> None:
    """What closed them did not hold: they are open again. What a person closed stays closed."""
    for portion in chunked(follow_up_ids):
        statement = update(FollowUp).where(FollowUp.id.in_(portion), FollowUp.state == CLOSED)
        values = {"state": OPEN, "closed_why": "", "closed_by_id": None, "closed_at": None}
        tx.execute(statement.values(version=FollowUp.version + 1, **values))


def postpone(tx: Connection, follow_up_id: int, wall: datetime, facts: dict[str, object]) -> None:
    """It is due at another wall time of its zone, for a reason that `facts` tell from now on."""
    row = tx.execute(select(FollowUp.zone, FollowUp.facts).where(FollowUp.id == follow_up_id)).one()
    values = {"due_wall": wall.isoformat(timespec="minutes"), "due_at": instant_of(wall, row.zone)}
    statement = update(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.state.in_(STANDING))
    tx.execute(statement.values(facts={**row.facts, **facts}, version=FollowUp.version + 1, **values))


def bring_up(tx: Connection, follow_up_ids: Iterable[int], day: date) -> None:
    """They are put before their users from this day on."""
    for portion in chunked(list(follow_up_ids)):
        statement = update(FollowUp).where(FollowUp.id.in_(portion), FollowUp.brought_on.is_(None))
        tx.execute(statement.values(brought_on=day))
