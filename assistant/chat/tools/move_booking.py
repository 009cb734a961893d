"""Moves a booking to another time, or gives it to another resource."""

from __future__ import annotations

from typing import Any

from assistant.chat.acting import acting
from assistant.chat.pointing import cite, moved, shown
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from assistant.chat.bookings import the_booking
    from store.queries.scheduling.bookings import booking_facts
    from store.queries.scheduling.setup import called
    from store.scheduling.booking import Need, move
    from store.scheduling.sorts import RESOURCE

    ref = the_booking(talk, arguments["booking"])
    with talk.services.store.read() as tx:
        facts = booking_facts(tx, [ref.record_id])[ref.record_id]
    changes: list[Change] = []
    values: dict[str, Any] = {}
    if "start" in arguments:
        values["starts_at"] = moved(talk, arguments["start"], facts.starts_at)
        changes.append(Change("start", shown(talk, facts.starts_at), shown(talk, values["starts_at"])))
    if "resource" in arguments:
        who = talk.services.read(called, RESOURCE, arguments["resource"])
        values["needs"] = [Need(who.id)]
        changes.append(Change("resources", ", ".join(each.name for each in facts.resources), who.name))
    if not values:
        raise Invalid("Say to when or to whom.")
    done = acting(talk, f"{ref.number} is moved.", cite(ref), move, ref.record_id, **values)
    return Proposal(f"Move {ref.number} {ref.title}.", (cite(ref),), tuple(changes), done)


TOOL = Tool(
    "move_booking",
    "Move a booking to another time, or give it to another resource.",
    (
        Argument("booking", "booking", "which one", required=True),
        Argument("start", "when", "when it begins"),
        Argument("resource", "resource", "by whom"),
    ),
    (
        Example("BKG-00012 to monday at 13:00", {"booking": "BKG-00012"}),
        Example("give BKG-00012 to Van 1", {"booking": "BKG-00012", "resource": "Van 1"}),
    ),
    propose=_propose,
)
