"""Gives a lead up."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail

_NO_REASON = "no reason given"


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.leads.deciding import disqualify_lead

    ref = record(talk, arguments["lead"], "lead")
    reason = arguments.get("reason") or _NO_REASON
    status = str(talk.services.read(record_detail, ref.record_id).fields.get("status") or "")
    done = acting(talk, f"{ref.number} is given up.", cite(ref), disqualify_lead, ref.record_id, reason)
    changes = (Change("status", status, "disqualified"), *new_fields({"given up because": reason}))
    return Proposal(f"Give up {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "disqualify_lead",
    "Give a lead up, with why.",
    (Argument("lead", "record", "which lead", required=True, kinds=("lead",)), Argument("reason", "text", "why")),
    (
        Example(
            "disqualify this, no budget", {"lead": "$screen", "reason": "no budget"}, screen=("lead", "Pia Lechner")
        ),
    ),
    propose=_propose,
)
