"""Where the texts of phrasings begin and end, and what is learned from it for `understanding.edges`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.chat.understanding import edges
from assistant.chat.understanding.features import token
from assistant.chat.understanding.lexicon import lexicon
from assistant.chat.understanding.marking import mark
from assistant.chat.understanding.understand import where_it_begins
from assistant.chat.understanding.values import DESCRIBED, OUTSIDE, TEXTS, Naming, Shape
from tests.fitting.phrasings import Made, OnlyThese

_SEED = 1
_NOT_OWN = re.compile(r"\{\w+\}|^@\w+")
_WORDS = re.compile(r"[^\W_]+")
_OFTEN = 2  # phrasings that have a word of their own


@dataclass(frozen=True, slots=True)
class Told:
    """Where the text of an argument stands among the tokens of a request, or None: it has none."""

    key: str
    kind: str
    tokens: tuple[str, ...]
    first: int
    span: tuple[int, int] | None


Choice = tuple[list[list[str]], int]  # the features of each candidate, and the one that is right


def told(one: Made, shape: Shape, naming: Naming | None = None) -> Iterator[Told]:
    words = lexicon()
    items = mark(one.text, one.situation, naming or OnlyThese(one.names), words).items
    first, tokens = where_it_begins(items, words), tuple(map(token, items))
    for argument in shape.arguments:
        if argument.type not in (*TEXTS, *DESCRIBED):
            continue
        span = None
        if value := one.said.get(argument.name):
            start, end = one.text.find(value), one.text.find(value) + len(value)
            places = [at for at, item in enumerate(items) if item.start >= start and item.end <= end]
            if not places or items[places[0]].start != start:
                continue
            span = places[0], places[-1] + 1
        begins = min(first, span[0]) if span else first
        if begins < len(tokens):
            yield Told(f"{shape.name}.{argument.name}", argument.type, tokens, begins, span)


def own_words(lines: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """The words that several phrasings of what tools do have of their own, apart from what fills them."""
    counts = Counter(
        word
        for tool, some in lines.items()
        if tool != OUTSIDE
        for line in some
        for word in set(_WORDS.findall(_NOT_OWN.sub("", line.replace("'", "").lower())))
    )
    return frozenset(word for word, count in counts.items() if count >= _OFTEN)


def learn_edges(found: Sequence[Told], known: frozenset[str], *, rounds: int = 4, least: int = 3) -> dict[str, float]:
    """The weights with which the right candidate is the likeliest."""
    choices = [choice for one in found for choice in _choices(one, known) if len(choice[0]) > 1]
    counts = Counter(feature for candidates, _ in choices for candidate in candidates for feature in candidate)
    rows = {name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))}
    weights, steps = np.zeros(len(rows)), np.full(len(rows), 1e-2)
    prepared = [
        ([np.array([rows[each] for each in candidate if each in rows], dtype=int) for candidate in candidates], right)
        for candidates, right in choices
    ]
    order = np.random.default_rng(_SEED)
    for _ in range(rounds):
        for at in order.permutation(len(prepared)):
            candidates, right = prepared[at]
            _step(candidates, right, weights, steps)
    return {name: float(weights[at]) for name, at in rows.items()}


def _choices(one: Told, known: frozenset[str]) -> Iterator[Choice]:
    said = edges.plain(one.tokens, known.__contains__)
    starts = edges.candidates(said, one.first)
    right = starts.index(one.span[0] if one.span else len(said))
    yield [edges.beginning(one.key, one.kind, said, one.first, at) for at in starts], right
    if one.span:
        ends = range(one.span[0] + 1, len(said) + 1)
        yield (
            [edges.ending(one.key, one.kind, said, one.span[0], at) for at in ends],
            ends.index(one.span[1]),
        )


def _step(candidates: Sequence[np.ndarray], right: int, weights: np.ndarray, steps: np.ndarray) -> None:
    scores = np.array([weights[known].sum() for known in candidates])
    slopes = np.exp(scores - scores.max())
    slopes /= slopes.sum()
    slopes[right] -= 1.0
    for known, slope in zip(candidates, slopes, strict=True):
        if abs(slope) > 0.01:
            steps[known] += slope * slope
            weights[known] -= 0.3 * slope / np.sqrt(steps[known])


def printed(weights: Mapping[str, float], known: frozenset[str], least: float = 0.5) -> str:
    kept = {name: weight for name, weight in weights.items() if abs(weight) >= least}
    lines = [f"{name}\t{weight:.1f}" for name, weight in kept.items()] + [f"w {word}\t1" for word in known]
    return "\n".join(sorted(lines)) + "\n"
