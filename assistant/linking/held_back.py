"""Why mail that seems to be regarding something was nevertheless not linked by itself."""

from __future__ import annotations

from sqlalchemy import Connection

from assistant.linking.barred import why_barred
from store.actor import Actor
from store.linking.human import seen_activity
from store.queries.linking.gather import gather


def why_held_back(tx: Connection, activity_id: int, *, by: Actor) -> str:
    """What forbids to link it without a person, in words; '' where only certainty is wanting. Raises NotFound."""
    seen_activity(tx, activity_id, by)
    reasons = (why_barred(facts, internal=facts.link_internal) for facts in gather(tx, [activity_id]).facts)
    return next(reasons, "")
