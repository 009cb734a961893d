"""Finds mail by words, by who sent it, by when, and whether it is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from assistant.chat.pointing import cite, record, shown, span
from assistant.chat.registry import Answer, Arguments, Cite, Example, Line, Talk, Tool
from assistant.chat.told import answer, nothing, short
from assistant.chat.understanding.values import Argument
from store.errors import NotFound
from store.queries.refs import RecordRef

if TYPE_CHECKING:
    from store.queries.inbox import InboxRow


_SHOWN = 15
_LOOKED_THROUGH, _PAGES = 500, 20  # mails of a page; 10,000 in all


def _read(talk: Talk, arguments: Arguments) -> Answer:
    rows = list(islice(_found(talk, arguments), _SHOWN + 1))
    lines = [
        Line(
            f"{shown(talk, row.occurred_at)} {short(row.who)}: {short(row.subject)}",
            (Cite("email", row.uid, row.subject), *((cite(row.regarding),) if row.regarding else ())),
        )
        for row in rows[:_SHOWN]
    ]
    if not lines:
        return nothing("No such mail was found.")
    return answer(f"The newest {len(lines)} mails:" if len(rows) > _SHOWN else f"{len(lines)} mails:", lines)


def _found(talk: Talk, arguments: Arguments) -> Iterator[InboxRow]:
    ref = _sender(talk, arguments)
    theirs = _theirs(talk, ref) if ref else None
    start, end = span(talk, arguments["period"]) if "period" in arguments else (None, None)
    for row in _pages(talk, arguments):
        if start is not None and row.occurred_at < start:
            return
        if end is not None and row.occurred_at >= end:
            continue
        if theirs is not None and row.uid not in theirs:
            continue
        if "sender" in arguments and row.direction != "in":
            continue
        yield row


def _pages(talk: Talk, arguments: Arguments) -> Iterator[InboxRow]:
    """The mail of one's mailboxes with these words, the newest first."""
    from store.queries.inbox import inbox

    text, unread, after = arguments.get("text", ""), bool(arguments.get("unread")), None
    for _ in range(_PAGES):
        page = talk.services.read(inbox, text=text, unread_only=unread, after=after, limit=_LOOKED_THROUGH)
        yield from page.rows
        if not page.more:
            return
        after = page.rows[-1]


def _sender(talk: Talk, arguments: Arguments) -> RecordRef | None:
    named = arguments.get("sender") or arguments.get("record")
    return record(talk, named) if named else None


def _theirs(talk: Talk, ref: RecordRef) -> set[str]:
    """The mails of a record's timeline."""
    from store.queries.timeline import timeline

    if ref.kind not in ("account", "contact", "lead", "opportunity", "case"):
        raise NotFound("mail is found by customers, people, cases and opportunities")
    return {row.uid for row in talk.services.read(timeline, ref.record_id, kind="email", limit=_LOOKED_THROUGH).rows}


TOOL = Tool(
    "find_mail",
    "Find mail by words, sender, customer and time; unread only if you say so.",
    (
        Argument("text", "text", "words in it"),
        Argument("sender", "record", "who sent it", kinds=("contact", "account", "lead", "colleague")),
        Argument("record", "record", "what it is regarding", kinds=("case", "opportunity")),
        Argument("period", "period", "in which time"),
        Argument("unread", "flag", "unread only"),
    ),
    (
        Example("mail from Fabrikam", {"sender": "Fabrikam GmbH"}),
        Example("any unread mail from Jane Doe", {"sender": "Jane Doe", "unread": True}),
    ),
    read=_read,
)
