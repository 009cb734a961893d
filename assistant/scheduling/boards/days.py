"""A board day by day: when each resource works, and what it has to do, is busy with, or is on its way for. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assistant.scheduling.boards.reading import Board
from assistant.scheduling.boards.ways import Way, ways
from assistant.scheduling.engine.minutes import Minutes, stretches_of
from assistant.scheduling.engine.model import Busy, Resource
from store.queries.scheduling.board import BoardBooking
from store.scheduling.reading import Thing
from store.scheduling.written import midnight

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Day:
    """A resource's day by the clocks of a zone. `hours` are those it works (UTC), without time off and closures; `off`
    says why there are none where there would be some."""

    thing: Thing
    hours: tuple[Stretch, ...]
    off: str
    bookings: tuple[BoardBooking, ...]
    busy: tuple[Busy, ...]
    ways: tuple[Way, ...]


def days_of(board: Board, things: Sequence[Thing], first: date, count: int, zone: str) -> Iterator[tuple[date, Day]]:
    """So many days, of each all of these resources; the board has to know both."""
    on_way = {each.id: ways(_of(board, each), _bookings(board, each), board.loaded.world.travel) for each in things}
    for day in (first + number * timedelta(days=1) for number in range(count)):
        start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
        for thing in things:
            yield day, _day(board, thing, on_way[thing.id], start, end)


def _day(board: Board, thing: Thing, on_way: Sequence[Way], start: datetime, end: datetime) -> Day:
    resource, loaded = _of(board, thing), board.loaded
    hours = tuple(_between(board, loaded.open(thing.id), start, end))
    would = () if hours else tuple(_between(board, loaded.worked(thing.id), start, end))
    return Day(
        thing,
        hours,
        _why_off(resource, start, end) if would else "",
        tuple(each for each in _bookings(board, thing) if each.works_from < end and each.works_until > start),
        tuple(each for each in resource.busy if each.start < end and each.end > start),
        tuple(each for each in on_way if each.start < end and each.end > start),
    )


def _between(board: Board, minutes: Minutes, start: datetime, end: datetime) -> Iterator[Stretch]:
    span = board.loaded.span
    first, last = max(span.floor(start), 0), min(span.floor(end), span.length)
    for begin, done in stretches_of(minutes >> first & ((1 << max(last - first, 0)) - 1)):
        yield span.at(first + begin), span.at(first + done)


def _why_off(resource: Resource, start: datetime, end: datetime) -> str:
    """Time off says why; without it the site is closed."""
    off = resource.hours.time_off if resource.hours else ()
    found = next((each for each in off if each.start < end and each.end > start), None)
    return "closed" if found is None else found.reason or "off"


def _of(board: Board, thing: Thing) -> Resource:
    return board.loaded.world.resources[thing.id]


def _bookings(board: Board, thing: Thing) -> Sequence[BoardBooking]:
    return board.bookings.get(thing.id, ())
