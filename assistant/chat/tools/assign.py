"""Gives a case, a lead or another record to a colleague."""

from __future__ import annotations

from assistant.chat.acting import acting, changed_fields
from assistant.chat.pointing import cite, colleague, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.cases.acting import assign_cases
    from store.records.writing import edit_record

    ref, who = record(talk, arguments["record"]), colleague(talk, arguments["owner"])
    changes = changed_fields(talk.services.read(record_detail, ref.record_id), {"owner": who.name})
    said = f"{ref.number} is {who.name}'s."
    if ref.kind == "case":
        done = acting(talk, said, cite(ref), assign_cases, [ref.record_id], user_id=who.user_id)
    else:
        done = acting(talk, said, cite(ref), edit_record, ref.record_id, {"owner": who.uid})
    return Proposal(f"Give {ref.number} {ref.title} to {who.name}.", (cite(ref),), changes, done)


TOOL = Tool(
    "assign",
    "Give a case, a lead or another record to a colleague.",
    (
        Argument(
            "record", "record", "what", required=True, kinds=("case", "lead", "opportunity", "account", "contact")
        ),
        Argument("owner", "colleague", "to whom", required=True),
    ),
    (
        Example("assign CAS-00031 to Anna Hofer", {"record": "CAS-00031", "owner": "Anna Hofer"}),
        Example(
            "give this to Anna Hofer",
            {"record": "$screen", "owner": "Anna Hofer"},
            screen=("case", "Gate stays locked"),
        ),
    ),
    propose=_propose,
)
