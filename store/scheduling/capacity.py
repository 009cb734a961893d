"""Units in use over time against a capacity. Pure.

The booking transaction and the slot search count alike. Moments are datetimes or whole minutes; a stretch holds its
start and not its end, so one job may begin the moment another ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

Moment = TypeVar("Moment", datetime, int)


class Occupied(NamedTuple, Generic[Moment]):
    """So many units of one resource from `start` until before `end`, buffers included; `what` says who holds them."""

    start: Moment
    end: Moment
    units: int
    what: str = ""


class Booked(NamedTuple):
    """Units of a resource that a booking occupies, buffers included. `area` is where the job is, '' the resource's own
    place; `what` the booking's number, as people read it."""

    start: datetime
    end: datetime
    units: int = 1
    what: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Overfull(Generic[Moment]):
    """The first time at which more is in use than there is: the most units at once, and all that stands in it."""

    start: Moment
    end: Moment
    units: int
    holders: tuple[Occupied[Moment], ...]


def overfull(occupied: Iterable[Occupied[Moment]], capacity: int) -> Overfull[Moment] | None:
    """The first stretch of time in which more than `capacity` units are in use; None where all fits."""
    held = list(occupied)
    found: tuple[Moment, Moment, int] | None = None
    for start, end, units in in_use(held):
        if units <= capacity or (found is not None and start != found[1]):
            if found is not None:
                break
        elif found is None:
            found = start, end, units
        else:
            found = found[0], end, max(found[2], units)
    if found is None:
        return None
    start, end, most = found
    holders = (each for each in held if each.units > 0 and each.start < each.end)
    return Overfull(
        start,
        end,
        most,
        tuple(sorted((each for each in holders if each.start < end and start < each.end), key=itemgetter(0, 1))),
    )


def in_use(occupied: Iterable[Occupied[Moment]]) -> Iterator[tuple[Moment, Moment, int]]:
    """From, to and the units in use, in order, where any are; a new stretch wherever their number changes."""
    steps: list[tuple[Moment, int]] = []
    for start, end, units, _ in occupied:
        if start < end:
            steps.append((start, units))
            steps.append((end, -units))
    steps.sort(key=itemgetter(0))
    used, since = 0, None
    for at, changes in groupby(steps, itemgetter(0)):
        change = sum(units for _, units in changes)
        if not change:
            continue
        if used and since is not None:
            yield since, at, used
        used += change
        since = at
