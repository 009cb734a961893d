"""The schedule board as it is used: a cursor goes about on it, and carries bookings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any, ClassVar

from textual.binding import Binding
from textual.message import Message

from assistant.scheduling.boards.reading import Board
from store.scheduling.lifecycle import OPEN
from tui.board_layout import Zoom, beside, lanes_for, later, paged, scale_at
from tui.board_moves import Carried
from tui.widgets.board_canvas import BoardCanvas


class BoardGrid(BoardCanvas, can_focus=True):
    """Shows the board it is given; says where the cursor stands, what was chosen, and what it wants to know."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "rows(-1)", "Up", show=False),
        Binding("down,j", "rows(1)", "Down", show=False),
        Binding("left,h", "cells(-1)", "Earlier", show=False),
        Binding("right,l", "cells(1)", "Later", show=False),
        Binding("pageup", "pages(-1)", "Page up", show=False),
        Binding("pagedown", "pages(1)", "Page down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(1)", "Last", show=False),
        Binding("tab", "booking(1)", "Next booking", show=False),
        Binding("shift+tab", "booking(-1)", "Booking before", show=False),
        Binding("shift+up", "carry(-1, 0)", "To the one above", show=False),
        Binding("shift+down", "carry(1, 0)", "To the one below", show=False),
        Binding("shift+left", "carry(0, -1)", "Earlier", show=False),
        Binding("shift+right", "carry(0, 1)", "Later", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    @dataclass
    class Moved(Message):
        """The cursor stands elsewhere, or on something else."""

    @dataclass
    class Chosen(Message):
        """Enter, or a double click."""

    @dataclass
    class Dropped(Message):
        """A booking was put where it was carried; `by_mouse`: nothing holds it any more."""

        carried: Carried
        by_mouse: bool = False

    def show(self, board: Board) -> None:
        """Put a board in; the cursor stays on its resource and booking where they are on it."""
        before = self.thing
        if self._board is None or self._board.lines != board.lines:
            self._tops = [0, *accumulate(lanes_for(each.state["capacity"]) for each in board.lines)]
            places = {each.id: place for place, each in enumerate(board.lines)}
            self._at = (places.get(before.id, 0) if before else 0, self._at[1])
        self._board = board
        self._at = (min(self._at[0], max(len(board.lines) - 1, 0)), self._at[1])
        if self.booking is None:
            self._pick(self._at[1])
        self._resize()
        self._changed(anew=True)
        self.post_message(self.Moved())

    def point_at(self, moment: datetime, picked: int | None = None) -> None:
        """Put the cursor to a time, on another page where this one does not show it."""
        if self._scale is None:
            self._moment = moment
            return
        cell = self._scale.cell_of(moment)
        if not 0 <= cell < self._scale.cells:
            self._rescale(scale_at(self._zoom, self._scale.cells, moment, self._zone))
            cell = self._scale.cell_of(moment)
        self._put(self._at[0], cell, picked)

    def zoom_to(self, zoom: Zoom) -> None:
        """Show more or less time around the cursor."""
        moment = self.booking.works_from if self.booking else self.moment
        self._zoom = zoom
        if self._scale is not None:
            self._rescale(scale_at(zoom, self._scale.cells, moment, self._zone))
            self._put(self._at[0], min(max(self._scale.cell_of(moment), 0), self._scale.cells - 1), self._picked)

    def turn(self, pages: int) -> None:
        """Show the time after (1) or before (-1); a booking on its way comes along."""
        if self._carried is not None:
            self.hold(self._carried.moved(later(self._carried.start, pages * self._zoom.page, self._zone)))
        elif self._scale is not None:
            self._rescale(paged(self._zoom, self._scale, pages, self._zone))
            self._put(*self._at)

    def pan(self, cells: int) -> None:
        """Show so many cells later; the cursor stays at its time as long as that is seen."""
        if self._scale is not None:
            moment = self.moment
            self._rescale(self._scale.moved(cells))
            self._put(self._at[0], min(max(self._scale.cell_of(moment), 0), self._scale.cells - 1), self._picked)

    # Moving a booking

    @property
    def carried(self) -> Carried | None:
        """The booking on its way."""
        return self._carried

    @property
    def can_lift(self) -> bool:
        """The cursor is on a booking that is still to be done."""
        booking = self.booking
        return self._carried is None and booking is not None and bool(booking.number) and booking.status in OPEN

    def lift(self) -> None:
        """Begin to move the booking under the cursor."""
        if self.can_lift and (booking := self.booking) is not None:
            self.hold(Carried(booking, self._at[0], self._at[0]))

    def hold(self, carried: Carried | None, *, page_stays: bool = False) -> None:
        """Show the booking on its way there, on the page on which it begins unless that `stays`; None: nothing is on
        its way any more."""
        row, cell = self._at
        if (self._carried is None) != (carried is None):
            self._strips.clear()  # the booking looks otherwise in each row in which it stands
        self._is_hindered = False
        self._carried = carried
        if carried is not None and self._scale is not None:
            row, cell = carried.row, self._scale.cell_of(carried.start)
            if not 0 <= cell < self._scale.cells and not page_stays:
                self._rescale(scale_at(self._zoom, self._scale.cells, carried.start, self._zone))
                cell = self._scale.cell_of(carried.start)
            cell = min(max(cell, 0), self._scale.cells - 1)
        self._put(row, cell)

    def hinder(self, hindered: bool) -> None:
        """Show whether something is against it."""
        if hindered != self._is_hindered:
            self._is_hindered = hindered
            self._forget(self._at[0])
            self._changed()

    def grow(self, steps: int) -> None:
        """Make the booking on its way longer or shorter by cells."""
        if self._carried is not None and self._scale is not None:
            self.hold(self._carried.grown(steps * self._scale.step))

    def action_carry(self, rows: int, cells: int) -> None:
        if self._carried is None:
            self.lift()
        if self._carried is not None and self._scale is not None:
            row = min(max(self._carried.row + rows, 0), len(self._tops) - 2)
            self.hold(self._carried.to_row(row).moved(cells * self._scale.step))

    # Moving the cursor

    def action_rows(self, step: int) -> None:
        if self._carried is not None:
            self.action_carry(step, 0)
            return
        self._put(self._at[0] + step, self._at[1])

    def action_pages(self, pages: int) -> None:
        if self._carried is not None:
            return
        wanted = self._tops[self._at[0]] + pages * max(self._room - 1, 1)
        self._put(self._row_at(max(wanted, 0)), self._at[1])

    def action_edge(self, end: int) -> None:
        if self._carried is None:
            self._put(len(self._tops) * end, self._at[1])

    def action_cells(self, step: int) -> None:
        """A cell on; past the edge the page moves by half."""
        if self._scale is None:
            return
        if self._carried is not None:
            self.action_carry(0, step)
            return
        row, cell = self._at
        if not 0 <= cell + step < self._scale.cells:
            by = self._scale.cells // 2 * step
            self._rescale(self._scale.moved(by))
            cell -= by
        self._put(row, cell + step)

    def action_booking(self, step: int) -> None:
        """To the next booking of the resource, on whichever page that is; beyond what is known a page on."""
        if self._carried is not None:
            return
        found = beside(self._held(), self._picked, self.moment, step)
        if found is None:
            self.turn(step)
        elif self._scale is not None:
            start = found.works_from
            if found.works_until > self._scale.start:
                start = max(start, self._scale.start)
            self.point_at(start, found.booking_id)

    def action_choose(self) -> None:
        if self._carried is None:
            self.post_message(self.Chosen())
        else:
            self.post_message(self.Dropped(self._carried))

    def _put(self, row: int, cell: int, picked: int | None = None) -> None:
        before = self._at[0]
        row = min(max(row, 0), max(len(self._tops) - 2, 0))
        self._at = (row, cell)
        self._pick(cell, picked)
        self._show_cursor()
        for place in {before, row}:
            self._forget(place)
        self._changed()
        self.post_message(self.Moved())

    def _pick(self, cell: int, wanted: int | None = None) -> None:
        """Take the booking under the cursor: the wanted one, else that which was picked, else the first."""
        here = self._here(self._at[0], cell)
        kept = wanted if wanted in here else self._picked
        self._picked = kept if kept in here else next(iter(here), None)

    def _here(self, row: int, cell: int) -> list[int]:
        laid = self._row(row)
        found = [block for block in laid.blocks if block.first <= cell < block.last] if laid else []
        return [each.booking_id for block in found for each in block.bookings]
