"""Intervals of 95 %: Wilson's for proportions, the bootstrap's for everything else."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from math import sqrt
from typing import TypeVar

T = TypeVar("T")
Interval = tuple[float, float]

_Z = 1.959963984540054  # of the normal distribution, two-sided 95 %
_RESAMPLES = 1_000


def wilson(right: int, of: int) -> Interval | None:
    """The score interval of a proportion (Wilson 1927); None where nothing was counted."""
    if not of:
        return None
    share, square = right / of, _Z * _Z / of
    middle = (share + square / 2) / (1 + square)
    half = _Z / (1 + square) * sqrt(share * (1 - share) / of + square / (4 * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def bootstrap(values: Sequence[T], figure: Callable[[Sequence[T]], float]) -> Interval | None:
    """The percentile interval of a figure of the values; the same values always give the same one."""
    if not values:
        return None
    rng = random.Random(len(values))
    figures = sorted(figure(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return figures[int(0.025 * _RESAMPLES)], figures[int(0.975 * _RESAMPLES) - 1]
