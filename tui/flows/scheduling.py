"""What a scheduler does on the way through questions: a booking put elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.scheduling.moving import Hindrance, Moving
from store.scheduling.booking import Need, move
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.flows.common import announce

if TYPE_CHECKING:
    from tui.screens.board_moves import MovesBookings


async def put(
    screen: MovesBookings,
    moving: Moving,
    starts_at: datetime,
    minutes: int,
    needs: Sequence[Need],
    against: Sequence[Hindrance],
) -> None:
    """Write where a booking was put; what is against it is asked about, and what can never be stays on its way."""
    words = "\n".join(f"{line(each.words)}." for each in against)
    if any(each.firm for each in against):
        screen.notify(words, severity="error", markup=False)
        return
    if against and not await screen.app.push_screen_wait(ConfirmDialog("Put it there nevertheless?", words)):
        return
    await screen.perform(
        move,
        moving.booking.booking_id,
        starts_at=starts_at if starts_at != moving.starts_at else None,
        needs=needs if tuple(needs) != moving.needs else None,
        minutes=minutes if minutes != moving.minutes else None,
        expected_version=moving.booking.version,
    )
    screen.grid.hold(None)
    await announce(screen)
