"""What is booked in a time, of a resource or for a customer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant.chat.listing import how_many, looked_through
from assistant.chat.pointing import record, shown, span
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.records import RecordRow, next_bookings_of

_DAYS = 14
_SHOWN = 20
_LOOKED_THROUGH = 500


def _read(talk: Talk, arguments: Arguments) -> Answer:
    start, end = span(talk, arguments.get("period"), days=_DAYS)
    rows, whole = _rows(talk, arguments, start)
    fitting = (row for row in rows if start <= row.cells["starts_at"] < end and _is_with(row, arguments))
    found = sorted(fitting, key=lambda row: row.cells["starts_at"])
    if not found:
        return nothing("Nothing is booked there.")
    lines = [
        of_record(
            row, shown(talk, row.cells["starts_at"]), row.cells["service"], row.cells["resources"], row.cells["status"]
        )
        for row in found[:_SHOWN]
    ]
    return answer(how_many(len(found), "bookings", whole=whole), lines)


def _rows(talk: Talk, arguments: Arguments, start: datetime) -> tuple[Sequence[RecordRow], bool]:
    """The bookings of a customer from then on, or those that are open, and whether these are all of them."""
    if "record" not in arguments:
        return looked_through(talk, "booking", sort="starts")
    ref = record(talk, arguments["record"])
    rows = talk.services.read(next_bookings_of, ref.record_id, now=start, limit=_LOOKED_THROUGH)
    return rows, len(rows) < _LOOKED_THROUGH


def _is_with(row: RecordRow, arguments: Arguments) -> bool:
    return "resource" not in arguments or arguments["resource"] in row.cells["resources"].split(", ")


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
