"""Paints the lines of a time grid: headings, the strip of whole days, and the half hours with their meetings."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from store.queries.calendar import CalendarEntry
from tui.calendar_layout import SLOT, Bar, Block, Heading, Row, TimePage, cells, cells_of
from tui.cells import Cell, Span, fit, plain
from tui.lifting import Lifted
from tui.rows.calendar import about, details, signs, title, tone

GUTTER = 7  # cells for the times
_WORK = (8 * 60, 18 * 60)  # minutes after midnight
_NARROW = 16  # cells of a column from which on times and places have room
_WEEKEND = 5  # Saturday

Looks = Callable[[str], Style]

#: The number of the colour of a meeting, in a column of one mailbox or of all.
Colours = Callable[[CalendarEntry, int | None], int]


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is on the page. `headings` stand above the columns; `colours` are those of the calendars of entries;
    `picked` is the meeting under the cursor, `at` the cursor's (column, row), row -1 being the strip."""

    page: TimePage
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    bars: tuple[Bar, ...]
    strip: int
    colours: Colours
    now: datetime
    at: tuple[int, int]
    picked: CalendarEntry | None
    ghost: Lifted | None
    has_focus: bool

    @property
    def head(self) -> int:
        """Lines above the times."""
        return len(self.headings) + self.strip


@dataclass(frozen=True, slots=True)
class Piece:
    """Cells of a line: from `start`, `width` of them."""

    start: int
    width: int
    cell: Cell
    ground: str


