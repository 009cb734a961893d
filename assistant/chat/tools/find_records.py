"""Finds customers, people, cases and other records by words."""

from __future__ import annotations

from assistant.chat.pointing import cite
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, short
from assistant.chat.understanding.values import Argument

_MOST = 10


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from store.queries.search import search

    found = talk.services.read(search, arguments["text"]).records
    kind = arguments.get("kind")
    rows = [ref for ref in found if kind is None or ref.kind == kind][:_MOST]
    if not rows:
        return nothing(f"Nothing is called {short(arguments['text'])}.")
    lines = [Line(f"{ref.number} {short(ref.title)} ({ref.kind})", (cite(ref),)) for ref in rows]
    return answer(f"{len(rows)} found:", lines)


TOOL = Tool(
    "find_records",
    "Find accounts, contacts, leads, opportunities and cases by words.",
    (Argument("text", "text", "words of the name", required=True), Argument("kind", "choice", "of which kind")),
    (
        Example("search frost control", {"text": "frost control"}),
        Example("look up yeti drivers", {"text": "yeti drivers"}),
    ),
    read=_read,
)
