"""The next meeting, of all or with one customer."""

from __future__ import annotations

from datetime import timedelta

from assistant.chat.pointing import record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_entry
from assistant.chat.understanding.values import Argument

_AHEAD = timedelta(days=90)


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.calendars import concerns, entries

    found = [
        each
        for each in entries(talk, talk.now, talk.now + _AHEAD)
        if each.starts_at >= talk.now and each.on_date is None
    ]
    if "record" in arguments:
        ref = record(talk, arguments["record"])
        found = concerns(talk, found, ref)
    if not found:
        return nothing("No meeting stands in the calendar for the next 90 days.")
    return answer("Next:", [of_entry(talk, found[0])])


TOOL = Tool(
    "next_meeting",
    "Say when the next meeting is, of all or with one customer.",
    (Argument("record", "record", "with whom"),),
    (Example("next meeting"), Example("when is my next meeting with Fabrikam", {"record": "Fabrikam GmbH"})),
    read=_read,
)
