"""Logistic regression over named features: the same weights from the same requests, every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

_SEED = 7


@dataclass(frozen=True, slots=True)
class Sample:
    """Features of a request, the tool it is for, and how much it counts."""

    features: tuple[str, ...]
    tool: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Learned:
    """`weights` has a row for each feature and a column for each tool."""

    tools: tuple[str, ...]
    rows: Mapping[str, int]
    weights: np.ndarray

    def scores(self, features: Sequence[str]) -> dict[str, float]:
        known = [self.rows[one] for one in features if one in self.rows]
        if not known:
            return dict.fromkeys(self.tools, 0.0)
        total = self.weights[known].sum(axis=0) / np.sqrt(len(known))
        return dict(zip(self.tools, total.tolist(), strict=True))


def learn(
    samples: Sequence[Sample], *, rounds: int = 6, rate: float = 0.5, decay: float = 1e-4, least: int = 3
) -> Learned:
    """AdaGrad over shuffled samples; features that are seen fewer than `least` times are left out."""
    counts = Counter(feature for one in samples for feature in one.features)
    rows = {name: at for at, name in enumerate(sorted(name for name, count in counts.items() if count >= least))}
    tools = tuple(sorted({one.tool for one in samples}))
    columns = {tool: at for at, tool in enumerate(tools)}
    weights = np.zeros((len(rows), len(tools)))
    steps = np.full((len(rows), len(tools)), 1e-3)
    order = np.random.default_rng(_SEED)
    prepared = [
        (known, columns[one.tool], one.weight)
        for one in samples
        if len(known := np.array([rows[each] for each in one.features if each in rows]))
    ]
    for _ in range(rounds):
        for at in order.permutation(len(prepared)):
            known, wanted, weight = prepared[at]
            scale = 1 / np.sqrt(len(known))
            scores = weights[known].sum(axis=0) * scale
            likely = np.exp(scores - scores.max())
            likely /= likely.sum()
            likely[wanted] -= 1.0
            slope = weight * scale * likely + decay * weights[known]
            steps[known] += slope * slope
            weights[known] -= rate * slope / np.sqrt(steps[known])
    return Learned(tools, rows, weights)
