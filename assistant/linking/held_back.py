"""Why mail that seems to be regarding something was nevertheless not linked by itself."""

from __future__ import annotations

from sqlalchemy import Connection

from assistant.linking.barred import is_circular, why_barred
from store.actor import Actor
from store.linking.facts import ActivityFacts
from store.linking.human import seen_activity
from store.queries.linking.gather import gather


def why_held_back(tx: Connection, activity_id: int, *, by: Actor) -> str:
    """What forbids to link it without a person, in words; '' where only certainty is wanting. Raises NotFound."""
    seen_activity(tx, activity_id, by)
    found = gather(tx, [activity_id]).facts
    reasons = (why_barred(facts, internal=facts.link_internal) or _why_of_nobody(facts) for facts in found)
    return next(reasons, "")


def _why_of_nobody(facts: ActivityFacts) -> str:
    return "it went to several companies at once" if is_circular(facts) else ""
