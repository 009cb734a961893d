"""Moving bookings on the schedule board: what stands against it is said while they are on their way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from textual import on

from assistant.scheduling.boards.moving import Hindrance, Moving, begin_move, hindrances
from assistant.scheduling.plans.changes import Moved
from store.scheduling.booking import Need
from tui.board_moves import Carried
from tui.commands import Command
from tui.screens.base import BaseScreen
from tui.widgets.board_grid import BoardGrid


def not_lifted(screen: Any) -> bool:
    """No booking is on its way."""
    return screen.grid.carried is None


def _is_lifted(screen: Any) -> bool:
    return screen.grid.carried is not None


def _can_lift(screen: Any) -> bool:
    return bool(screen.grid.can_lift)


def _is_known(screen: Any) -> bool:
    carried = screen.grid.carried
    return carried is not None and carried.is_moved and screen.against is not None


LIFT = Command("m", "move", "Move", "Take it up and move it with the arrows", footer=3, available=_can_lift)
LIFTED = (
    Command("enter", "drop", "Put here", "Put the booking here", footer=1, available=_is_lifted, palette=False),
    Command("escape", "put_back", "Leave", "Leave it where it was", footer=2, available=_is_lifted, palette=False),
    Command("plus", "longer", "Longer", "Make it longer by a cell", footer=3, available=_is_lifted, palette=False),
    Command("minus", "shorter", "Shorter", "Make it shorter", footer=4, available=_is_lifted, palette=False),
    Command("w", "what_breaks", "What if", "What would break here, and its repair", footer=5, available=_is_known),
)


class MovesBookings(BaseScreen):
    """A screen with a board on which bookings are moved, stretched, and given to other resources."""

    def __init__(self) -> None:
        super().__init__()
        self._moving: Moving | None = None
        self._against: tuple[Hindrance, ...] = ()
        self._put_down: BoardGrid.Dropped | None = None  # before it was known what is against it

    @property
    def grid(self) -> BoardGrid:
        return self.query_one(BoardGrid)

    def show_line(self) -> None:
        """Write the bottom line anew."""
        raise NotImplementedError

    @property
    def against(self) -> tuple[Hindrance, ...] | None:
        """What stands against the booking where it is now; None while that is not known yet."""
        return self._against if self._knows(self.grid.carried) else None

    def _knows(self, carried: Carried | None) -> bool:
        moving = self._moving
        if moving is None or carried is None or moving.booking.booking_id != carried.booking.booking_id:
            return False
        return moving.start <= carried.start and carried.end <= moving.end

    def follow_carried(self) -> None:
        """Weigh the place where the booking is now; what is not known there is read first."""
        grid = self.grid
        if (one := grid.carried) is None or (scale := grid.scale) is None:
            self._moving, self._against, self._put_down = None, (), None
        elif self._knows(one):
            self._weigh(one)
        else:
            window = min(scale.start, one.start), max(scale.end, one.end)
            self.ask(begin_move, one.booking, *window, then=self._begun, group="moving", now=self.now())

    def _begun(self, moving: Moving) -> None:
        self._moving = moving
        if self._knows(one := self.grid.carried) and one is not None:
            self._weigh(one)
            self.show_line()
            waiting, self._put_down = self._put_down, None
            if waiting is not None and waiting.carried == one:
                self._dropped(waiting)

    def _weigh(self, one: Carried) -> None:
        assert self._moving is not None
        self._against = ()
        if one.is_moved:
            start, minutes, needs = self._aim(self._moving, one)
            self._against = hindrances(self._moving, start, minutes, needs, now=self.now())
        self.grid.hinder(bool(self._against))

    def _aim(self, moving: Moving, one: Carried) -> tuple[datetime, int, tuple[Need, ...]]:
        """When the booking would begin, how long it would last, and with whom."""
        lines = self.grid.board.lines if self.grid.board else ()
        needs = moving.with_instead(lines[one.origin].id, lines[one.row].id)
        offset = one.start - one.booking.works_from
        return moving.starts_at + offset, moving.minutes + one.longer, needs

    # Commands

    def action_move(self) -> None:
        self.grid.lift()

    def action_drop(self) -> None:
        self.grid.action_choose()

    def action_put_back(self) -> None:
        self.grid.hold(None)

    def action_longer(self) -> None:
        self.grid.grow(1)

    def action_shorter(self) -> None:
        self.grid.grow(-1)

    def action_what_breaks(self) -> None:
        from tui.flows import whatif

        moving, one = self._moving, self.grid.carried
        if moving is not None and one is not None and self._knows(one):
            start, minutes, needs = self._aim(moving, one)
            self.grid.hold(None)
            self.flow(whatif.moved(self, Moved(moving.booking.booking_id, start, needs, minutes)))

    @on(BoardGrid.Dropped)
    def _dropped(self, dropped: BoardGrid.Dropped) -> None:
        moving, one = self._moving, dropped.carried
        if not one.is_moved:
            self.grid.hold(None)
        elif moving is None or not self._knows(one):
            self._put_down = dropped
        else:
            start, minutes, needs = self._aim(moving, one)
            self.flow(self._put(dropped, moving, start, minutes, needs))

    async def _put(
        self, dropped: BoardGrid.Dropped, moving: Moving, start: datetime, minutes: int, needs: tuple[Need, ...]
    ) -> None:
        from tui.flows import scheduling

        is_put = False
        try:
            is_put = await scheduling.put(self, moving, start, minutes, needs, self._against)
        finally:
            if is_put or dropped.by_mouse:  # what was refused is held by nobody any more
                self.grid.hold(None)
