"""What came in since a time: about one record, or the most telling lines of every customer."""

from __future__ import annotations

from datetime import datetime, time

from assistant.chat.pointing import cite, moment, record
from assistant.chat.registry import Answer, Arguments, Example, Talk, Tool
from assistant.chat.told import answer, nothing, of_activity, short
from assistant.chat.understanding.values import Argument

_MOST = 20


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.news import last_seen, of_record, since

    begin = _since(talk, arguments) or (last_seen(talk) if arguments.get("away") else _today(talk))
    if "record" not in arguments:
        return since(talk, begin)
    ref = record(talk, arguments["record"])
    lines = [of_activity(talk, row) for row in of_record(talk, ref, begin, most=_MOST)]
    if not lines:
        return nothing(f"Nothing new from {ref.number} {short(ref.title)}.", cite(ref))
    return answer(f"{ref.number} {short(ref.title)}:", lines, cite(ref))


def _since(talk: Talk, arguments: Arguments) -> datetime | None:
    return moment(talk, arguments["since"], at=time()) if "since" in arguments else None


def _today(talk: Talk) -> datetime:
    return datetime.combine(talk.now.date(), time(), talk.now.tzinfo)


TOOL = Tool(
    "whats_new",
    "Show what came in since a time (today by default) or since you were away, by customer or about one of them.",
    (
        Argument("record", "record", "about whom"),
        Argument("since", "since", "from when on"),
        Argument("away", "flag", "since you last did something here"),
    ),
    (
        Example("what's new"),
        Example("anything new from Fabrikam since monday", {"record": "Fabrikam GmbH"}),
        Example("what happened since I was away", {"away": True}),
    ),
    read=_read,
)
