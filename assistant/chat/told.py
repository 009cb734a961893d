"""What the tools that read share: rows of the store as cited lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.chat.pointing import cite, shown
from assistant.chat.registry import Answer, Cite, Line, Talk
from mail_sync.mime.plain import visible

if TYPE_CHECKING:
    from store.queries.calendar import CalendarEntry
    from store.queries.records import RecordRow
    from store.queries.timeline import TimelineRow

_WIDTH = 100  # characters of a line's longest part


def short(text: str) -> str:
    """Text from outside, harmless and on one line."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= _WIDTH else f"{flat[: _WIDTH - 1]}…"


def nothing(text: str, *about: Cite) -> Answer:
    return Answer((Line(text, about),))


def answer(head: str, lines: Iterable[Line], *about: Cite) -> Answer:
    """A heading, with what it is about, and what is under it; the things cited first there are what "the second one"
    means next."""
    told = tuple(lines)
    return Answer((Line(head, about), *told), tuple(line.cites[0] for line in told if line.cites))


def of_record(row: RecordRow, *words: str) -> Line:
    said = ", ".join(word.replace("_", " ") for word in words if word)
    text = f"{row.number} {short(row.title)}" + (f": {said}" if said else "")
    return Line(text, (Cite(row.kind, row.number, row.title),))


def of_activity(talk: Talk, row: TimelineRow) -> Line:
    who = f" {short(row.who)}:" if row.who else ""
    text = f"{shown(talk, row.occurred_at)}{who} {short(row.subject or row.preview)}"
    if row.regarding and row.regarding.number not in text:
        text += f" [{row.regarding.number}]"
    return Line(text, (Cite(row.kind, row.uid, row.subject), *((cite(row.regarding),) if row.regarding else ())))


def of_entry(talk: Talk, entry: CalendarEntry) -> Line:
    when = (
        f"{entry.on_date:%a} {entry.on_date.day} {entry.on_date:%b}" if entry.on_date else shown(talk, entry.starts_at)
    )
    title = "busy" if entry.closed else short(entry.title)
    place = f", {short(entry.location)}" if entry.location and not entry.closed else ""
    return Line(f"{when} {title}{place}", (Cite("appointment", entry.uid, entry.title),))
