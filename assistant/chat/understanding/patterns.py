"""Where free texts stand in a request for a tool, by the tool's patterns."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.chat.understanding.cues import Cue, Match, best_match, may_match
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon

_NOTHING = Match(Cue("", (), 0.0), 0.0, 0, 0, {}, frozenset())


def told_by(tool: str, items: Sequence[Item], first: int, words: Lexicon) -> Match:
    """The pattern of this tool that says most about a clause; one that says nothing where none fits."""
    said = frozenset().union(*(item.words for item in items if item.kind != "span"))
    marks = frozenset().union(*(item.marks for item in items))
    found = [
        match
        for cue in words.cues.get(tool, ())
        if may_match(cue, said, marks) and (match := best_match(cue, items, first))
    ]
    return max(found, key=lambda one: one.weight, default=_NOTHING)
