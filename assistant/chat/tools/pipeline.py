"""Open opportunities by stage, with what they are worth."""

from __future__ import annotations

from typing import Any

from assistant.chat.pointing import colleague, span
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.work import StageWorth, largest_deals, worth_by_stage
from store.records.fields import STAGES

_SHOWN = 10


def _read(talk: Talk, arguments: Arguments) -> Answer:
    wanted = _wanted(talk, arguments)
    largest = talk.services.read(largest_deals, **wanted, limit=_SHOWN)
    if not largest.rows:
        return nothing("No opportunity is open there.")
    worth = sorted(talk.services.read(worth_by_stage, **wanted), key=_place)
    lines = [
        Line(f"{one.stage or 'no stage'}: {one.count}, {one.amount:,.0f} {one.currency}".rstrip()) for one in worth
    ]
    lines += [
        of_record(
            row,
            row.cells["stage"],
            f"{row.cells['amount'] or 0:,.0f} {row.cells['currency'] or ''}".strip(),
            f"closes {row.cells['close_date'] or 'some day'}",
        )
        for row in largest.rows
    ]
    return answer(f"{largest.count} open opportunities, the largest below:", lines)


def _wanted(talk: Talk, arguments: Arguments) -> dict[str, Any]:
    owner = colleague(talk, arguments["owner"]).user_id if "owner" in arguments else None
    start, end = span(talk, arguments.get("period"))
    closing = (start.date(), end.date()) if "period" in arguments else None
    return {"stage": arguments.get("stage", ""), "closing": closing, "owner_id": owner}


def _place(one: StageWorth) -> tuple[int, str]:
    """In the order of the pipeline; stages of other systems come last."""
    return STAGES.index(one.stage) if one.stage in STAGES else len(STAGES), one.stage


TOOL = Tool(
    "pipeline",
    "Add up open opportunities by stage, and name the largest.",
    (
        Argument("owner", "colleague", "whose"),
        Argument("period", "period", "closing in which time"),
        Argument("stage", "choice", "in which stage"),
    ),
    (Example("pipeline"), Example("how much is in the pipeline"), Example("deals in proposal", {"stage": "propose"})),
    read=_read,
)
