"""Which tool a clause is for: how likely each is, by what was learned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from assistant.chat.understanding.features import features
from assistant.chat.understanding.items import Item
from assistant.chat.understanding.values import OUTSIDE, Shape, Situation
from assistant.chat.understanding.weights import weights

_OUTSIDE_FROM = 0.2  # share from which nothing is meant that a tool does, however likely one of them is
_LEAST = 0.1  # share that the likeliest has at least where any tool is meant
_ALIKE = 65  # of 100: how like an example a request for a tool is that nothing was learned of; names differ
_CLOSE = 0.6  # of the share of the likeliest: tools this near are as good


@dataclass(frozen=True, slots=True)
class Scored:
    """A tool and how likely it is meant, of 1; `tool` is '' for what no tool does."""

    tool: str
    share: float


def ranked(items: Sequence[Item], first: int, situation: Situation, language: str = "en") -> list[Scored]:
    """What is meant, the likeliest first; what no tool does stands first where it is that, or nothing speaks loud
    enough."""
    likely = weights(language).likely(features(items, first, situation))
    outside = likely.pop(OUTSIDE, 0.0)
    found = sorted((Scored(tool, share) for tool, share in likely.items()), key=lambda one: (-one.share, one.tool))
    if outside >= _OUTSIDE_FROM or outside > found[0].share or found[0].share < _LEAST:
        return [Scored(OUTSIDE, outside), *found]
    return found


def by_example(text: str, shapes: Mapping[str, Shape], language: str = "en") -> str:
    """The tool of which nothing was learned yet, and which has an example that is much like the text; '' for none."""
    learned = set(weights(language).tools.values())
    said = [(name, example) for name, shape in shapes.items() if name not in learned for example in shape.examples]
    found = process.extractOne(
        text,
        [example for _, example in said],
        scorer=fuzz.token_sort_ratio,
        processor=utils.default_process,
        score_cutoff=_ALIKE,
    )
    return said[found[2]][0] if found else ""


def close(scored: Sequence[Scored]) -> list[Scored]:
    """Those that are about as likely as the first."""
    return [one for one in scored if one.share >= scored[0].share * _CLOSE]
