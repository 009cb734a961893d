"""Whether a mail looks like the beginning of another topic, so that splitting it off is offered."""

from __future__ import annotations

from sqlalchemy import Connection, select

from assistant.linking.evidence.threads import is_new_topic
from store.access import sees_activity
from store.actor import Actor
from store.queries.linking.gather import gather
from store.schema.activities import Activity


def offers_split(tx: Connection, activity_id: int, *, by: Actor) -> bool:
    """An answer with a new subject that quotes nothing of what it answers, and was not split off yet."""
    if tx.execute(select(Activity.id).where(Activity.id == activity_id, sees_activity(by))).first() is None:
        return False
    return any(is_new_topic(facts) for facts in gather(tx, [activity_id]).facts)
