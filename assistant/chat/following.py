"""What the tools about follow-ups share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assistant.chat.pointing import cite, pointed, shown
from assistant.chat.registry import Cite, Line, Talk
from assistant.chat.told import short
from assistant.following.why import why_now
from store.following.values import Kind

if TYPE_CHECKING:
    from store.queries.follow_ups import FollowUpRow


def follow_up(talk: Talk, value: Any) -> FollowUpRow:
    """The one of an argument: pointed at, or the only one with a customer. Raises NotFound, Ambiguous."""
    from store.queries.follow_ups import follow_up_called

    name = next(iter(value.values())) if isinstance(value, dict) else pointed(talk, value)
    return talk.services.read(follow_up_called, str(name))


def named(row: FollowUpRow) -> str:
    """What it is about, in its own words."""
    return short(row.text or row.sentence or (row.ground.subject if row.ground else "") or row.kind.replace("_", " "))


def cite_follow_up(row: FollowUpRow) -> Cite:
    return Cite("follow_up", row.uid, named(row))


def line_of(talk: Talk, row: FollowUpRow) -> Line:
    """A follow-up in a list, with what it rests on."""
    whom = row.customer or row.record
    ground = (Cite(row.ground.kind, row.ground.uid, row.ground.subject),) if row.ground else ()
    text = f"{shown(talk, row.comes_at)}" + (f" {short(whom.title)}" if whom else "")
    said = f" “{short(row.sentence)}”" if row.sentence else ""
    why = why_now(row.kind, row.facts, talk.now.date()) if row.kind is not Kind.REMINDER else named(row)
    return Line(f"{text}: {why}{said}", (cite_follow_up(row), *ground, *((cite(whom),) if whom else ())))
