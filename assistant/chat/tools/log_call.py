"""Writes down a phone call."""

from __future__ import annotations

from assistant.chat.acting import acting, new_fields
from assistant.chat.pointing import cite, moment, record, shown
from assistant.chat.registry import Arguments, Example, Proposal, Talk, Tool
from assistant.chat.understanding.values import Argument

_DIRECTIONS = {"incoming": "in", "outgoing": "out"}


def _propose(talk: Talk, arguments: Arguments) -> Proposal:
    from store.activities.writing import log_phone_call

    ref = record(talk, arguments["record"])
    at = min(moment(talk, arguments["at"]), talk.now) if "at" in arguments else talk.now
    direction = arguments.get("direction", "outgoing")
    text = arguments.get("text", "")
    subject = text or f"Call with {ref.title}"
    done = acting(
        talk, f"The call stands at {ref.number}.", cite(ref), log_phone_call, ref.record_id, subject[:200],
        text=text, direction=_DIRECTIONS[direction], occurred_at=at,
    )  # fmt: skip
    changes = new_fields({"direction": direction, "at": shown(talk, at), "text": text})
    return Proposal(f"Log a call with {ref.number} {ref.title}.", (cite(ref),), changes, done)


TOOL = Tool(
    "log_call",
    "Write down a phone call with a customer.",
    (
        Argument("record", "record", "with whom", required=True),
        Argument("text", "text", "what was said"),
        Argument("at", "when", "when it was"),
        Argument("direction", "choice", "incoming or outgoing"),
    ),
    (
        Example(
            "log a call with Jane Doe: she will decide on monday",
            {"record": "Jane Doe", "text": "she will decide on monday"},
        ),
        Example("Jane Doe rang, the offer is fine", {"record": "Jane Doe"}),
    ),
    propose=_propose,
)
