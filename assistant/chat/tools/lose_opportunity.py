"""Marks an opportunity as lost."""

from __future__ import annotations

from assistant.chat.acting import acting, differing_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import edit_record

    ref = record(talk, arguments["opportunity"], "opportunity")
    values = {"stage": "lost", "status": "lost"}
    if arguments.get("reason"):
        known = str(talk.services.read(record_detail, ref.record_id).fields.get("description") or "")
        values["description"] = f"{known}\n\nLost: {arguments['reason']}".strip()
    changes = differing_fields(talk.services.read(record_detail, ref.record_id), values)
    done = acting(talk, f"{ref.number} is lost.", cite(ref), edit_record, ref.record_id, values)
    return Proposal(f"Lose {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "lose_opportunity",
    "Mark an opportunity as lost.",
    (
        Argument("opportunity", "record", "which one", required=True, kinds=("opportunity",)),
        Argument("reason", "text", "why"),
    ),
    (Example("we lost OPP-00012, too expensive", {"opportunity": "OPP-00012", "reason": "too expensive"}),),
    propose=_propose,
)
