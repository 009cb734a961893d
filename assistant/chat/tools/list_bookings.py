"""What is booked in a time, of a resource or for a customer."""

from __future__ import annotations

from assistant.chat.listing import how_many, looked_through
from assistant.chat.pointing import record, shown, span
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.records import RecordRow

_DAYS = 14
_SHOWN = 20


def _read(talk: Talk, arguments: Arguments) -> Answer:
    rows, whole = looked_through(talk, "booking", sort="starts")
    found = sorted((row for row in rows if _fits(talk, row, arguments)), key=lambda row: row.cells["starts_at"])
    if not found:
        return nothing("Nothing is booked there.")
    lines = [
        of_record(
            row, shown(talk, row.cells["starts_at"]), row.cells["service"], row.cells["resources"], row.cells["status"]
        )
        for row in found[:_SHOWN]
    ]
    return answer(how_many(len(found), "bookings", whole=whole), lines)


def _fits(talk: Talk, row: RecordRow, arguments: Arguments) -> bool:
    start, end = span(talk, arguments.get("period"), days=_DAYS)
    if not start <= row.cells["starts_at"] < end:
        return False
    if "resource" in arguments and arguments["resource"] not in row.cells["resources"].split(", "):
        return False
    return "record" not in arguments or row.cells["account"] == record(talk, arguments["record"]).title


TOOL = Tool(
    "list_bookings",
    "List what is booked, in the next two weeks unless you say when.",
    (
        Argument("period", "period", "in which time"),
        Argument("resource", "resource", "who or what is booked"),
        Argument("record", "record", "for which customer", kinds=("account", "contact")),
    ),
    (
        Example("bookings for Fabrikam next week", {"record": "Fabrikam GmbH"}),
        Example("which jobs does Van 1 have tomorrow", {"resource": "Van 1"}),
    ),
    read=_read,
)
