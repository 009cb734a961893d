"""Paints the lines of a schedule board: the scale above, and for each resource its hours, calendar and bookings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from assistant.scheduling.boards import Board
from assistant.scheduling.minutes import Minutes, stretches_of
from assistant.scheduling.ways import buffers, ways
from store.queries.scheduling.board import BoardBooking
from store.scheduling.reading import Thing
from tui.board_layout import Block, Cells, Mark, Marks, Scale, blocks, lanes_for
from tui.cells import Cell, Span, fit, plain
from tui.rows import board as looks

HEAD = 2  # lines above the resources
_LEAST_TITLE = 4  # cells of a block from which on it is called something

Looks = Callable[[str], Style]
_Cell = tuple[str, str, str]  # ground, tone and sign


@dataclass(frozen=True, slots=True)
class Ghost:
    """Where a booking on its way would stand; `hindered` where something is against it."""

    row: int
    cells: Cells
    booking: BoardBooking
    hindered: bool


@dataclass(frozen=True, slots=True)
class Scene:
    """What is on the page besides the board: the cursor's row, cell and booking, and a booking on its way."""

    board: Board
    scale: Scale
    marks: Marks
    gutter: int
    now: datetime
    at: tuple[int, int]
    picked: int | None
    has_focus: bool
    ghost: Ghost | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A resource in the scale's time: what each of its cells is like, and its blocks."""

    cells: tuple[_Cell, ...]
    blocks: tuple[Block, ...]
    words: tuple[tuple[Cells, str], ...]


def laid_out(board: Board, thing: Thing, scale: Scale, ticks: frozenset[int], now: datetime) -> Row:
    """A row worked out; of a resource of which nothing was read yet only the ticks."""
    resource = board.loaded.world.resources.get(thing.id)
    if resource is None or scale.end <= board.start or scale.start >= board.end:
        return Row(tuple(("night", "rule", "·" if cell % 4 == 0 else " ") for cell in range(scale.cells)), (), ())
    loaded = board.loaded
    grounds, signs = ["night"] * scale.cells, [("", " ")] * scale.cells

    def cells(minutes: Minutes) -> list[Cells]:
        span = loaded.span
        found = (scale.cells_of(span.at(start), span.at(end)) for start, end in stretches_of(minutes))
        return [each for each in found if each is not None]

    for first, last in cells(loaded.open(thing.id)):
        grounds[first:last] = ["open"] * (last - first)
    for cell in ticks:
        signs[cell] = ("rule", "│")
    for first, last in cells(loaded.away(thing.id) & loaded.worked(thing.id)):
        signs[first:last] = [("rule", "╱")] * (last - first)
    for first, last in cells(loaded.busy(thing.id)):
        grounds[first:last] = ["event-2"] * (last - first)
    bookings = board.bookings.get(thing.id, ())
    kept = [*buffers(bookings), *((way.start, way.end) for way in ways(resource, bookings, loaded.world.travel))]
    for start, end in kept:
        if (found := scale.cells_of(start, end)) is not None:
            signs[found[0] : found[1]] = [("dim", "┄")] * (found[1] - found[0])
    here = scale.cell_of(now)
    if 0 <= here < scale.cells:
        signs[here] = ("bad", "│")
    laid = blocks(scale, bookings, lanes_for(resource.capacity))
    busy = ((scale.cells_of(each.start, each.end), each.what) for each in resource.busy if each.what)
    words = tuple((found, what) for found, what in busy if found and found[1] - found[0] >= _LEAST_TITLE)
    return Row(tuple((ground, *sign) for ground, sign in zip(grounds, signs, strict=True)), laid, words)


