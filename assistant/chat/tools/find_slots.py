"""When a service can be done, and by whom."""

from __future__ import annotations

from dataclasses import replace

from assistant.chat.pointing import record, shown, span
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, short
from assistant.chat.understanding.values import Argument
from store.queries.record_detail import record_detail

_DAYS = 14


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.scheduling.asking import Wish, slots

    start, end = span(talk, arguments.get("period"), days=_DAYS)
    wish = Wish(arguments["service"], max(start, talk.now), end)
    if "resource" in arguments:
        wish = replace(wish, preferred=(arguments["resource"],))
    if "record" in arguments:
        ref = record(talk, arguments["record"])
        wish = replace(wish, area=str(talk.services.read(record_detail, ref.record_id).fields.get("city") or ""))
    question, found = talk.services.read(slots, wish, now=talk.now)
    names = {each.id: each.name for each in question.setup.resources.values()}
    if not found:
        return nothing(f"{wish.service} has no slot in that time; regarding schedule why says why.")
    service = Cite("service", wish.service, wish.service)
    lines = []
    for each in found:
        who = ", ".join(dict.fromkeys(names[one.resource_id] for one in each.assignments))
        lines.append(Line(f"{shown(talk, each.start)} {short(who)}", (service,)))
    return answer(f"{wish.service}:", lines)


TOOL = Tool(
    "find_slots",
    "Find when a service can be done and by whom, in the next two weeks unless you say when.",
    (
        Argument("service", "service", "which service", required=True),
        Argument("period", "period", "in which time"),
        Argument("record", "record", "for which customer", kinds=("account", "contact")),
        Argument("resource", "resource", "preferably by whom"),
    ),
    (
        Example("slots for a brake test at Fabrikam next week", {"service": "Brake test", "record": "Fabrikam GmbH"}),
        Example("when can we do a brake test", {"service": "Brake test"}),
    ),
    read=_read,
)
