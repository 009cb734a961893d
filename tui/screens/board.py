"""The schedule board: who and what is booked when, and where there is room."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, ClassVar

from textual import on
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Static

from assistant.scheduling.boards.reading import Board, next_work, read_board
from store.scheduling.reading import Setup
from tui.at_hand import AtHand
from tui.board_layout import USUAL, ZOOMS
from tui.commands import Command, bindings
from tui.rows import board as looks
from tui.screens.board_leads import LEADS, LeadsOn
from tui.screens.board_moves import LIFT, LIFTED, not_lifted
from tui.widgets.board_canvas import Window
from tui.widgets.board_grid import BoardGrid
from tui.widgets.board_mouse import BoardMouse
from tui.widgets.filter_bar import FilterBar

_BOARD, _AHEAD = "board", "ahead"  # the groups of questions for what is shown, and for what may be shown next
_REST = 0.15  # seconds after a key after which the pages around are read
_EMPTY = (
    "Nothing can be booked yet: S sets up sites, resources and services, and `regarding schedule import FILE.toml` "
    "brings them in; docs/scheduling.md tells what such a file says."
)


def _on_booking(screen: Any) -> bool:
    return not_lifted(screen) and screen.grid.booking is not None and bool(screen.grid.booking.number)


COMMANDS = (
    Command("enter", "open", "Open", "Open the booking under the cursor", footer=1, available=_on_booking),
    Command("n", "new", "New", "Book a service: slots from here on", footer=2, available=not_lifted),
    LIFT,
    Command("plus", "zoom_in", "Closer", "Show less time, in more detail", footer=10, available=not_lifted),
    Command("minus", "zoom_out", "Further", "Show more time, up to two weeks", footer=11, available=not_lifted),
    Command("v", "next_view", "Zoom", "From an hour to two weeks", footer=12, available=not_lifted),
    Command("left_square_bracket", "earlier", "Earlier", "The time before", footer=13, shown_key="["),
    Command("right_square_bracket", "later", "Later", "The time after", footer=14, shown_key="]"),
    Command("t", "today", "Today", "Back to now", footer=15, available=not_lifted),
    Command("g", "go", "Go to", "Go to a date", footer=16, available=not_lifted),
    Command("e", "ended", "Cancelled", "Show what was cancelled or not kept, or hide it", footer=17),
    Command("x", "export", "Export", "Write what is shown as a calendar file", footer=18, available=not_lifted),
    *LEADS,
    *LIFTED,
)


class BoardScreen(LeadsOn):
    """Going through time and resources."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Resources down, time across. Arrows go from cell to cell, Tab from booking to booking of a resource. m, or "
        "Shift and an arrow, takes a booking up: arrows move it, + and - stretch it, and what is against it is said "
        f"before Enter puts it down. What is not worked is dark. {looks.SIGNS[:1].upper()}{looks.SIGNS[1:]}."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({_BOARD})

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._asked: Window | None = None
        self._is_open = False  # where the board begins is known
        self._ended = False  # what was cancelled or not kept is shown
        self._resting: Timer | None = None

    def compose_body(self) -> Iterable[Widget]:
        views = [(zoom.name, zoom.name) for zoom in ZOOMS]
        yield FilterBar("Board", views, filtered=False, view=USUAL.name)
        yield BoardMouse(now=self.now, id="board")
        yield Static("", id="board-line", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.grid.focus()
        self.ask(next_work, then=self._open_at, group="opening", now=self.now())

    def _open_at(self, moment: datetime) -> None:
        """Show the coming stretch of work, not the night before it."""
        self._is_open = True
        self.grid.point_at(moment)
        self._read()

    @property
    def at_hand(self) -> AtHand:
        booking = self.grid.booking
        return AtHand("board", record_id=booking.booking_id if booking is not None and booking.number else None)

    # Reading

    def refresh_data(self) -> None:
        self._setup = None
        self._read()

    @on(BoardGrid.Wanted)
    def _want(self) -> None:
        if self.grid.window != self._asked:
            self._read()

    def _read(self) -> None:
        window = self.grid.window
        if window is not None and self._is_open:
            self._asked = window
            self._ask_for(window, self._show, _BOARD)

    def _ask_for(self, window: Window, then: Callable[[Board], None], group: str) -> None:
        where = window.start, window.end, window.first, window.count
        self.ask(read_board, *where, then=then, group=group, setup=self._setup, ended=self._ended, now=self.now())

    def _show(self, board: Board) -> None:
        self._asked = None
        self._setup = board.setup
        self.grid.show(board)

    def _rest(self) -> None:
        """No key came for a moment: the pages around are read, so that going there is only painting."""
        if self._setup is not None and self._asked is None and (window := self.grid.ahead) is not None:
            self._ask_for(window, self._widen, _AHEAD)

    def _widen(self, board: Board) -> None:
        if board.setup is self._setup and board.with_ended == self._ended:
            self.grid.widen(board)

    # Following the cursor

    @on(BoardGrid.Moved)
    def _follow(self) -> None:
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(_REST, self._rest)
        self.follow_carried()
        self.show_line()
        self.refresh_bindings()

    def show_line(self) -> None:
        if (scale := self.grid.scale) is not None:
            self.query_one(FilterBar).count = looks.page_words(scale.start, scale.end, self.now(), self._ended)
        self.query_one("#board-line", Static).update(self._line(), layout=False)

    def _line(self) -> str:
        grid = self.grid
        if grid.board is None:
            return ""
        if grid.thing is None:
            return _EMPTY
        if grid.carried is not None:
            return looks.carried_line(grid.board, grid.carried, self.against, self.now())
        if grid.booking is not None:
            return looks.booking_line(grid.board, grid.booking, self.now())
        return looks.free_line(grid.board, grid.thing, grid.moment, self.now())

    # Commands

    @on(BoardGrid.Chosen)
    def action_open(self) -> None:
        booking = self.grid.booking
        if booking is not None and booking.number:
            self.regarding.open_record(booking.booking_id)

    @on(FilterBar.Changed)
    def _zoom(self) -> None:
        name = self.query_one(FilterBar).view
        self.grid.zoom_to(next(zoom for zoom in ZOOMS if zoom.name == name))

    def action_new(self) -> None:
        from tui.flows import scheduling

        thing = self.grid.thing
        self.flow(scheduling.new(self, start=self.grid.moment, preferred=(thing.name,) if thing else ()))

    def action_next_view(self) -> None:
        self.query_one(FilterBar).next_view()

    def action_zoom_in(self) -> None:
        self._zoom_by(-1)

    def action_zoom_out(self) -> None:
        self._zoom_by(1)

    def _zoom_by(self, step: int) -> None:
        place = min(max(ZOOMS.index(self.grid.zoom) + step, 0), len(ZOOMS) - 1)
        self.query_one(FilterBar).view = ZOOMS[place].name

    def action_earlier(self) -> None:
        self.grid.turn(-1)

    def action_later(self) -> None:
        self.grid.turn(1)

    def action_today(self) -> None:
        self.grid.point_at(self.now())

    def action_go(self) -> None:
        self.flow(self._ask_date())

    async def _ask_date(self) -> None:
        from tui.flows.calendars import ask_date

        day = await ask_date(self)
        if day is not None:
            from tui.calendar_layout import midnight

            zone = self.now().tzinfo
            assert zone is not None
            self.grid.point_at(midnight(day, zone))

    def action_ended(self) -> None:
        self._ended = not self._ended
        self._read()

    def action_export(self) -> None:
        from tui.flows import boards

        if (scale := self.grid.scale) is not None and self.grid.board is not None:
            self.flow(boards.export(self, self.grid.board, scale.start, scale.end))
