"""The schedule board under the mouse: a click selects, a double click opens, dragging moves and stretches bookings, the
wheel goes through resources and, with Shift, through time."""

from __future__ import annotations

from textual import events

from tui.board_moves import Carried, Grip
from tui.widgets.board_grid import BoardGrid
from tui.widgets.board_painter import HEAD

_LEFT = 1
_WHEEL = 8  # turns of the wheel to a page of time


class BoardMouse(BoardGrid):
    """What is dragged is on its way as if it were carried with the keyboard; letting go puts it down."""

    ALLOW_SELECT = False
    _grip: Grip | None = None
    _is_dragged = False

    def on_mouse_down(self, event: events.MouseDown) -> None:
        spot = self._spot(event)
        if spot is None or event.button != _LEFT:
            return
        if self.carried is None:
            self._put(*spot)
        self._grip = self._gripped(spot[0], spot[1])
        self._is_dragged = False
        if self._grip is not None:
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._grip is None or self._scale is None:
            return
        if event.button != _LEFT:  # it was let go where nobody saw it
            self._let_go()
            return
        row, cell = self._place(event)
        wanted = self._grip.at(row, self._scale.at(cell), self._scale.step)
        if wanted != (self.carried or self._grip.one):
            self._is_dragged = True
            self.hold(wanted, page_stays=True)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._grip is not None:
            self._let_go()

    def on_click(self, event: events.Click) -> None:
        if event.chain > 1 and self.carried is None and not self._is_dragged and self._spot(event) is not None:
            self.action_choose()

    def hold(self, carried: Carried | None, *, page_stays: bool = False) -> None:
        super().hold(carried, page_stays=page_stays)
        if carried is None and self._grip is not None:
            self._grip = None
            self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._wheel(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._wheel(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        self._pan(event, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        self._pan(event, -1)

    def _wheel(self, event: events.MouseEvent, step: int) -> None:
        if event.shift or event.ctrl:
            self._pan(event, step)

    def _pan(self, event: events.MouseEvent, step: int) -> None:
        event.prevent_default().stop()
        if self._scale is not None:
            self.pan(max(self._scale.cells // _WHEEL, 1) * step)

    def _let_go(self) -> None:
        self._grip = None
        self.release_mouse()
        if self._is_dragged and self.carried is not None:
            self.post_message(self.Dropped(self.carried, by_mouse=True))

    def _gripped(self, row: int, cell: int) -> Grip | None:
        """What the mouse takes hold of: the booking on its way, else one that may be moved."""
        if self._scale is None:
            return None
        moment = self._scale.at(cell)
        if (ghost := self._ghost) is not None:
            one = self.carried
            is_on = one is not None and ghost.row == row and ghost.cells[0] <= cell < ghost.cells[1]
            return Grip(one, moment, stretches=False) if one is not None and is_on else None
        if not self.can_lift or (booking := self.booking) is None:
            return None
        cells = self._scale.cells_of(booking.works_from, booking.works_until)
        at_edge = cells is not None and cells[1] - cells[0] > 1 and cell == cells[1] - 1
        ends_here = booking.works_until <= self._scale.end
        return Grip(Carried(booking, row, row), moment, stretches=at_edge and ends_here)

    def _spot(self, event: events.MouseEvent) -> tuple[int, int, int | None] | None:
        """Row, cell and booking under the mouse; None beside all resources."""
        if self._scale is None:
            return None
        y = event.get_content_offset_capture(self).y
        line = y - HEAD + self.scroll_offset.y
        if y < HEAD or line >= self._tops[-1]:
            return None
        row, cell = self._place(event)
        laid, lane = self._row(row), line - self._tops[row]
        here = (each for each in laid.blocks if each.lane == lane and each.first <= cell < each.last) if laid else ()
        block = next(iter(here), None)
        held = [each.booking_id for each in block.bookings] if block is not None else []
        return row, cell, self._picked if self._picked in held else next(iter(held), None)

    def _place(self, event: events.MouseEvent) -> tuple[int, int]:
        """The row and the cell that are nearest to the mouse."""
        assert self._scale is not None
        place = event.get_content_offset_capture(self)
        cell = min(max(place.x - self._gutter, 0), self._scale.cells - 1)
        return self._row_at(max(place.y - HEAD + self.scroll_offset.y, 0)), cell
