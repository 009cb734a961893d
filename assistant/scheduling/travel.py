"""Minutes on the way between the areas in which jobs are. Pure.

A table is closed under its shortest ways when it is made: no detour through a third area is shorter than the way told.
So a job can be checked against every other job by itself, as if the ways to and from it belonged to it, and that says
what looking only at the job before and the job after says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.errors import Invalid


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
        ways = _closed(self.minutes)
        object.__setattr__(self, "_ways", ways)
        object.__setattr__(self, "longest", max(self.default, *ways.values(), 0))

    def between(self, start: str, end: str) -> int:
        """The minutes from one area to the other."""
        return 0 if start == end else self._ways.get((start, end), self.default)


def _closed(minutes: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """The shortest ways over those given (Floyd and Warshall)."""
    ways = {(end, start): way for (start, end), way in minutes.items()} | dict(minutes)
    areas = sorted({area for pair in ways for area in pair})
    for over in areas:
        onward = [(area, ways[over, area]) for area in areas if (over, area) in ways]
        for start in areas:
            first = ways.get((start, over))
            if first is None:
                continue
            for end, second in onward:
                if start != end and first + second < ways.get((start, end), first + second + 1):
                    ways[start, end] = first + second
    return ways