class BoardPainter:
    """Knows tones and cells, nothing of keys."""

    def __init__(self, look: Looks, base: Callable[[], Style]) -> None:
        self._look, self._base = look, base
        self._styles: dict[tuple[str, str], Style] = {}

    def restyle(self) -> None:
        """The theme changed, or what lies below the board."""
        self._styles.clear()

    def heading(self, scene: Scene, line: int) -> Strip:
        zone = scene.now.tzinfo
        assert zone is not None
        found = scene.marks[line]
        now = scene.scale.cell_of(scene.now)
        if line == 1 and 0 <= now < scene.scale.cells:
            label = Mark(min(now, scene.scale.cells - 5), f"{scene.now:%H:%M}", False)
            apart = [each for each in found if each.cell + len(each.words) < label.cell or each.cell > label.cell + 5]
            found = tuple(sorted((*apart, label), key=lambda each: each.cell))
        else:
            label = None
        today = scene.now.date()
        spans, at = [Span(" " * scene.gutter)], 0
        for place, mark in enumerate(found):
            until = found[place + 1].cell if place + 1 < len(found) else scene.scale.cells
            begins = scene.scale.at(mark.cell).astimezone(zone).date()
            tone = "bad" if mark is label else "heading" if mark.is_day and begins == today else "strong"
            spans += [
                Span(" " * (mark.cell - at)),
                *fit((Span(mark.words, tone),), until - mark.cell),
            ]
            at = until
        return Strip(self._segments(fit(tuple(spans), scene.gutter + scene.scale.cells), "header"))

    def line(self, scene: Scene, row: Row, place: int, lane: int) -> Strip:
        """One lane of the resource at a place."""
        found = self._name(scene, place, lane)
        at = 0
        for block in row.blocks:
            if block.lane == lane:
                found += self._free(scene, row, place, lane, at, block.first)
                found += self._block(scene, place, block)
                at = block.last
        found += self._free(scene, row, place, lane, at, scene.scale.cells)
        width = scene.gutter + scene.scale.cells
        strip = Strip(found, width)
        ghost = scene.ghost
        if ghost is None or ghost.row != place or lane:
            return strip
        first, last = (scene.gutter + cell for cell in ghost.cells)
        tone = "ghost-bad" if ghost.hindered else "ghost"
        laid = Strip(self._segments(fit(plain(f" {ghost.booking.title}"), last - first), tone))
        return Strip.join([strip.crop(0, first), laid, strip.crop(last, width)])

    def _name(self, scene: Scene, place: int, lane: int) -> list[Segment]:
        here = scene.at[0] == place
        ground = ("cursor" if scene.has_focus else "cursor-idle") if here else ""
        if lane:
            return self._segments(fit((), scene.gutter), ground)
        thing = scene.board.lines[place]
        resource = scene.board.loaded.world.resources.get(thing.id)
        cell = (Span(" "), *looks.name(thing, resource.unknown if resource else ""))
        return self._segments((*fit(cell, scene.gutter - 1), Span(" ")), ground)

    def _block(self, scene: Scene, place: int, block: Block) -> list[Segment]:
        width = block.last - block.first
        cell: Cell = looks.edge(block.bookings)
        if width >= _LEAST_TITLE or (width > 1 and len(block.bookings) > 1):
            cell = (*cell, *plain(looks.title(block.bookings)))
        ground = looks.ground(block.bookings)
        if scene.ghost is not None:
            is_it = {each.booking_id for each in block.bookings} == {scene.ghost.booking.booking_id}
            ground = "hollow" if is_it else ground
        elif scene.at[0] == place and any(each.booking_id == scene.picked for each in block.bookings):
            ground = "picked" if scene.has_focus else "cursor-idle"
        return self._segments(fit(cell, width), ground)

    def _free(self, scene: Scene, row: Row, place: int, lane: int, first: int, last: int) -> list[Segment]:
        """Cells in which nothing is booked, with what calendars hold there called by its name."""
        if last <= first:
            return []
        at = scene.at[1]
        is_on = scene.at == (place, at) and lane == 0 and scene.picked is None and scene.ghost is None
        for (begin, end), what in row.words if lane == 0 else ():
            if first <= begin and end <= last and not (is_on and begin <= at < end):
                before = self._free(scene, row, place, lane, first, begin)
                told = self._segments(fit(plain(f" {what}", "dim"), end - begin), "event-2")
                return [*before, *told, *self._free(scene, row, place, lane, end, last)]
        cells = row.cells[first:last]
        if is_on and first <= at < last:
            here = ("picked" if scene.has_focus else "cursor-idle", "", " ")
            cells = (*cells[: at - first], here, *cells[at - first + 1 :])
        return [
            Segment("".join(each[2] for each in found), self._style(ground, tone))
            for (ground, tone), found in groupby(cells, key=lambda each: each[:2])
        ]

    def _segments(self, cell: Sequence[Span], ground: str) -> list[Segment]:
        return [Segment(span.text, self._style(ground, span.tone)) for span in cell]

    def _style(self, ground: str, tone: str) -> Style:
        """Kept: asking a widget for its own style takes as long as painting a line."""
        if (found := self._styles.get((ground, tone))) is None:
            found = self._styles[ground, tone] = self._base() + self._look(ground) + self._look(tone)
        return found
