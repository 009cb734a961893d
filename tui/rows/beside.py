"""What else stands beside a mail: why a person is asked what it is regarding, that it begins a new topic, and what its
signature says that is not known yet.

What explains links and tells topics apart reads everything that linking knows of a mail: it is imported on the thread
that asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from store.actor import Actor
from store.queries.proposals import ProposalRow, proposals_for_activity
from store.queries.refs import RecordRef
from store.triage.booked_times import bookings_to_move


@dataclass(frozen=True, slots=True)
class Beside:
    """Of the mail with this key. `held_back` says why what is suggested was not linked by itself; for
    `booking` another time may be wanted."""

    activity_id: int
    held_back: str
    new_topic: bool
    proposals: tuple[ProposalRow, ...]
    booking: RecordRef | None = None


def beside_mail(tx: Any, activity_id: int, *, answers: bool, suggested: bool, by: Actor) -> Beside:
    """`answers`: there are other mails in its thread; `suggested`: a record is suggested, and none is linked."""
    from assistant.linking.held_back import why_held_back
    from assistant.linking.new_topic import looks_like_new_topic

    held_back = why_held_back(tx, activity_id, by=by) if suggested else ""
    new_topic = answers and looks_like_new_topic(tx, activity_id, by=by)
    proposed = proposals_for_activity(tx, activity_id, by=by)
    booking, _ = bookings_to_move(tx, [activity_id], by=by).get(activity_id, (None, 0.0))
    return Beside(activity_id, held_back, new_topic, proposed, booking)
