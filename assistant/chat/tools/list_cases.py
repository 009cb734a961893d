"""Cases: of a customer, of a colleague, by status and priority."""

from __future__ import annotations

from assistant.chat.pointing import colleague, record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.records import RecordRow, list_records, open_cases_of
from store.records.fields import CASE_CLOSED

_LOOKED_THROUGH = 500
_SHOWN = 20


def _read(talk: Talk, arguments: Arguments) -> Answer:
    rows = [row for row in _rows(talk, arguments) if _fits(talk, row, arguments)]
    if not rows:
        return nothing("No such case was found.")
    lines = [
        of_record(row, row.cells["account"], row.cells["status"], row.cells["priority"], row.owner)
        for row in rows[:_SHOWN]
    ]
    return answer(f"{len(rows)} cases:", lines)


def _rows(talk: Talk, arguments: Arguments) -> tuple[RecordRow, ...]:
    closed = arguments.get("status") in CASE_CLOSED
    if "record" in arguments and not closed:
        return talk.services.read(open_cases_of, record(talk, arguments["record"]).record_id, limit=_LOOKED_THROUGH)
    view = "all" if closed else "open"
    found = talk.services.read(
        list_records, "case", view=view, today=talk.now.date(), sort="activity", limit=_LOOKED_THROUGH
    ).rows
    if "record" not in arguments:
        return found
    title = record(talk, arguments["record"]).title
    return tuple(row for row in found if title in (row.cells["account"], row.cells["contact"]))


def _fits(talk: Talk, row: RecordRow, arguments: Arguments) -> bool:
    status = arguments.get("status", "open")
    if status != "open" and row.cells["status"] != status:
        return False
    if arguments.get("priority", row.cells["priority"]) != row.cells["priority"]:
        return False
    return "owner" not in arguments or row.owner == colleague(talk, arguments["owner"]).name


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
