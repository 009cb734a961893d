"""Looking at past mail again, with what is known and how it is weighed now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from store.actor import Actor
from store.linking.pending import look_again
from store.schema.activities import Activity


def examine_again(tx: Connection, since: datetime | None = None, *, by: Actor, now: datetime) -> int:
    """Mail and meetings since that instant, all by default, are decided again in the background; returns how many.
    What people decided stands."""
    which = Activity.kind.in_(("email", "appointment")) & Activity.deleted_at.is_(None)
    if since is not None:
        which &= Activity.occurred_at >= since
    look_again(tx, which)
    waiting = select(func.count()).select_from(Activity).where(which, Activity.link_state != "done")
    return tx.execute(waiting).scalar_one()
