"""Mail that waits for a decision in the sample store."""

from __future__ import annotations

from sqlalchemy import insert, select, update

from store.engine import Store
from store.schema.activities import Activity
from store.schema.service import Queue
from store.schema.triage import Triage
from tests.tui.suggesting import suggest


def wait(store: Store, mails: int = 12) -> list[int]:
    """Let the newest received mails wait, every third in a queue for cases; returns them, the longest waiting first.

    Each of them has suggestions (see tests.tui.suggesting).
    """
    ids = suggest(store, mails)
    with store.write() as tx:
        values = {"uid": "support", "name": "Support", "address": "support@alpineskihouse.example"}
        queue = tx.execute(insert(Queue).values(values).returning(Queue.id)).scalar_one()
        tx.execute(update(Activity).where(Activity.id.in_(ids)).values(direction="in"))
        rows = tx.execute(select(Activity.id, Activity.occurred_at).where(Activity.id.in_(ids))).all()
        ordered = sorted(rows, key=lambda row: (row.occurred_at, row.id))
        for place, row in enumerate(ordered):
            where = {"queue_id": queue if place % 3 == 0 else None}
            tx.execute(
                insert(Triage).values(activity_id=row.id, occurred_at=row.occurred_at, state="undecided", **where)
            )
    return [row.id for row in ordered]