class TimePainter:
    """Knows tones and cells, nothing of keys."""

    def __init__(self, look: Looks, base: Callable[[], Style]) -> None:
        self._look, self._base = look, base

    def edges(self, scene: Scene, width: int) -> tuple[tuple[int, int], ...]:
        """(first cell, cells) of each column, its rule on the left included."""
        return tuple((GUTTER + start, size) for start, size in cells(max(width - GUTTER, 0), len(scene.page.columns)))

    def heading(self, scene: Scene, line: int, width: int) -> Strip:
        edges, column = self.edges(scene, width), 0
        pieces = []
        for cell, count in scene.headings[line]:
            start, end = edges[column][0], sum(edges[column + count - 1])
            pieces.append(Piece(start, end - start, (Span(" "), *fit(cell, end - start - 1)), "header"))
            column += count
        return self._joined(pieces, width, "header", (Span(" " * GUTTER),))

    def strip(self, scene: Scene, lane: int, width: int) -> Strip:
        """A line of what lasts whole days; the last one counts what has no room."""
        edges = self.edges(scene, width)
        pieces = []
        for bar in (each for each in scene.bars if each.lane == lane):
            start, end = edges[bar.first][0], sum(edges[bar.last - 1])
            pieces.append(self._bar(scene, bar, start, end - start))
        hidden = sum(1 for bar in scene.bars if bar.lane >= scene.strip)
        label = "days" if scene.bars and not lane else ""
        if hidden and lane == scene.strip - 1:
            label = f"+{hidden}"
        if scene.at[1] == -1 and not any(bar.entry is scene.picked for bar in scene.bars) and lane == 0:
            start, size = edges[scene.at[0]]
            if all(piece.start + piece.width <= start or piece.start >= start + size for piece in pieces):
                pieces.append(Piece(start, size, (), "cursor" if scene.has_focus else "cursor-idle"))
        return self._joined(sorted(pieces, key=lambda piece: piece.start), width, "", _beside(label, "dim"))

    def _bar(self, scene: Scene, bar: Bar, start: int, width: int) -> Piece:
        entry = bar.entry
        number = scene.colours(entry, scene.page.columns[bar.first].mailbox_id)
        ground = self._ground(scene, entry, number)
        words = (Span(" "), Span("▎", f"calendar-{number}"), *signs(entry), Span(title(entry)))
        return Piece(start, width, fit(words, width), ground)

    def row(self, scene: Scene, row: int, width: int) -> Strip:
        """A half hour of all columns."""
        pieces: list[Piece] = []
        for column, (start, size) in enumerate(self.edges(scene, width)):
            pieces.append(Piece(start, 1, (Span("│", "rule"),), self._free(scene, column, row)))
            pieces += self._column(scene, column, row, start + 1, size - 1)
        return self._joined(pieces, width, "", self._gutter(scene, row))

    def _column(self, scene: Scene, column: int, row: int, start: int, width: int) -> list[Piece]:
        here = [block for block in scene.blocks if block.column == column and block.first <= row < block.last]
        free = self._free(scene, column, row)
        pieces = [Piece(start, width, self._line(scene, column, row, width), free)]
        for block in here:
            left, size = cells_of(block, width)
            pieces.append(self._block(scene, block, row, start + left, size))
        ghost = scene.ghost
        if ghost is not None and ghost.column == column and ghost.first <= row < ghost.last:
            words = (Span(f" {title(ghost.entry)}"),) if row == ghost.first else ()
            pieces.append(Piece(start, width, fit(words, width), "ghost"))
        return pieces

    def _block(self, scene: Scene, block: Block, row: int, start: int, width: int) -> Piece:
        entry = block.entry
        number = scene.colours(entry, scene.page.columns[block.column].mailbox_id)
        room = width - 2
        lines: Sequence[Cell] = (
            (*signs(entry), Span(title(entry), "strong")),
            plain(details(entry, scene.now), "" if entry is scene.picked else "dim"),
            plain(about(entry), "" if entry is scene.picked else "dim"),
        )
        if width < _NARROW:
            lines = [(Span(words, "strong"),) for words in _wrapped(entry, width - 1)]
        place = row - block.first
        if block.last - block.first == 1 and room > 30:
            lines = ((*lines[0], Span("  "), *lines[1]),)
        words = lines[place] if place < len(lines) else ()
        bar = "┊" if tone(entry, number) == "hollow" else "▎"
        cell = (Span(bar, f"calendar-{number}"), *fit(words, width - 1))
        return Piece(start, width, fit(cell, width), self._ground(scene, entry, number))

    def _ground(self, scene: Scene, entry: CalendarEntry, number: int) -> str:
        if entry is not scene.picked:
            return tone(entry, number)
        return "picked" if scene.has_focus else "cursor-idle"

    def _free(self, scene: Scene, column: int, row: int) -> str:
        """The ground where nothing takes place."""
        if scene.page.slots[column][row] is None:
            return "night"
        if scene.at == (column, row) and scene.picked is None and scene.ghost is None:
            return "cursor" if scene.has_focus else "cursor-idle"
        minutes = scene.page.rows[row][0]
        works = scene.page.columns[column].day.weekday() < _WEEKEND and _WORK[0] <= minutes < _WORK[1]
        return "" if works else "night"

    def _line(self, scene: Scene, column: int, row: int, width: int) -> Cell:
        """What is drawn where nothing takes place: the time it is now, and hours that the clocks skip."""
        begins = scene.page.slots[column][row]
        if begins is None:
            return (Span("╱" * width, "rule"),)
        if begins <= scene.now < begins + SLOT:
            return (Span("─" * width, "bad"),)
        return ()

    def _gutter(self, scene: Scene, row: int) -> Cell:
        slots = [slots[row] for slots in scene.page.slots]
        if any(begins is not None and begins <= scene.now < begins + SLOT for begins in slots):
            return _beside(f"{scene.now:%H:%M}", "bad")
        wall, again = scene.page.rows[row]
        if wall % 60:
            return _beside("", "")
        return _beside(_clock(scene.page.rows[row]), "accent" if again else "dim")

    def _joined(self, pieces: Sequence[Piece], width: int, ground: str, gutter: Cell) -> Strip:
        """One line; a later piece lies over an earlier one."""
        strip = Strip(self._segments(gutter, ground)).adjust_cell_length(width, self._base() + self._look(ground))
        for piece in pieces:
            if piece.width <= 0:
                continue
            laid = Strip(self._segments(fit(piece.cell, piece.width), piece.ground))
            strip = Strip.join([strip.crop(0, piece.start), laid, strip.crop(piece.start + piece.width, width)])
        return strip.crop(0, width)

    def _segments(self, cell: Cell, ground: str) -> list[Segment]:
        below = self._base() + self._look(ground)
        return [Segment(span.text, below + self._look(span.tone) if span.tone else below) for span in cell]


def _wrapped(entry: CalendarEntry, width: int) -> list[str]:
    """Signs and title on as many lines as it takes."""
    words = "".join(span.text for span in signs(entry)) + title(entry)
    return textwrap.wrap(words, max(width, 1)) or [""]


def _beside(said: str, tone: str) -> Cell:
    """What stands on the left of a line."""
    return fit((Span(f" {said}", tone),), GUTTER)


def _clock(row: Row) -> str:
    """ "09:00"; the hour that the clocks show again carries a mark."""
    return f"{row[0] // 60:02}:{row[0] % 60:02}{'↺' if row[1] else ''}"
