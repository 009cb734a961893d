"""How much of everything a store holds, counted exactly; for a store of demonstration size."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from store.actor import Actor
from store.schema.activities import Activity
from store.schema.ledger import Quarantine
from store.schema.links import Link
from store.schema.mail import Thread
from store.schema.records import Record


def contents(tx: Connection, *, by: Actor) -> dict[str, int]:
    """Counts by kind of activity and record, and of threads, linked activities and what waits in quarantine."""
    counts = dict.fromkeys(("email", "appointment", "contact", "account"), 0)
    for kind, living in ((Activity.kind, Activity.deleted_at), (Record.kind, Record.deleted_at)):
        counted = tx.execute(select(kind, func.count()).where(living.is_(None)).group_by(kind))
        counts |= {row[0]: row[1] for row in counted}
    linked = select(func.count(Link.activity_id.distinct())).where(Link.state == "linked")
    waiting = select(func.count()).select_from(Quarantine).where(Quarantine.resolved_at.is_(None))
    counts["thread"] = tx.execute(select(func.count()).select_from(Thread)).scalar_one()
    counts["linked"] = tx.execute(linked).scalar_one()
    counts["quarantined"] = tx.execute(waiting).scalar_one()
    return counts
