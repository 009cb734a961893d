"""Cancels a booking."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.pointing import cite
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.bookings import the_booking
    from store.scheduling.booking import cancel

    ref = the_booking(talk, arguments["booking"])
    status = str(talk.services.read(record_detail, ref.record_id).fields.get("status") or "")
    done = acting(talk, f"{ref.number} is cancelled.", cite(ref), cancel, ref.record_id)
    return Proposal(f"Cancel {ref.number} {ref.title}.", (cite(ref),), (Change("status", status, "cancelled"),), done)


TOOL = Tool(
    "cancel_booking",
    "Cancel a booking.",
    (Argument("booking", "booking", "which one", required=True),),
    (Example("cancel BKG-00012", {"booking": "BKG-00012"}),),
    propose=_propose,
)
