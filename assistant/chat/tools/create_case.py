"""Opens a case."""

from __future__ import annotations

from assistant.chat.acting import acting, cites, new_fields
from assistant.chat.pointing import cite, customer_fields, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.records.writing import create_record

    ref = record(talk, arguments["record"]) if "record" in arguments else None
    values = {"title": arguments["title"], "priority": arguments.get("priority", "normal")}
    given = values | (customer_fields(talk, ref) if ref else {})
    done = acting(talk, "The case is open.", None, create_record, "case", given)
    said = f"Open a case for {ref.number} {ref.title}." if ref else "Open a case."
    return Proposal(said, cites(cite(ref) if ref else None), new_fields(values), done)


TOOL = Tool(
    "create_case",
    "Open a case.",
    (
        Argument("title", "title", "what it is about", required=True),
        Argument("record", "record", "for which customer", kinds=("account", "contact")),
        Argument("priority", "choice", "low, normal, high or urgent"),
    ),
    (
        Example("new case for Fabrikam: gate stays locked", {"record": "Fabrikam GmbH", "title": "gate stays locked"}),
        Example(
            "open a ticket for Fabrikam, belt torn, prio high",
            {"record": "Fabrikam GmbH", "title": "belt torn", "priority": "high"},
        ),
    ),
    propose=_propose,
)
