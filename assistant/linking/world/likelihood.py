"""How well weights explain examples, and which way to change them: the model of `assistant.linking.score`, derived.

Records that compete share one softmax with "none of them"; every other record has a logistic of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from assistant.linking.world.examples import Example, Option

#: A weight by group and rule.
Key = tuple[str, str]
#: Places of weights with how strongly each counts.
Row = tuple[tuple[int, float], ...]

_MOST = 35.0  # log odds, as in the score
_BIAS = "bias"


@dataclass(frozen=True, slots=True)
class Contest:
    """One thing to be right about: any of `right` among `rows`, where "none of them" (when `none_is_right`) counts."""

    rows: tuple[Row, ...]
    right: frozenset[int]
    none_is_right: bool


def contests_of(example: Example, places: Mapping[Key, int]) -> list[Contest]:
    """What there is to be right about in a mail. Rules without a weight count nothing."""
    competing = [each for each in example.options if each.competes]
    alone = [each for each in example.options if (not each.competes or each.named) and each.right is not None]
    contests = [Contest((_row(each, places),), frozenset({0} if each.right else ()), not each.right) for each in alone]
    if any(not each.named for each in competing):
        contests.append(_shared(competing, places))
    return contests


def loss(weights: Sequence[float], contests: Sequence[Contest]) -> float:
    """The negative log likelihood, summed."""
    return sum(-log(max(share, 1e-15)) for share in (_right_share(weights, contest)[0] for contest in contests))


def gradient(weights: Sequence[float], contests: Sequence[Contest]) -> list[float]:
    """Of the loss, by weight."""
    slope = [0.0] * len(weights)
    for contest in contests:
        share, odds = _right_share(weights, contest)
        total = 1.0 + sum(odds)
        for place, (row, one) in enumerate(zip(contest.rows, odds, strict=True)):
            within = one / (total * share) if place in contest.right and share else 0.0
            pull = one / total - within
            for index, strength in row:
                slope[index] += pull * strength
    return slope


def is_right(weights: Sequence[float], contest: Contest) -> bool:
    """Whether what the weights find likeliest is right."""
    _, odds = _right_share(weights, contest)
    best = max(range(len(odds)), key=lambda place: odds[place])
    return best in contest.right if odds[best] > 1.0 else contest.none_is_right


def _shared(competing: Sequence[Option], places: Mapping[Key, int]) -> Contest:
    right = frozenset(place for place, each in enumerate(competing) if each.right and not each.named)
    # Where none of those who compete is right, what is named outright takes no right from "none of them".
    named = frozenset(place for place, each in enumerate(competing) if each.named)
    return Contest(tuple(_row(each, places) for each in competing), right or named, not right)


def _right_share(weights: Sequence[float], contest: Contest) -> tuple[float, list[float]]:
    odds = [_odds(weights, row) for row in contest.rows]
    right = sum(odds[place] for place in contest.right) + (1.0 if contest.none_is_right else 0.0)
    return right / (1.0 + sum(odds)), odds


def _odds(weights: Sequence[float], row: Row) -> float:
    total = sum(weights[index] * strength for index, strength in row)
    return exp(max(-_MOST, min(_MOST, total)))


def _row(option: Option, places: Mapping[Key, int]) -> Row:
    found = {_BIAS: 1.0, **option.found}
    return tuple(
        (place, strength)
        for rule, strength in found.items()
        if strength and (place := places.get((option.group, rule))) is not None
    )
