"""Marks an opportunity as won."""

from __future__ import annotations

from assistant.chat.acting import acting, differing_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import edit_record

    ref = record(talk, arguments["opportunity"], "opportunity")
    values = {"stage": "won", "status": "won", **({"amount": arguments["amount"]} if "amount" in arguments else {})}
    changes = differing_fields(talk.services.read(record_detail, ref.record_id), values)
    done = acting(talk, f"{ref.number} is won.", cite(ref), edit_record, ref.record_id, values)
    return Proposal(f"Win {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "win_opportunity",
    "Mark an opportunity as won.",
    (
        Argument("opportunity", "record", "which one", required=True, kinds=("opportunity",)),
        Argument("amount", "amount", "what it was sold for"),
    ),
    (
        Example("we won OPP-00012", {"opportunity": "OPP-00012"}),
        Example("won!", {"opportunity": "$screen"}, screen=("opportunity", "Dryers")),
    ),
    propose=_propose,
)
