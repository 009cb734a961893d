"""Writes a note on a record."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, record
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.activities.writing import add_note

    ref = record(talk, arguments["record"])
    text = arguments["text"]
    done = acting(talk, f"The note stands at {ref.number}.", cite(ref), add_note, ref.record_id, text)
    return Proposal(f"Write a note at {ref.number} {ref.title}.", (cite(ref),), new_fields({"text": text}), done)


TOOL = Tool(
    "add_note",
    "Write a note on a record.",
    (Argument("record", "record", "at what", required=True), Argument("text", "text", "the note", required=True)),
    (
        Example(
            "note for Fabrikam: they moved to the new hall",
            {"record": "Fabrikam GmbH", "text": "they moved to the new hall"},
        ),
        Example(
            "note: wants a used one",
            {"record": "$screen", "text": "wants a used one"},
            screen=("account", "Fabrikam GmbH"),
        ),
    ),
    propose=_propose,
)
