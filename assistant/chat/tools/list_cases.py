"""Cases: of a customer, of a colleague, by status and priority."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.listing import how_many, looked_through
from assistant.chat.pointing import colleague, record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.records import RecordRow, open_cases_of
from store.records.fields import CASE_CLOSED

_LOOKED_THROUGH = 500
_SHOWN = 20


def _read(talk: Talk, arguments: Arguments) -> Answer:
    looked_at, whole = _rows(talk, arguments)
    rows = [row for row in looked_at if _fits(talk, row, arguments)]
    if not rows:
        return nothing("No such case was found.")
    lines = [
        of_record(row, row.cells["account"], row.cells["status"], row.cells["priority"], row.owner)
        for row in rows[:_SHOWN]
    ]
    return answer(how_many(len(rows), "cases", whole=whole), lines)


def _rows(talk: Talk, arguments: Arguments) -> tuple[Sequence[RecordRow], bool]:
    closed = arguments.get("status") in CASE_CLOSED
    if "record" in arguments and not closed:
        ref = record(talk, arguments["record"])
        found = talk.services.read(open_cases_of, ref.record_id, limit=_LOOKED_THROUGH)
        return found, len(found) < _LOOKED_THROUGH
    rows, whole = looked_through(talk, "case", view="all" if closed else "open")
    if "record" not in arguments:
        return rows, whole
    title = record(talk, arguments["record"]).title
    return [row for row in rows if title in (row.cells["account"], row.cells["contact"])], whole


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
