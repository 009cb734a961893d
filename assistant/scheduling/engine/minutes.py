"""Sets of minutes, each one integer of Python: bit m is set where minute m of the span belongs to the set. Pure.

Sorted intervals are as fast where what is free of each resource is known before; with travel, buffers and rules it has
to be made anew for each request, and then they take up to ten times as long (`python -m tests.benchmarks.slots` runs
both). Here what is free for an hour takes six shifts whatever the number of bookings, and what many resources have in
common one AND for each. A set is made from its edges: as a run of ones from s until before e is 2^e - 2^s, the sum of
all ends less the sum of all starts is the whole set in one subtraction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.scheduling.engine.model import utc

Minutes = int

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Span:
    """So many whole minutes from `start`, a whole minute of UTC."""

    start: datetime
    length: int

    @classmethod
    def around(cls, start: datetime, end: datetime, before: int = 0, after: int = 0) -> Span:
        """The minutes that hold these moments, with so many more before and after."""
        first = utc(start).replace(second=0, microsecond=0) - before * MINUTE
        return cls(first, -((first - utc(end)) // MINUTE) + after)

    def floor(self, at: datetime) -> int:
        """The minute that the moment lies in; less than 0 or past the length where that is outside."""
        since = at - self.start
        return since.days * 1440 + since.seconds // 60

    def ceil(self, at: datetime) -> int:
        """The first minute that begins at the moment or after it."""
        since = at - self.start
        return since.days * 1440 + -(-since.seconds // 60) + (since.microseconds > 0 and since.seconds % 60 == 0)

    def at(self, minute: int) -> datetime:
        """When the minute begins, in UTC."""
        return self.start + minute * MINUTE

    @property
    def all(self) -> Minutes:
        """Every minute of the span."""
        return (1 << self.length) - 1


def minutes_of(stretches: Iterable[tuple[int, int]], length: int) -> Minutes:
    """The minutes of all these stretches, each from its first until before its second; what is outside is left out."""
    starts, ends = bytearray((length >> 3) + 1), bytearray((length >> 3) + 1)
    last = -1
    for start, end in sorted(stretches):
        if start < 0:
            start = 0
        if end > length:
            end = length
        if end <= last or end <= start:
            continue
        if start <= last:
            ends[last >> 3] ^= 1 << (last & 7)
        else:
            starts[start >> 3] |= 1 << (start & 7)
        ends[end >> 3] |= 1 << (end & 7)
        last = end
    return int.from_bytes(ends, "little") - int.from_bytes(starts, "little")


def lasting(free: Minutes, duration: int) -> Minutes:
    """The minutes from which all of the next `duration` minutes belong to the set."""
    have = 1
    while have * 2 <= duration:
        free &= free >> have
        have *= 2
    return free & (free >> (duration - have)) if have < duration else free


def widened(minutes: Minutes, before: int, after: int) -> Minutes:
    """The set with so many more minutes before and after each of its own; what lies before the span is lost."""
    have = 1
    reach = before + after + 1
    while have * 2 <= reach:
        minutes |= minutes << have
        have *= 2
    if have < reach:
        minutes |= minutes << (reach - have)
    return minutes >> before


def moved(minutes: Minutes, by: int) -> Minutes:
    """Every minute so many later, or earlier where that is less than 0."""
    return minutes << by if by >= 0 else minutes >> -by


def each_of(minutes: Minutes) -> Iterator[int]:
    """The minutes of the set, in order."""
    written = bin(minutes)[:1:-1]
    found = written.find("1")
    while found >= 0:
        yield found
        found = written.find("1", found + 1)


def stretches_of(minutes: Minutes) -> Iterator[tuple[int, int]]:
    """The stretches of the set, in order: from, and until before."""
    written = bin(minutes)[:1:-1]
    start = written.find("1")
    while start >= 0:
        end = written.find("0", start)
        yield start, end if end >= 0 else len(written)
        start = written.find("1", end) if end >= 0 else -1


def holds(minutes: Minutes, start: int, end: int) -> bool:
    """Whether any of the minutes from `start` until before `end` belongs to the set."""
    start = max(start, 0)
    return end > start and bool(minutes >> start & ((1 << (end - start)) - 1))
