"""What takes place in a time, in one's own calendar or in a colleague's."""

from __future__ import annotations

from assistant.chat.pointing import shown, span
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_entry
from assistant.chat.understanding.values import Argument


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.calendars import entries

    start, end = span(talk, arguments.get("period"))
    found = entries(talk, start, end, person=arguments.get("person"))
    if not found:
        return nothing("Nothing takes place in that time.")
    return answer(f"From {shown(talk, start)}:", [of_entry(talk, each) for each in found])


TOOL = Tool(
    "agenda",
    "Show what takes place in a time (today by default), in your calendar or a colleague's.",
    (
        Argument("period", "period", "in which time"),
        Argument("person", "person", "whose", kinds=("colleague", "resource")),
    ),
    (
        Example("agenda"),
        Example("what do I have tomorrow"),
        Example("what's Anna Hofer doing on Friday", {"person": "Anna Hofer"}),
    ),
    read=_read,
)
