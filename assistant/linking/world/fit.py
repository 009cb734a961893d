"""Refitting the weights of evidence to labelled mail: gently, and tested on threads that were not learnt from.

The weights move from where they are towards what explains the examples, held back by a spring (L2) whose stiffness is
chosen by cross-validation. No weight changes its sign: what speaks for a record never comes to speak against it.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from assistant.linking.score import Weights
from assistant.linking.world.examples import Example
from assistant.linking.world.likelihood import Contest, Key, contests_of, gradient, is_right, loss

FOLDS = 5
STIFFNESS = (30.0, 10.0, 3.0, 1.0)  # of the spring; the stiffest that is best wins
_STEPS = 200
_ENOUGH = 1e-5  # of the loss: a step that gains less ends the descent
_FREE = ("bias",)  # may change its sign

T = TypeVar("T")
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Quality:
    """How weights do on threads they were not fitted to: mean negative log likelihood, and the share that is right."""

    log_loss: float
    right: float


@dataclass(frozen=True, slots=True)
class Fit:
    """`weights` by group and rule; `seen` counts the examples of each. `before` and `after` are both measured by
    cross-validation. `stiffness` is None where the present weights did best and stay."""

    weights: Mapping[str, Mapping[str, float]]
    seen: Mapping[str, Mapping[str, int]]
    stiffness: float | None
    examples: int
    threads: int
    before: Quality
    after: Quality


def fit(examples: Sequence[Example], present: Weights, *, progress: Progress = lambda share, label: None) -> Fit:
    """The weights that explain the examples better; the present ones where no others do."""
    keys = [(group, rule) for group, table in present.groups.items() for rule in table]
    start = [present.groups[group][rule] for group, rule in keys]
    places = {key: place for place, key in enumerate(keys)}
    folds = _folds(examples, places)
    before = _quality([(start, fold) for fold in folds])
    best, stiffness, after = start, None, before
    for number, candidate in enumerate(STIFFNESS):
        progress(number / (len(STIFFNESS) + 1), f"stiffness {candidate:g}")
        tried = _quality(
            [(_descend(start, keys, _others(folds, held), candidate), folds[held]) for held in range(FOLDS)]
        )
        if tried.log_loss < after.log_loss:
            stiffness, after = candidate, tried
    if stiffness is not None:
        best = _descend(start, keys, [contest for fold in folds for contest in fold], stiffness)
    return Fit(
        weights=_tables(keys, [round(weight, 2) for weight in best]),
        seen=_tables(keys, _seen(keys, examples)),
        stiffness=stiffness,
        examples=len(examples),
        threads=len({each.thread for each in examples}),
        before=before,
        after=after,
    )


def _folds(examples: Sequence[Example], places: Mapping[Key, int]) -> list[list[Contest]]:
    """The contests of all examples; a thread is in one fold."""
    threads = sorted({each.thread for each in examples})
    random.Random(0).shuffle(threads)
    fold_of = {thread: number % FOLDS for number, thread in enumerate(threads)}
    folds: list[list[Contest]] = [[] for _ in range(FOLDS)]
    for example in examples:
        folds[fold_of[example.thread]] += contests_of(example, places)
    return folds


def _others(folds: Sequence[Sequence[Contest]], held: int) -> list[Contest]:
    return [contest for number, fold in enumerate(folds) if number != held for contest in fold]


def _descend(start: Sequence[float], keys: Sequence[Key], contests: Sequence[Contest], stiffness: float) -> list[float]:
    """Projected gradient descent; the step grows while it helps and shrinks when it does not."""

    def cost(weights: Sequence[float]) -> float:
        pulled = sum((one - before) ** 2 for one, before in zip(weights, start, strict=True))
        return loss(weights, contests) + stiffness * pulled / 2

    weights, step = list(start), 1.0 / (stiffness + len(contests))
    known, slope = cost(weights), _slope(weights, start, contests, stiffness)
    for _ in range(_STEPS):
        moved = [
            _allowed(one - step * down, before, rule)
            for one, down, before, (_, rule) in zip(weights, slope, start, keys, strict=True)
        ]
        reached = cost(moved)
        if reached >= known:
            step /= 4
            continue
        gained, known, weights = known - reached, reached, moved
        if gained < _ENOUGH * known:
            break
        step *= 2
        slope = _slope(weights, start, contests, stiffness)
    return weights


def _slope(
    weights: Sequence[float], start: Sequence[float], contests: Sequence[Contest], stiffness: float
) -> list[float]:
    pulls = gradient(weights, contests)
    return [pull + stiffness * (one - before) for pull, one, before in zip(pulls, weights, start, strict=True)]


def _allowed(weight: float, before: float, rule: str) -> float:
    if rule in _FREE:
        return weight
    return max(0.0, weight) if before >= 0 else min(0.0, weight)


def _quality(tested: Sequence[tuple[Sequence[float], Sequence[Contest]]]) -> Quality:
    count = sum(len(fold) for _, fold in tested) or 1
    return Quality(
        log_loss=sum(loss(weights, fold) for weights, fold in tested) / count,
        right=sum(is_right(weights, contest) for weights, fold in tested for contest in fold) / count,
    )


def _seen(keys: Sequence[Key], examples: Sequence[Example]) -> list[int]:
    counts = Counter(
        (option.group, rule)
        for example in examples
        for option in example.options
        for rule in ("bias", *(rule for rule, strength in option.found.items() if strength))
    )
    return [counts[key] for key in keys]


def _tables(keys: Sequence[Key], values: Sequence[T]) -> dict[str, dict[str, T]]:
    tables: dict[str, dict[str, T]] = {}
    for (group, rule), value in zip(keys, values, strict=True):
        tables.setdefault(group, {})[rule] = value
    return tables
