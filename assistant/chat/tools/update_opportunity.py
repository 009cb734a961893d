"""Changes the stage, the amount or the closing date of an opportunity."""

from __future__ import annotations

from assistant.chat.acting import acting, differing_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import edit_record

    ref = record(talk, arguments["opportunity"], "opportunity")
    names = {"stage": "stage", "amount": "amount", "close_on": "close_date"}
    values = {field: arguments[name] for name, field in names.items() if name in arguments}
    if not values:
        raise Invalid("Say which stage, amount or closing date it gets.")
    changes = differing_fields(talk.services.read(record_detail, ref.record_id), values)
    done = acting(talk, f"{ref.number} is changed.", cite(ref), edit_record, ref.record_id, values)
    return Proposal(f"Change {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "update_opportunity",
    "Change the stage, the amount or the closing date of an opportunity.",
    (
        Argument("opportunity", "record", "which one", required=True, kinds=("opportunity",)),
        Argument("stage", "choice", "which stage"),
        Argument("amount", "amount", "what it is worth"),
        Argument("close_on", "day", "when it should close"),
    ),
    (
        Example(
            "proposal stage now, 148k",
            {"opportunity": "$screen", "stage": "propose", "amount": 148000},
            screen=("opportunity", "Dryers"),
        ),
        Example("bump OPP-00012 to 90k", {"opportunity": "OPP-00012", "amount": 90000}),
    ),
    propose=_propose,
)
