"""What happened with a record, the newest first."""

from __future__ import annotations

from assistant.chat.pointing import cite, record, span
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_activity, short
from assistant.chat.understanding.values import Argument

_SHOWN = 15
_LOOKED_THROUGH = 200


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.timeline import timeline

    ref = record(talk, arguments["record"])
    period = arguments.get("period")
    rows = talk.services.read(timeline, ref.record_id, limit=_LOOKED_THROUGH if period else _SHOWN).rows
    if period:
        start, end = span(talk, period)
        rows = tuple(row for row in rows if start <= row.occurred_at < end)[:_SHOWN]
    if not rows:
        return nothing(f"Nothing happened with {ref.number} {'in that time' if period else 'yet'}.", cite(ref))
    return answer(f"{ref.number} {short(ref.title)}:", [of_activity(talk, row) for row in rows], cite(ref))


TOOL = Tool(
    "timeline",
    "Show mails, calls, meetings, notes and tasks of a record, the newest first.",
    (Argument("record", "record", "whose", required=True), Argument("period", "period", "in which time")),
    (
        Example("timeline of Fabrikam", {"record": "Fabrikam GmbH"}),
        Example("what happened with Northwind last week", {"record": "Northwind Traders AG"}),
    ),
    read=_read,
)
