"""Where things stand on a schedule board: the scale of time, what is written above it, lanes and blocks. Pure.

Cells are stretches of time that really pass, so a day has 23 or 25 hours of them where the clocks change; what is
written above them is what the clocks of the reader show.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from operator import attrgetter

from store.queries.scheduling.board import BoardBooking
from tui.calendar_layout import lanes, midnight, week_of
from tui.when import DAYS, MONTHS

_MINUTE = timedelta(minutes=1)
_DAY = 24 * 60
#: Minutes that a cell may last; all but the first few divide a day.
_STEPS = (1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440)
_TICKS = (5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_TICK_CELLS = 6  # that "09:00 " takes
_DAY_CELLS = 12  # that "Tue 24 Nov" and a blank take
_MORNING = 6  # the hour at which half a day begins
MOST_LANES = 4

Cells = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Zoom:
    """How much time is shown at least, and how much later the next page begins: a page of work is followed by that of
    the next day, not by the night."""

    name: str
    minutes: int
    page: int


ZOOMS = (
    Zoom("Hour", 60, 60),
    Zoom("4 hours", 240, 240),
    Zoom("12 hours", 720, _DAY),
    Zoom("Day", _DAY, _DAY),
    Zoom("3 days", 3 * _DAY, 3 * _DAY),
    Zoom("Week", 7 * _DAY, 7 * _DAY),
    Zoom("2 weeks", 14 * _DAY, 14 * _DAY),
)
USUAL = ZOOMS[2]


@dataclass(frozen=True, slots=True)
class Scale:
    """`cells` cells of `step` minutes each, from `start` (UTC) on."""

    start: datetime
    step: int
    cells: int

    @property
    def end(self) -> datetime:
        return self.at(self.cells)

    def at(self, cell: int) -> datetime:
        """When a cell begins."""
        return self.start + cell * self.step * _MINUTE

    def cell_of(self, instant: datetime) -> int:
        """The cell in which an instant lies, which may be outside."""
        since = instant - self.start
        return (since.days * _DAY + since.seconds // 60) // self.step

    def cells_of(self, start: datetime, end: datetime) -> Cells | None:
        """The cells [first, last) that a span touches; None where it lies outside."""
        since, until, step, cells = start - self.start, end - self.start, self.step, self.cells
        first = (since.days * _DAY + since.seconds // 60) // step
        last = -(-(until.days * _DAY - (-until.seconds // 60)) // step)
        if last <= 0 or first >= cells or last <= first:
            return None
        return first if first > 0 else 0, last if last < cells else cells

    def moved(self, cells: int) -> Scale:
        """The same, so many cells later."""
        return replace(self, start=self.at(cells))


def scale_at(zoom: Zoom, cells: int, moment: datetime, zone: tzinfo) -> Scale:
    """The scale of a zoom on which a moment stands: from a round time before it on."""
    step = next((each for each in _STEPS if each * cells >= zoom.minutes), _STEPS[-1])
    scale = Scale(_begins(zoom, moment.astimezone(zone), zone), step, max(cells, 1))
    here = scale.cell_of(moment)
    return scale if 0 <= here < scale.cells else scale.moved(here - scale.cells // 2)


def _begins(zoom: Zoom, there: datetime, zone: tzinfo) -> datetime:
    if zoom.minutes >= 7 * _DAY:
        return midnight(week_of(there.date()), zone)
    if zoom.minutes >= _DAY or there.hour < _MORNING:
        return midnight(there.date(), zone)
    first = midnight(there.date(), zone)
    if zoom is USUAL:
        return datetime.combine(there.date(), time(_MORNING), zone).astimezone(first.tzinfo)
    quarter = zoom.minutes // 4
    minutes = (there.hour * 60 + there.minute) // quarter * quarter - quarter
    return datetime.combine(there.date(), time(minutes // 60, minutes % 60), zone).astimezone(first.tzinfo)


def paged(zoom: Zoom, scale: Scale, pages: int, zone: tzinfo) -> Scale:
    """The scale so many pages of its zoom later."""
    return replace(scale, start=scale.start + later(scale.start, pages * zoom.page, zone) * _MINUTE)


def later(moment: datetime, minutes: int, zone: tzinfo) -> int:
    """How many minutes really pass until it is so many minutes later; days end at the same time of the clocks."""
    if minutes % _DAY:
        return minutes
    there = moment.astimezone(zone).replace(tzinfo=None) + minutes * _MINUTE
    return (there.replace(tzinfo=zone).astimezone(UTC) - moment) // _MINUTE


@dataclass(frozen=True, slots=True)
class Mark:
    """Words from a cell on, above the time that begins there; of a day that begins, or of an hour."""

    cell: int
    words: str
    is_day: bool


#: What stands in the two lines above the cells.
Marks = tuple[tuple[Mark, ...], tuple[Mark, ...]]


def marks(scale: Scale, zone: tzinfo) -> Marks:
    """The two lines above the cells: days over hours, or weeks over days where a day has few cells."""
    walls = _walls(scale, zone)
    narrow = _DAY // scale.step < _DAY_CELLS
    tick = next((each for each in _TICKS if each >= _TICK_CELLS * scale.step), _DAY)
    above, below = [], []
    for cell, (before, here) in enumerate(itertools.pairwise(walls)):
        new_day = before.date() != here.date()
        if cell == 0 or (new_day and (not narrow or here.weekday() == 0)):
            above.append(Mark(cell, _week(here) if narrow else _day(here), new_day))
        if narrow:
            if new_day:
                below.append(Mark(cell, f"{DAYS[here.weekday()][:2]} {here.day}", True))
        elif new_day or _ticks(before, tick) != _ticks(here, tick):
            below.append(Mark(cell, f"{here:%H:%M}", new_day))
    return _apart(above), _apart(below)


def _walls(scale: Scale, zone: tzinfo) -> list[datetime]:
    """What the clocks show when each cell begins, and the one before the first."""
    first, last = scale.at(-1).astimezone(zone), scale.end.astimezone(zone)
    if first.utcoffset() == last.utcoffset():  # no zone goes to and fro within a page; asking it for each cell is slow
        return [first.replace(tzinfo=None) + number * scale.step * _MINUTE for number in range(scale.cells + 1)]
    return [scale.at(cell).astimezone(zone).replace(tzinfo=None) for cell in range(-1, scale.cells)]


def _apart(found: Sequence[Mark]) -> tuple[Mark, ...]:
    """What stands under the words before it is left out, but for a day that begins."""
    kept: list[Mark] = []
    for mark in found:
        if kept and mark.cell <= kept[-1].cell + len(kept[-1].words):
            if not mark.is_day or kept[-1].is_day:
                continue
            kept.pop()
        kept.append(mark)
    return tuple(kept)


def _ticks(wall: datetime, tick: int) -> tuple[object, int]:
    return wall.date(), (wall.hour * 60 + wall.minute) // tick


def _day(wall: datetime) -> str:
    return f"{DAYS[wall.weekday()]} {wall.day} {MONTHS[wall.month - 1]}"


def _week(wall: datetime) -> str:
    return f"{wall.day} {MONTHS[wall.month - 1]}, week {wall.isocalendar().week}"


@dataclass(frozen=True, slots=True)
class Block:
    """Cells [first, last) of a lane; several bookings where they are too short to have a cell each. It is `broken`
    where a booking that is still to be done lies while the resource is away, or its site is closed."""

    first: int
    last: int
    lane: int
    bookings: tuple[BoardBooking, ...]
    broken: bool = False


def lanes_for(capacity: int) -> int:
    """How many lines a resource takes."""
    return min(max(capacity, 1), MOST_LANES)


def blocks(scale: Scale, bookings: Iterable[BoardBooking], count: int) -> tuple[Block, ...]:
    """The bookings of a resource in so many lanes, in order of lane and time; no two blocks of a lane overlap."""
    held = sorted(bookings, key=_BY_TIME)
    numbers = _lanes(held) if count > 1 else [0] * len(held)
    found: list[list[tuple[int, int, list[BoardBooking]]]] = [[] for _ in range(count)]
    for each, number in zip(held, numbers, strict=True):
        if (cells := scale.cells_of(each.works_from, each.works_until)) is None:
            continue
        lane = found[min(number, count - 1)]
        first = max(cells[0], lane[-1][1] if lane else 0)
        if first < cells[1]:
            lane.append((first, cells[1], [each]))
        else:
            lane[-1][2].append(each)
    return tuple(
        Block(first, last, number, tuple(each)) for number, lane in enumerate(found) for first, last, each in lane
    )


_BY_TIME = attrgetter("works_from", "works_until", "booking_id")


def _lanes(held: Sequence[BoardBooking]) -> list[int]:
    """The lane of each, in order of time."""
    base = held[0].works_from if held else None
    minutes = [((each.works_from - base) // _MINUTE, (each.works_until - base) // _MINUTE) for each in held if base]
    return [number for number, _ in lanes(minutes)]


def with_ended(scale: Scale, laid: Sequence[Block], ended: Iterable[BoardBooking]) -> tuple[Block, ...]:
    """The blocks with those of bookings that hold nothing any more, wherever the first lane leaves cells to them."""
    found = list(laid)
    for each in sorted(ended, key=_BY_TIME):
        if (cells := scale.cells_of(each.works_from, each.works_until)) is None:
            continue
        taken = sorted((block.first, block.last) for block in found if block.lane == 0)
        first, last = cells
        for start, end in taken:
            if start <= first < end:
                first = end
            elif first < start < last:
                last = start
        if first < last:
            found.append(Block(first, last, 0, (each,)))
    return tuple(sorted(found, key=lambda block: (block.lane, block.first)))


def beside(bookings: Sequence[BoardBooking], picked: int | None, moment: datetime, step: int) -> BoardBooking | None:
    """The booking after (1) or before (-1) the one that is picked, else after or before a moment; None beyond all."""
    held = sorted(bookings, key=_BY_TIME)
    here = next((place for place, each in enumerate(held) if each.booking_id == picked), None)
    if here is not None:
        return held[here + step] if 0 <= here + step < len(held) else None
    if step > 0:
        return next((each for each in held if each.works_from >= moment), None)
    return next((each for each in reversed(held) if each.works_from < moment), None)
