"""Ticks a task or a follow-up off."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant.chat.acting import acting
from assistant.chat.following import cite_follow_up, follow_up, named
from assistant.chat.pointing import pointed, shown, speaks_of
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from store.queries.agenda import TaskRow

_AHEAD = timedelta(days=366)


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.activities.writing import complete_task

    if _is_follow_up(talk, arguments["task"]):
        return _follow_up(talk, arguments["task"])
    task = _task(talk, arguments)
    about = Cite("task", task.uid, task.subject)
    done = acting(talk, f"Done: {task.subject}.", about, complete_task, task.activity_id)
    return Proposal(f"Tick off the task {task.subject}.", (about,), (Change("status", "open", "done"),), done)


def _is_follow_up(talk: Talk, value: Any) -> bool:
    """Whether what is pointed at was listed as a follow-up."""
    uid = pointed(talk, value) if isinstance(value, str) else ""
    return any(one.kind == "follow_up" and one.id == uid for one in talk.last)


def _follow_up(talk: Talk, value: str) -> Proposal:
    from calendar_sync.reminders import comes_again, complete
    from store.following.values import instant_of

    row = follow_up(talk, value)
    about = cite_follow_up(row)
    again = comes_again(row, talk.now)
    change = Change("status", row.state, "done")
    if again is not None:
        change = Change("comes back", shown(talk, row.comes_at), shown(talk, instant_of(again, row.zone)))
    done = acting(talk, f"Done: {named(row)}.", about, complete, row.follow_up_id)
    return Proposal(f"Tick off {named(row)}.", (about,), (change,), done)


def _fits(row: TaskRow, wanted: Mapping[str, str]) -> bool:
    if "record" in wanted and not (row.regarding and row.regarding.title == wanted["record"]):
        return False
    return "text" not in wanted or speaks_of(row.subject, wanted["text"])


def _task(talk: Talk, arguments: Arguments) -> TaskRow:
    """The open task that is pointed at, or the only one for a customer. Raises NotFound, Ambiguous."""
    from store.queries.agenda import tasks_due

    rows = talk.services.read(tasks_due, until=talk.now.date() + _AHEAD)
    wanted = arguments["task"]
    if isinstance(wanted, str):
        found = [row for row in rows if row.uid == pointed(talk, wanted)]
    else:
        found = [row for row in rows if _fits(row, wanted)]
    if not found:
        raise NotFound("no such open task")
    if len(found) > 1:
        raise Ambiguous(f"It may be one of these: {'; '.join(row.subject for row in found[:4])}.")
    return found[0]


TOOL = Tool(
    "complete_task",
    "Tick a task or a follow-up off.",
    (Argument("task", "task", "which one", required=True),),
    (
        Example("tick that off", {"task": "$last"}, last=("Send the list",)),
        Example("the task for Fabrikam is done", {"task": {"record": "Fabrikam GmbH"}}),
    ),
    propose=_propose,
)
