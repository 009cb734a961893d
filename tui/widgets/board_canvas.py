"""The schedule board as it is drawn, a line at a time: resources below each other with time across."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from assistant.scheduling.boards.reading import Board
from store.queries.scheduling.board import BoardBooking
from store.scheduling.reading import Thing
from tui.board_layout import USUAL, Marks, Scale, Zoom, marks, scale_at
from tui.board_moves import Carried
from tui.board_rows import Row, laid_out
from tui.tones import look
from tui.widgets.board_painter import HEAD, BoardPainter, Ghost, Scene

_GUTTERS = ((150, 26), (100, 20), (0, 14))  # from so many cells on, so many for the names
_AHEAD = timedelta(days=7)  # at least so much time is read ahead, before and after what is seen


@dataclass(frozen=True, slots=True)
class Window:
    """What has to be known of the board: a stretch of time (UTC), and `count` resources from line `first` on."""

    start: datetime
    end: datetime
    first: int
    count: int


class BoardCanvas(ScrollView):
    """Draws a board with its cursor and the booking that is on its way; says when it needs to know more."""

    @dataclass
    class Wanted(Message):
        """What is shown now is not known yet."""

    def __init__(self, *, now: Callable[[], datetime], id: str | None = None) -> None:
        super().__init__(id=id)
        self._now = now
        self._board: Board | None = None
        self._zoom = USUAL
        self._scale: Scale | None = None
        self._at = (0, 0)  # row and cell of the cursor
        self._moment: datetime | None = None  # what the cursor is at where no scale is there yet
        self._picked: int | None = None
        self._carried: Carried | None = None
        self._is_hindered = False
        self._tops: list[int] = [0]
        self._rows: dict[int, Row] = {}
        self._marks: Marks = ((), ())
        self._marked: Scale | None = None  # whose marks they are
        self._ticks: frozenset[int] = frozenset()
        self._strips: dict[int, Strip] = {}
        self._scene: Scene | None = None  # of what is painted now
        self._frame: dict[int, Strip] = {}  # what was painted last, by line of the widget
        self._waits = False  # for what is read: until then it stays as it was painted last
        self._painter = BoardPainter(self._look, lambda: self.rich_style)

    # What is shown

    @property
    def zoom(self) -> Zoom:
        return self._zoom

    @property
    def scale(self) -> Scale | None:
        """None before it was laid out."""
        return self._scale

    @property
    def board(self) -> Board | None:
        return self._board

    @property
    def thing(self) -> Thing | None:
        """The resource in whose row the cursor stands."""
        lines = self._board.lines if self._board else ()
        return lines[self._at[0]] if self._at[0] < len(lines) else None

    @property
    def moment(self) -> datetime:
        """When the cell under the cursor begins (UTC)."""
        return self._scale.at(self._at[1]) if self._scale else self._moment or self._now()

    @property
    def booking(self) -> BoardBooking | None:
        """The booking under the cursor."""
        return next((each for each in self._held() if each.booking_id == self._picked), None)

    def _held(self) -> tuple[BoardBooking, ...]:
        thing = self.thing
        return tuple(self._board.bookings.get(thing.id, ())) if self._board and thing else ()

    @property
    def window(self) -> Window | None:
        """What has to be known to paint all that can be seen."""
        return self._around(timedelta(), 0) if self._scale is not None else None

    @property
    def ahead(self) -> Window | None:
        """What is worth knowing beforehand, so that the next pages need no reading; None where they are known."""
        if self._scale is None or not self.is_known:
            return None
        time = self._scale.end - self._scale.start
        return None if self._knows(self._around(time, 1)) else self._around(max(time, _AHEAD), 1)

    def _around(self, time: timedelta, pages: int) -> Window:
        assert self._scale is not None
        lines = max(self._room, 1)
        top = self._row_at(self.scroll_offset.y)
        first = max(top - lines * pages, 0)
        return Window(self._scale.start - time, self._scale.end + time, first, top + lines * (pages + 1) - first)

    @property
    def is_known(self) -> bool:
        """Whether all that can be seen was read."""
        return self.window is not None and self._knows(self.window)

    def _knows(self, window: Window) -> bool:
        if self._board is None:
            return False
        seen = [each.id for each in self._board.lines[window.first : window.first + window.count]]
        return self._board.covers(seen, window.start, window.end)

    def widen(self, board: Board) -> None:
        """Take a board that says the same of what is seen, and more; nothing has to be painted."""
        if self._board is not None and self._board.lines == board.lines:
            self._board, before = board, self._board
            if not self.is_known:
                self._board = before

    @property
    def _ghost(self) -> Ghost | None:
        one = self._carried
        if one is None or self._scale is None or (cells := self._scale.cells_of(one.start, one.end)) is None:
            return None
        return Ghost(one.row, cells, one.booking, self._is_hindered)

    # Drawing

    @property
    def _zone(self) -> Any:
        return self._now().tzinfo

    @property
    def _gutter(self) -> int:
        width = self.scrollable_content_region.width
        return next(gutter for least, gutter in _GUTTERS if width >= least)

    @property
    def _room(self) -> int:
        return self.scrollable_content_region.height - HEAD

    def _row_at(self, line: int) -> int:
        """The row of a line of all lines."""
        return min(max(bisect_right(self._tops, line) - 1, 0), max(len(self._tops) - 2, 0))

    def _rescale(self, scale: Scale) -> None:
        self._scale = scale
        self._changed(anew=True)

    def _changed(self, *, anew: bool = False) -> None:
        """Paint again; `anew`: nothing of what was laid out holds any more."""
        self._look_again()
        if anew:
            self._rows.clear()
            self._strips.clear()
            if self._scale is not None and self._scale != self._marked:
                self._marked, self._marks = self._scale, marks(self._scale, self._zone)
                self._ticks = frozenset(each.cell for each in self._marks[1])
        if self._scale is None or self.is_known:
            self.refresh()
        else:
            self.post_message(self.Wanted())  # it is painted once, with what is read

    def _look_again(self) -> None:
        self._scene = None
        self._waits = self._board is not None and not self.is_known

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._waits and not layout and not recompose:
            return self
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    def _forget(self, row: int) -> None:
        if row + 1 < len(self._tops):
            for line in range(self._tops[row], self._tops[row + 1]):
                self._strips.pop(line, None)

    def _row(self, place: int, now: datetime | None = None) -> Row | None:
        if self._board is None or self._scale is None or place >= len(self._board.lines):
            return None
        if place not in self._rows:
            now = now or self._now()
            self._rows[place] = laid_out(self._board, self._board.lines[place], self._scale, self._ticks, now)
        return self._rows[place]

    def _show_cursor(self) -> None:
        if self._at[0] + 1 >= len(self._tops):
            return
        top, end, first = self._tops[self._at[0]], self._tops[self._at[0] + 1], self.scroll_offset.y
        wanted = min(first, top) if top < first else max(first, end - max(self._room, 1))
        if wanted != first:
            self.scroll_to(y=wanted, animate=False, force=True, immediate=True)

    def on_resize(self) -> None:
        moment = self.moment
        self._frame.clear()
        cells = max(self.scrollable_content_region.width - self._gutter, 1)
        if self._scale is None or self._scale.cells != cells:
            self._scale = scale_at(self._zoom, cells, moment, self._zone)
            self._at = (self._at[0], min(max(self._scale.cell_of(moment), 0), cells - 1))
        self._resize()
        self._changed(anew=True)
        self._show_cursor()

    def _resize(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, self._tops[-1] + HEAD)

    def on_focus(self) -> None:
        self._forget(self._at[0])
        self._changed()

    def on_blur(self) -> None:
        self._forget(self._at[0])
        self._changed()

    def watch_scroll_y(self, before: float, after: float) -> None:
        self._look_again()
        super().watch_scroll_y(before, after)
        self._changed()

    def render_line(self, y: int) -> Strip:
        if self._board is None or self._scale is None:
            return Strip.blank(self.scrollable_content_region.width, self.rich_style)
        if self._waits and y in self._frame:
            return self._frame[y]
        found = self._frame[y] = self._painted(y)
        return found

    def _painted(self, y: int) -> Strip:
        assert self._board is not None
        assert self._scale is not None
        scene = self._scene = self._scene or Scene(
            self._board,
            self._scale,
            self._marks,
            self._gutter,
            self._now(),
            self._at,
            self._picked,
            self.has_focus,
            self._ghost,
        )
        line = y - HEAD + self.scroll_offset.y if y >= HEAD else y - HEAD
        if line >= self._tops[-1]:
            return Strip.blank(self.scrollable_content_region.width, self.rich_style)
        if line not in self._strips and line < 0:
            self._strips[line] = self._painter.heading(scene, y)
        elif line not in self._strips:
            place = self._row_at(line)
            row = self._row(place, scene.now)
            assert row is not None
            self._strips[line] = self._painter.line(scene, row, place, line - self._tops[place])
        return self._strips[line]

    def _look(self, tone: str) -> Style:
        return look(tone, self.app.theme_variables) if tone else Style()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._painter.restyle()
        self._strips.clear()
        self._frame.clear()
