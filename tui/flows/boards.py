"""What is done with a whole schedule board."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.scheduling.boards.reading import Board
from store.queries.scheduling.sheets import jobs_on
from tui.flows.files import save_as, write_to

if TYPE_CHECKING:
    from store.actor import Actor
    from tui.screens.base import BaseScreen


async def export(screen: BaseScreen, board: Board, start: datetime, end: datetime) -> None:
    """Ask for a path and write what is booked in [start, end) there as a calendar file, of all resources."""
    if not board.lines:
        screen.notify("There is nothing to write yet.")
        return
    zone, now = next(iter(board.setup.sites.values())).state["zone"], screen.now()

    def write(tx: Any, path: Path, *, by: Actor) -> Path:
        from assistant.scheduling.boards.sheets import board_as_ics  # loads icalendar

        jobs = jobs_on(tx, [each.id for each in board.lines], start, end, by=by)
        return write_to(path, [board_as_ics(jobs, zone, now=now)])

    await save_as(screen, f"schedule {start.astimezone(now.tzinfo):%Y-%m-%d}.ics", write)
