"""Shares with 95 % intervals."""

from __future__ import annotations

from math import sqrt

_Z = 1.96


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """The interval that holds the true share with 95 % (Wilson 1927); 0 to 1 without trials."""
    if not trials:
        return 0.0, 1.0
    share, squared = hits / trials, _Z * _Z
    middle = (share + squared / (2 * trials)) / (1 + squared / trials)
    half = _Z * sqrt(share * (1 - share) / trials + squared / (4 * trials * trials)) / (1 + squared / trials)
    return middle - half, middle + half


def shown_share(hits: int, trials: int) -> str:
    """ "0.912 (0.850-0.950) of 124" """
    low, high = wilson(hits, trials)
    return f"{hits / max(1, trials):.3f} ({low:.3f}-{high:.3f}) of {trials}"
