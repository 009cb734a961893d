"""Cases: of a customer, of a colleague, by status and priority."""

from __future__ import annotations

from assistant.chat.pointing import colleague, record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.work import cases

_SHOWN = 20


def _read(talk: Talk, arguments: Arguments) -> Answer:
    found = talk.services.read(
        cases,
        status=arguments.get("status", "open"),
        priority=arguments.get("priority", ""),
        owner_id=colleague(talk, arguments["owner"]).user_id if "owner" in arguments else None,
        customer_id=record(talk, arguments["record"]).record_id if "record" in arguments else None,
        limit=_SHOWN,
    )
    if not found.rows:
        return nothing("No such case was found.")
    lines = [
        of_record(row, row.cells["account"], row.cells["status"], row.cells["priority"], row.owner)
        for row in found.rows
    ]
    more = "" if found.count.value <= _SHOWN else f", the {_SHOWN} most recently active"
    return answer(f"{found.count} cases{more}:", lines)


TOOL = Tool(
    "list_cases",
    "List cases of a customer or a colleague, open ones unless you say otherwise.",
    (
        Argument("record", "record", "of which customer", kinds=("account", "contact")),
        Argument("owner", "colleague", "whose"),
        Argument("status", "choice", "in which status"),
        Argument("priority", "choice", "how urgent"),
    ),
    (
        Example("open cases for Fabrikam", {"record": "Fabrikam GmbH", "status": "open"}),
        Example("urgent tickets", {"priority": "urgent"}),
    ),
    read=_read,
)
