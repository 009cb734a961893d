"""Open opportunities by stage, with what they are worth."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from assistant.chat.listing import how_many, looked_through
from assistant.chat.pointing import colleague, span
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.records import RecordRow
from store.records.fields import STAGES

_SHOWN = 10


def _read(talk: Talk, arguments: Arguments) -> Answer:
    rows, whole = looked_through(talk, "opportunity")
    rows = [row for row in rows if _fits(talk, row, arguments)]
    if not rows:
        return nothing("No opportunity is open there.")
    totals: dict[tuple[int, str, str], list[RecordRow]] = defaultdict(list)
    for row in rows:
        totals[STAGES.index(row.cells["stage"]), row.cells["stage"], row.cells["currency"] or ""].append(row)
    lines = [
        Line(
            f"{stage}: {len(some)}, {_worth(some):,.0f} {currency}".rstrip(),
            tuple(Cite(row.kind, row.number, row.title) for row in some),
        )
        for (_, stage, currency), some in sorted(totals.items())
    ]
    largest = sorted(rows, key=lambda row: -(row.cells["amount"] or Decimal()))[:_SHOWN]
    lines += [
        of_record(
            row,
            row.cells["stage"],
            f"{row.cells['amount'] or 0:,.0f} {row.cells['currency'] or ''}".strip(),
            f"closes {row.cells['close_date'] or 'some day'}",
        )
        for row in largest
    ]
    return answer(how_many(len(rows), "open opportunities", whole=whole), lines)


def _fits(talk: Talk, row: RecordRow, arguments: Arguments) -> bool:
    if "owner" in arguments and row.owner != colleague(talk, arguments["owner"]).name:
        return False
    if "stage" in arguments and row.cells["stage"] != arguments["stage"]:
        return False
    if "period" in arguments:
        start, end = span(talk, arguments["period"])
        closes = row.cells["close_date"]
        return closes is not None and start.date() <= closes < end.date()
    return True


def _worth(rows: list[RecordRow]) -> Decimal:
    return sum((row.cells["amount"] or Decimal() for row in rows), Decimal())


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
