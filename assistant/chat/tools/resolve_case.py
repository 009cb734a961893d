"""Resolves a case."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid
from store.queries.record_detail import record_detail


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.cases.acting import resolve_case

    ref = record(talk, arguments["case"], "case")
    resolution = arguments.get("resolution", "")
    if not resolution:
        raise Invalid("Say how it was resolved, as in: resolve it, fuse replaced.")
    status = str(talk.services.read(record_detail, ref.record_id).fields.get("status") or "")
    done = acting(talk, f"{ref.number} is resolved.", cite(ref), resolve_case, ref.record_id, resolution)
    changes = (Change("status", status, "resolved"), *new_fields({"resolution": resolution}))
    return Proposal(f"Resolve {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "resolve_case",
    "Resolve a case, with how.",
    (
        Argument("case", "record", "which case", required=True, kinds=("case",)),
        Argument("resolution", "text", "how it was resolved"),
    ),
    (
        Example("resolve CAS-00031, fuse replaced", {"case": "CAS-00031", "resolution": "fuse replaced"}),
        Example("close this", {"case": "$screen"}, screen=("case", "Gate stays locked")),
    ),
    propose=_propose,
)
