"""What whoever asks has to come back to."""

from __future__ import annotations

from assistant.chat.following import line_of
from assistant.chat.pointing import cite, record, span
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing
from assistant.chat.understanding.values import Argument
from store.following.values import Kind

_MOST = 20
_KINDS = {
    "promise": (Kind.PROMISE, Kind.THEIR_PROMISE),
    "reply": (Kind.AWAITING_REPLY, Kind.OFFER),
    "reminder": (Kind.REMINDER,),
    "cold": (Kind.COLD_ACCOUNT, Kind.COLD_CASE, Kind.COLD_OPPORTUNITY),
}


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.follow_ups import follow_ups

    until = span(talk, arguments["period"])[1] if "period" in arguments else None
    ref = record(talk, arguments["record"]) if "record" in arguments else None
    about = (cite(ref),) if ref else ()
    kinds = _KINDS.get(arguments.get("of", ""), ())
    rows = talk.services.read(
        follow_ups,
        until=until,
        brought_up=ref is None and not kinds,
        record_ids=(ref.record_id,) if ref else (),
        kinds=kinds,
        limit=_MOST,
    )
    whom = f" with {ref.title}" if ref else ""
    if not rows:
        return nothing(f"There is nothing to come back to{whom}.", *about)
    return answer(f"{len(rows)} to come back to{whom}:", [line_of(talk, row) for row in rows], *about)


TOOL = Tool(
    "follow_ups",
    "Show what you have to come back to: reminders, promises, mails without an answer.",
    (
        Argument("period", "period", "until when"),
        Argument("record", "record", "with which customer"),
        Argument("of", "choice", "promise, reply, reminder or cold; all of them unless you say"),
    ),
    (
        Example("my follow ups"),
        Example("what did I promise", {"of": "promise"}),
        Example("who owes me a reply", {"of": "reply"}),
    ),
    read=_read,
)
