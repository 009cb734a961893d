"""What should have been done by now: cases whose clocks are late, tasks, follow-ups, closing dates that passed."""

from __future__ import annotations

from datetime import timedelta

from assistant.chat.following import line_of
from assistant.chat.pointing import cite, colleague, shown
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, of_record, short
from assistant.chat.understanding.values import Argument
from store.queries.work import late_deals

_MOST = 50  # of each kind


def _read(talk: Talk, arguments: Arguments) -> Answer:
    kind, owner = arguments.get("kind"), arguments.get("owner")
    name = colleague(talk, owner).name if owner else ""
    found = {"case": _cases, "task": _tasks, "follow_up": _follow_ups, "opportunity": _deals}
    lines = [line for each, late in found.items() if kind in (None, each) for line in late(talk, name)]
    return answer(f"{len(lines)} overdue:", lines) if lines else nothing("Nothing is overdue.")


def _cases(talk: Talk, owner: str) -> list[Line]:
    from store.queries.queues import queue_work

    rows = talk.services.read(queue_work, view="at_risk", now=talk.services.clock(), limit=_MOST).rows
    clocks = [(row, row.clock_at(talk.services.clock())) for row in rows if owner in ("", row.owner)]
    return [
        Line(
            f"{row.number} {short(row.title)}: due since {shown(talk, clock.due_at)}"
            + (f", {short(row.owner)}" if row.owner else ""),
            (Cite("case", row.number, row.title),),
        )
        for row, clock in clocks
        if clock is not None and clock.due_at is not None and clock.due_at <= talk.now
    ]


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


def _follow_ups(talk: Talk, owner: str) -> list[Line]:
    """One's own only: what others have to come back to is theirs."""
    from store.queries.follow_ups import follow_ups

    if owner not in ("", talk.services.actor.name):
        return []
    rows = talk.services.read(follow_ups, until=talk.now, brought_up=True, limit=_MOST)
    return [line_of(talk, row) for row in rows]


def _deals(talk: Talk, owner: str) -> list[Line]:
    owner_id = colleague(talk, owner).user_id if owner else None
    late = talk.services.read(late_deals, today=talk.now.date(), owner_id=owner_id, limit=_MOST).rows
    return [of_record(row, f"should have closed on {row.cells['close_date']}", row.owner) for row in late]


TOOL = Tool(
    "overdue",
    "Show cases that are late, tasks and follow-ups past their day, and opportunities past their closing date.",
    (Argument("kind", "choice", "case, task, follow_up or opportunity"), Argument("owner", "colleague", "whose")),
    (
        Example("what's overdue"),
        Example("overdue tasks", {"kind": "task"}),
        Example("overdue cases", {"kind": "case"}),
        Example("which deals are overdue", {"kind": "opportunity"}),
    ),
    read=_read,
)
