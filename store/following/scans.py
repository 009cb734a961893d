"""How far records were looked at for what rests, a stretch of keys at a time: of a million records as few are looked at
in one go as of a thousand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store.schema.following import FollowScan
from store.upsert import upsert

ROUND = timedelta(hours=1)  # the least time from one round to the next


def next_stretch(tx: Connection, kind: str, *, now: datetime) -> int | None:
    """The key after which the records of a kind are looked at next; None while the last round is young."""
    row = tx.execute(select(FollowScan.after_id, FollowScan.began_at).where(FollowScan.kind == kind)).one_or_none()
    if row is None:
        return 0
    is_young = row.began_at <= now < row.began_at + ROUND
    return None if row.after_id == 0 and is_young else row.after_id


def looked_at(tx: Connection, kind: str, after_id: int, last_id: int | None, *, now: datetime) -> None:
    """The records behind `after_id` were looked at until `last_id`; None: to the end, which ends the round."""
    values = {"after_id": last_id or 0} | ({"began_at": now} if after_id == 0 else {})
    statement = upsert(tx, FollowScan).values(kind=kind, after_id=last_id or 0, began_at=now)
    tx.execute(statement.on_conflict_do_update(index_elements=["kind"], set_=values))
