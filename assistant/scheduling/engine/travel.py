"""Minutes on the way between the areas in which jobs are. Pure.

A table is closed under its shortest ways when it is made: no detour through a third area is shorter than the way told.
So a job can be checked against every other job by itself, as if the ways to and from it belonged to it, and that says
what looking only at the job before and the job after says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from store.errors import Invalid

#: Minutes between two jobs, from which on a resource goes home between them.
SAME_TRIP = 8 * 60


@dataclass(frozen=True)
class Travel:
    """`minutes` between two areas, the way back taking as long where it is not given; `default` where no way is known.

    `longest` is the longest of all ways. Within one area nobody travels. Raises Invalid for less than nothing.
    """

    minutes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    default: int = 0
    longest: int = field(init=False, compare=False)
    _ways: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.default < 0 or any(each < 0 for each in self.minutes.values()):
            raise Invalid("The way between two areas takes no less than 0 minutes.")
        ways = _closed(frozenset(self.minutes.items()))
        object.__setattr__(self, "_ways", ways)
        object.__setattr__(self, "longest", max(self.default, *ways.values(), 0))

    def between(self, start: str, end: str) -> int:
        """The minutes from one area to the other."""
        return 0 if start == end else self._ways.get((start, end), self.default)


@lru_cache(4)
def _closed(given: frozenset[tuple[tuple[str, str], int]]) -> dict[tuple[str, str], int]:
    """The shortest ways over those given (Floyd and Warshall)."""
    minutes = dict(given)
    areas = sorted({area for pair in minutes for area in pair})
    none = 1 + sum(minutes.values())  # longer than any way that there is
    rows = [
        [0 if one == other else minutes.get((one, other), minutes.get((other, one), none)) for other in areas]
        for one in areas
    ]
    for over, onward in enumerate(rows):
        for number, row in enumerate(rows):
            first = row[over]
            if first < none and number != over:
                rows[number] = [way if way <= first + on else first + on for way, on in zip(row, onward, strict=True)]
    pairs = (
        (one, other, way) for one, row in zip(areas, rows, strict=True) for other, way in zip(areas, row, strict=True)
    )
    return {(one, other): way for one, other, way in pairs if one != other and way < none}
