"""Ticks a task off."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from assistant.chat.acting import acting
from assistant.chat.pointing import pointed
from assistant.chat.registry import Arguments, Change, Cite, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Ambiguous, NotFound

if TYPE_CHECKING:
    from store.queries.agenda import TaskRow

_AHEAD = timedelta(days=366)


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.activities.writing import complete_task

    task = _task(talk, arguments)
    about = Cite("task", task.uid, task.subject)
    done = acting(talk, f"Done: {task.subject}.", about, complete_task, task.activity_id)
    return Proposal(f"Tick off the task {task.subject}.", (about,), (Change("status", "open", "done"),), done)


def _task(talk: Talk, arguments: Arguments) -> TaskRow:
    """The open task that is pointed at, or the only one for a customer. Raises NotFound, Ambiguous."""
    from store.queries.agenda import tasks_due

    rows = talk.services.read(tasks_due, until=talk.now.date() + _AHEAD)
    wanted = arguments["task"]
    if isinstance(wanted, str):
        found = [row for row in rows if row.uid == pointed(talk, wanted)]
    else:
        found = [row for row in rows if row.regarding and row.regarding.title == wanted.get("record")]
    if not found:
        raise NotFound("no such open task")
    if len(found) > 1:
        raise Ambiguous(f"It may be one of these: {'; '.join(row.subject for row in found[:4])}.")
    return found[0]


TOOL = Tool(
    "complete_task",
    "Tick a task off.",
    (Argument("task", "task", "which task", required=True),),
    (
        Example("tick that off", {"task": "$last"}, last=("Send the list",)),
        Example("the task for Fabrikam is done", {"task": {"record": "Fabrikam GmbH"}}),
    ),
    propose=_propose,
)
