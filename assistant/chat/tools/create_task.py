"""Adds a task."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, colleague, day, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument
from store.errors import Invalid


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.activities.writing import add_task

    if "record" not in arguments:
        raise Invalid("Say for which customer, case or opportunity the task is.")
    ref = record(talk, arguments["record"])
    owner = colleague(talk, arguments["owner"]) if "owner" in arguments else None
    due = day(arguments["due_on"]) if "due_on" in arguments else None
    done = acting(
        talk, f"The task stands at {ref.number}.", cite(ref), add_task, ref.record_id, arguments["title"],
        due_on=due, owner=owner.uid if owner else None,
    )  # fmt: skip
    changes = new_fields({"task": arguments["title"], "due on": due, "owner": owner.name if owner else ""})
    return Proposal(f"Add a task at {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "create_task",
    "Add a task, for you unless you name a colleague.",
    (
        Argument("title", "title", "what is to be done", required=True),
        Argument("due_on", "day", "by which day"),
        Argument("record", "record", "for which customer, case or opportunity"),
        Argument("owner", "colleague", "who does it"),
    ),
    (
        Example(
            "task: send the price list to Jane Doe by friday",
            {"title": "send the price list to Jane Doe", "record": "Jane Doe"},
        ),
        Example(
            "task for Anna Hofer: call Fabrikam",
            {"title": "call Fabrikam", "owner": "Anna Hofer", "record": "Fabrikam GmbH"},
        ),
    ),
    propose=_propose,
)
