"""Takes back what was done last."""

from __future__ import annotations

from assistant.chat.acting import acting
from assistant.chat.registry import Arguments, Change, Example, Proposal, Talk, Tool
from store.errors import Invalid


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.history.operations import undo
    from store.queries.history import last_undoable

    last = talk.services.read(last_undoable)
    if last is None:
        raise Invalid("There is nothing to take back.")
    done = acting(talk, f"Taken back: {last.summary}", None, undo, last.uid)
    return Proposal(f"Take back: {last.summary}", (), (Change("done", last.summary, "taken back"),), done)


TOOL = Tool(
    "undo", "Take back what you did last.", examples=(Example("undo"), Example("take that back")), propose=_propose
)
