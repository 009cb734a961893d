"""Which tool a clause speaks for: the cues that match it, weighed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from heapq import nlargest

from assistant.chat.understanding.cues import Match, best_match, may_match
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.lexicon import Lexicon
from assistant.chat.understanding.values import Situation

OUTSIDE = ""
_LEAST = 4.0  # weight below which nothing is meant that a tool does
_RESEMBLES, _AHEAD = 2.6, 1.0  # rarity of the words of a tool that were said; 3 is a word of two tools
_NAMING = frozenset({"name", "number", "known", "email", "phone"})
_CLOSE = 0.75  # tools this near to each other are both offered
_SCREENS: Mapping[str, tuple[str, ...]] = {
    "case": ("resolve_case", "update_case", "assign"),
    "opportunity": ("update_opportunity", "win_opportunity", "lose_opportunity"),
    "lead": ("qualify_lead", "disqualify_lead"),
    "mail": ("reply", "forward", "link", "unlink", "why_linked"),
    "calendar": ("answer_meeting", "move_appointment", "cancel_appointment"),
    "booking": ("move_booking", "cancel_booking"),
}
_AT_HAND = 0.8  # what a tool gains for what is open


@dataclass(frozen=True, slots=True)
class Scored:
    """A tool and what spoke for it; `tool` is '' for what no tool does."""

    tool: str
    match: Match
    weight: float


def ranked(items: Sequence[Item], first: int, situation: Situation, words: Lexicon) -> list[Scored]:
    """What is meant, the likeliest first; nothing where nothing speaks loud enough."""
    said = frozenset().union(*(item.words for item in items if item.kind != "span"))
    marks = frozenset().union(*(item.marks for item in items))
    found: list[Scored] = []
    for tool, cues in ((OUTSIDE, words.outside), *words.cues.items()):
        matches = [match for cue in cues if may_match(cue, said, marks) and (match := best_match(cue, items, first))]
        if matches:
            best = max(matches, key=lambda one: one.weight)
            found.append(Scored(tool, best, best.weight + _at_hand(tool, situation)))
    good = [one for one in found if one.weight >= _LEAST]
    if not good:
        good = _resembling(items, said, marks, words)
    return sorted(good, key=lambda one: (-one.weight, one.match.start, one.tool))


def _at_hand(tool: str, situation: Situation) -> float:
    return _AT_HAND if situation.screen is not None and tool in _SCREENS.get(situation.screen.kind, ()) else 0.0


def close(scored: Sequence[Scored]) -> list[Scored]:
    """Those that are about as likely as the first."""
    return [one for one in scored if one.weight >= scored[0].weight - _CLOSE]


def _resembling(items: Sequence[Item], said: Set[str], marks: Set[str], words: Lexicon) -> list[Scored]:
    """Where no cue matches: the tool whose words were said, the rarer ones counting more, if it is clearly ahead and
    something is named that it could be about."""
    if marks.isdisjoint(_NAMING):
        return []
    weights = {tool: sum(words.rarity[word] for word in said & its) for tool, its in words.words_of.items()}
    best, second = nlargest(2, weights.values())
    if best < _RESEMBLES or best - second < _AHEAD:
        return []
    tool = max(weights, key=weights.__getitem__)
    if tool == OUTSIDE:
        return []
    used = frozenset(at for at, item in enumerate(items) if not item.words.isdisjoint(words.words_of[tool]))
    return [Scored(tool, Match(words.cues[tool][0], _LEAST, 0, 0, {}, used), _LEAST)]
