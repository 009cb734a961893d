"""What should have been done by now: tasks that are due, opportunities whose closing date has passed."""

from __future__ import annotations

from datetime import timedelta

from assistant.chat.pointing import cite, colleague
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record, short
from assistant.chat.understanding.values import Argument
from store.queries.records import list_records

_MOST = 200


def _read(talk: Talk, arguments: Arguments) -> Answer:
    kind, owner = arguments.get("kind"), arguments.get("owner")
    name = colleague(talk, owner).name if owner else ""
    lines = _tasks(talk, name) if kind in (None, "task") else []
    lines += _deals(talk, name) if kind in (None, "opportunity") else []
    return answer(f"{len(lines)} overdue:", lines) if lines else nothing("Nothing is overdue.")


def _tasks(talk: Talk, owner: str) -> list[Line]:
    from store.queries.agenda import tasks_due

    until = talk.now.date() - timedelta(days=1)
    rows = talk.services.read(tasks_due, until=until, mine_only=not owner)
    return [
        Line(
            f"{row.due_on}: task {short(row.subject)}" + (f" ({short(row.owner)})" if row.owner else ""),
            (Cite("task", row.uid, row.subject), *((cite(row.regarding),) if row.regarding else ())),
        )
        for row in rows
        if owner in ("", row.owner)
    ]


def _deals(talk: Talk, owner: str) -> list[Line]:
    page = talk.services.read(
        list_records, "opportunity", view="open", today=talk.now.date(), sort="activity", limit=_MOST
    )
    late = [row for row in page.rows if row.cells["close_date"] and row.cells["close_date"] < talk.now.date()]
    return [
        of_record(row, f"should have closed on {row.cells['close_date']}", row.owner)
        for row in late
        if owner in ("", row.owner)
    ]


TOOL = Tool(
    "overdue",
    "Show tasks that are past their day and opportunities past their closing date.",
    (Argument("kind", "choice", "task or opportunity"), Argument("owner", "colleague", "whose")),
    (
        Example("what's overdue"),
        Example("overdue tasks", {"kind": "task"}),
        Example("which deals are overdue", {"kind": "opportunity"}),
    ),
    read=_read,
)
