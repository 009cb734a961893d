"""Open opportunities by stage, with what they are worth."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from assistant.chat.pointing import colleague, span
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record
from assistant.chat.understanding.values import Argument
from store.queries.paging import Page
from store.queries.records import RecordRow, list_records
from store.records.fields import STAGES

_PAGE = 200
_PAGES = 25  # 5,000 opportunities; what is open beyond that is said not to be counted
_SHOWN = 10


def _read(talk: Talk, arguments: Arguments) -> Answer:
    rows, whole = _open(talk)
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
    return answer(f"{len(rows)} open opportunities{'' if whole else ', and more that are not counted'}:", lines)


def _open(talk: Talk) -> tuple[list[RecordRow], bool]:
    rows: list[RecordRow] = []
    page: Page[RecordRow] = Page((), more=True)
    for _ in range(_PAGES):
        page = talk.services.read(
            list_records,
            "opportunity",
            view="open",
            today=talk.now.date(),
            after=rows[-1] if rows else None,
            limit=_PAGE,
        )
        rows += page.rows
        if not page.more:
            break
    return rows, not page.more


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
