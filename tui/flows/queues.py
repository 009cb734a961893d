"""What is done with the work of a queue: given to somebody, taken, prioritised, resolved; or a new case."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import TYPE_CHECKING

from store.queries.queues import WorkRow
from store.queues.reading import QueueRow
from tui.flows import cases, records

if TYPE_CHECKING:
    from tui.screens.queues import QueuesScreen


async def give(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a queue or a person; in a queue it is whose turn it is there."""
    await _then_select_none(screen, cases.give(screen, rows))


async def take(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Make it one's own."""
    await _then_select_none(screen, cases.take(screen, rows))


async def priority(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a priority."""
    await _then_select_none(screen, cases.priority(screen, rows))


async def status(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a status that is not closed."""
    await _then_select_none(screen, cases.status(screen, rows))


async def resolve(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask how each was resolved, one after the other."""
    await _then_select_none(screen, cases.resolve(screen, rows))


async def new(screen: QueuesScreen, queue: QueueRow | None) -> None:
    """Ask for a new case, or lead, of the queue; where nobody is named it goes to whose turn it is there."""
    if queue is None:
        await records.create(screen, "case")
    else:
        await records.create(screen, queue.kind, {"queue": queue.queue_id, "owner": None})


async def _then_select_none(screen: QueuesScreen, act: Awaitable[bool]) -> None:
    if await act:
        screen.work.select_none()
