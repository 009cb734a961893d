"""Paints the lines of a schedule board: the scale above, and for each resource its hours, calendar and bookings."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from assistant.scheduling.boards.reading import Board
from store.queries.scheduling.board import BoardBooking
from tui.board_layout import Block, Cells, Mark, Marks, Scale
from tui.board_rows import LEAST_TITLE, Row
from tui.board_rows import Cell as _Cell
from tui.cells import Cell, Span, fit, plain
from tui.rows import board as looks

HEAD = 2  # lines above the resources

_MOST_KEPT = 5_000

Looks = Callable[[str], Style]
_Key = TypeVar("_Key", bound=Hashable)


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


def _runs(cells: Sequence[_Cell]) -> list[_Cell]:
    """Cells that are painted alike as one; blanks are like whatever stands on their ground. Fewer pieces are painted
    sooner."""
    found: list[_Cell] = []
    for ground, tone, sign in cells:
        if found and found[-1][0] == ground:
            _, held, text = found[-1]
            if sign == " " or not held or held == tone:
                found[-1] = ground, held if sign == " " else tone, text + sign
                continue
        found.append((ground, "" if sign == " " else tone, sign))
    return found


def _keep(kept: dict[_Key, list[Segment]], key: _Key, found: list[Segment]) -> None:
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = found


class BoardPainter:
    """Knows tones and cells, nothing of keys."""

    def __init__(self, look: Looks, base: Callable[[], Style]) -> None:
        self._look, self._base = look, base
        self._styles: dict[tuple[str, str], Style] = {}
        # Most blocks and most of what is free look like others: what was painted once is taken again.
        self._blocks: dict[tuple[str, tuple[str, ...], int], list[Segment]] = {}
        self._spaces: dict[tuple[_Cell, ...], list[Segment]] = {}

    def restyle(self) -> None:
        """The theme changed, or what lies below the board."""
        for kept in (self._styles, self._blocks, self._spaces):
            kept.clear()

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
        width, bookings = block.last - block.first, block.bookings
        ground = looks.ground(bookings)
        if scene.ghost is not None:
            is_it = {each.booking_id for each in bookings} == {scene.ghost.booking.booking_id}
            ground = "hollow" if is_it else ground
        elif scene.at[0] == place and any(each.booking_id == scene.picked for each in bookings):
            ground = "picked" if scene.has_focus else "cursor-idle"
        one = bookings[0]
        said = (
            (one.status, one.title, str(one.units))
            if len(bookings) == 1
            else (looks.ground(bookings), str(len(bookings)))
        )
        key = ground, (*said, "!" * block.broken), width
        if (found := self._blocks.get(key)) is None:
            cell: Cell = looks.edge(bookings, broken=block.broken)
            if width >= LEAST_TITLE or (width > 1 and len(bookings) > 1):
                cell = (*cell, *looks.title(bookings))
            found = self._segments(fit(cell, width), ground)
            _keep(self._blocks, key, found)
        return found

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
        cells = row.lanes[lane][first:last]
        if is_on and first <= at < last:
            here = ("picked" if scene.has_focus else "cursor-idle", "", " ")
            cells = (*cells[: at - first], here, *cells[at - first + 1 :])
        if (found := self._spaces.get(cells)) is None:
            found = [Segment(text, self._style(ground, tone)) for ground, tone, text in _runs(cells)]
            _keep(self._spaces, cells, found)
        return found

    def _segments(self, cell: Sequence[Span], ground: str) -> list[Segment]:
        found: list[Segment] = []
        before = "struck"
        for span in cell:
            if before != "struck" and span.text.isspace():
                found[-1] = Segment(found[-1].text + span.text, found[-1].style)
            else:
                found.append(Segment(span.text, self._style(ground, span.tone)))
                before = span.tone
        return found

    def _style(self, ground: str, tone: str) -> Style:
        """Kept: asking a widget for its own style takes as long as painting a line."""
        if (found := self._styles.get((ground, tone))) is None:
            found = self._styles[ground, tone] = self._base() + self._look(ground) + self._look(tone)
        return found
