"""Changes the status or the priority of a case."""

from __future__ import annotations

from assistant.chat.acting import acting, differing_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import edit_record

    ref = record(talk, arguments["case"], "case")
    values = {name: arguments[name] for name in ("status", "priority") if name in arguments}
    if values.get("status") == "open":
        values["status"] = "in_progress"
    if not values:
        raise Invalid("Say which status or priority it gets.")
    changes = differing_fields(talk.services.read(record_detail, ref.record_id), values)
    done = acting(talk, f"{ref.number} is changed.", cite(ref), edit_record, ref.record_id, values)
    return Proposal(f"Change {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "update_case",
    "Change the status or the priority of a case.",
    (
        Argument("case", "record", "which case", required=True, kinds=("case",)),
        Argument("status", "choice", "in progress, on hold or waiting"),
        Argument("priority", "choice", "low, normal, high or urgent"),
    ),
    (
        Example("bump CAS-00031 to urgent", {"case": "CAS-00031", "priority": "urgent"}),
        Example("put this on hold", {"case": "$screen", "status": "on_hold"}, screen=("case", "Gate stays locked")),
    ),
    propose=_propose,
)
