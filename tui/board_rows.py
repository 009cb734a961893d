"""A resource's line of a schedule board, worked out: what each cell is like, what stands in it, and its blocks. Pure.

In minutes since the page begins, as whole numbers: a page of two weeks has thousands of edges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from assistant.scheduling.boards.reading import Board
from assistant.scheduling.boards.ways import buffers, ways
from assistant.scheduling.engine.loaded import Loaded
from assistant.scheduling.engine.minutes import Minutes, stretches_of
from assistant.scheduling.engine.model import Resource
from store.queries.scheduling.board import BoardBooking
from store.scheduling.lifecycle import OCCUPYING, OPEN
from store.scheduling.reading import Thing
from tui.board_layout import Block, Cells, Scale, blocks, lanes_for, with_ended

LEAST_TITLE = 4  # cells of a block from which on it is called something
_LEAST_WAY = 2  # cells of a way from which on it is more than a dash

#: Ground, tone and sign of a cell.
Cell = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A resource in the time of a page: what the cells of each of its lanes are like, its blocks, and the names of what
    its calendar holds."""

    lanes: tuple[tuple[Cell, ...], ...]
    blocks: tuple[Block, ...]
    words: tuple[tuple[Cells, str], ...]


def laid_out(board: Board, thing: Thing, scale: Scale, ticks: frozenset[int], now: datetime) -> Row:
    """A row worked out; of a resource of which nothing was read yet only the ticks."""
    resource = board.loaded.world.resources.get(thing.id)
    if resource is None or scale.end <= board.start or scale.start >= board.end:
        unread: tuple[Cell, ...] = tuple(
            ("night", "rule", "·" if cell % 4 == 0 else " ") for cell in range(scale.cells)
        )
        return Row((unread,) * lanes_for(thing.state["capacity"]), (), ())
    grounds, signs = _hours(board.loaded, thing.id, scale, ticks)
    page = [
        each for each in board.bookings.get(thing.id, ()) if each.ends_at > scale.start and each.starts_at < scale.end
    ]
    held = [each for each in page if each.status in OCCUPYING]
    count = lanes_for(resource.capacity)
    laid = _with_broken(board.loaded, thing.id, blocks(scale, held, count))
    lanes = [list(signs) for _ in range(count)]
    _besides(board, resource, scale, held, laid, lanes)
    here = scale.cell_of(now)
    if 0 <= here < scale.cells:
        for lane in lanes:
            lane[here] = ("bad", "│")
    if len(held) < len(page):
        laid = with_ended(scale, laid, [each for each in page if each.status not in OCCUPYING])
    cells = tuple(tuple((ground, *sign) for ground, sign in zip(grounds, lane, strict=True)) for lane in lanes)
    return Row(cells, laid, _names(resource, scale))


def _with_broken(loaded: Loaded, key: int, laid: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks, those marked that cannot be done: the resource fell ill, or its site was closed, since."""
    absent = loaded.away(key) | loaded.closed(key)
    if not absent:
        return laid
    return tuple(
        replace(block, broken=any(each.status in OPEN and _meets(loaded, each, absent) for each in block.bookings))
        for block in laid
    )


def _meets(loaded: Loaded, one: BoardBooking, minutes: Minutes) -> bool:
    first, last = max(loaded.span.floor(one.works_from), 0), loaded.span.ceil(one.works_until)
    return last > first and bool(minutes >> first & ((1 << (last - first)) - 1))


def _hours(loaded: Loaded, key: int, scale: Scale, ticks: frozenset[int]) -> tuple[list[str], list[tuple[str, str]]]:
    """What the grounds of cells say, and the signs on them: when it works, is off, and what its calendar holds."""
    grounds, signs = ["night"] * scale.cells, [("", " ")] * scale.cells
    for first, last in _in_cells(loaded, loaded.open(key), scale):
        grounds[first:last] = ["open"] * (last - first)
    for cell in ticks:
        signs[cell] = ("rule", "│")
    if away := loaded.away(key):
        for first, last in _in_cells(loaded, away & loaded.worked(key), scale):
            signs[first:last] = [("rule", "╱")] * (last - first)
    for first, last in _in_cells(loaded, loaded.busy(key), scale):
        grounds[first:last] = ["event-2"] * (last - first)
    return grounds, signs


def _in_cells(loaded: Loaded, minutes: Minutes, scale: Scale) -> Iterator[Cells]:
    """The cells that the stretches of a set of minutes touch."""
    if not minutes:
        return
    before = loaded.span.floor(scale.start)
    page = (minutes >> before if before >= 0 else minutes << -before) & ((1 << scale.step * scale.cells) - 1)
    for start, end in stretches_of(page):
        yield start // scale.step, -(-end // scale.step)


def _besides(
    board: Board,
    resource: Resource,
    scale: Scale,
    held: Sequence[BoardBooking],
    laid: Sequence[Block],
    lanes: Sequence[list[tuple[str, str]]],
) -> None:
    """Write buffers and the ways to jobs into the lanes of their bookings."""
    lane_of = {each.booking_id: block.lane for block in laid for each in block.bookings} if len(lanes) > 1 else {}
    for key, start, end in buffers(held):
        if (found := scale.cells_of(start, end)) is not None:
            lanes[lane_of.get(key, 0)][found[0] : found[1]] = [("dim", "┄")] * (found[1] - found[0])
    travel = board.loaded.world.travel
    if not travel.longest:
        return
    every = [each for each in board.bookings.get(resource.id, ()) if each.status in OCCUPYING]
    for way in ways(resource, every, travel):
        if (found := scale.cells_of(way.start, way.end)) is not None:
            lane = lane_of.get(way.booking_id, 0)
            ends = [each.last for each in laid if each.lane == lane and found[0] < each.last <= found[1]]
            first = max(ends, default=found[0])  # the job before lasts until then: there is no time for all of the way
            lanes[lane][first : found[1]] = _way(way.minutes, found[1] - first, "warn" if ends else "dim")


def _way(minutes: int, cells: int, tone: str) -> list[tuple[str, str]]:
    """A way as it is drawn: an arrow to the job, with its minutes where there is room."""
    if cells < _LEAST_WAY:
        return [(tone, "┄")] * cells
    said = str(minutes) if len(str(minutes)) + _LEAST_WAY <= cells else ""
    return [(tone, sign) for sign in f"{said.center(cells - 1, '╌')}▸"]


def _names(resource: Resource, scale: Scale) -> tuple[tuple[Cells, str], ...]:
    busy = ((scale.cells_of(each.start, each.end), each.what) for each in resource.busy if each.what)
    return tuple((found, what) for found, what in busy if found and found[1] - found[0] >= LEAST_TITLE)
