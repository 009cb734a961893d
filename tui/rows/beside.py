"""What else stands beside a mail: that it begins a new topic, and what its signature says that is not known yet.

What tells topics apart reads everything that linking knows of a mail: it is imported on the thread that asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.actor import Actor
from store.queries.proposals import ProposalRow, proposals_for_activity


@dataclass(frozen=True, slots=True)
class Beside:
    """Of the mail with this key."""

    activity_id: int
    new_topic: bool
    proposals: tuple[ProposalRow, ...]


def beside_mail(tx: Any, activity_id: int, *, answers: bool, by: Actor) -> Beside:
    """`answers`: there are other mails in its thread."""
    from assistant.linking.new_topic import looks_like_new_topic

    new_topic = answers and looks_like_new_topic(tx, activity_id, by=by)
    return Beside(activity_id, new_topic, proposals_for_activity(tx, activity_id, by=by))
