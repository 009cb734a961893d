"""Whether an answer looks like the beginning of a new topic, so that a person may split it off."""

from __future__ import annotations

from sqlalchemy import Connection

from assistant.linking.evidence.threads import is_new_topic
from store.actor import Actor
from store.linking.human import seen_activity
from store.queries.linking.gather import gather


def looks_like_new_topic(tx: Connection, activity_id: int, *, by: Actor) -> bool:
    """It answers a mail, but with another subject and without a word of what it answers. Raises NotFound."""
    seen_activity(tx, activity_id, by)
    return any(is_new_topic(facts) for facts in gather(tx, [activity_id]).facts)
