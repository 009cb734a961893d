"""Showing what happened to an item, from its server's id to its link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.queries.item_history import histories, item_history

if TYPE_CHECKING:
    from store.queries.item_history import ItemHistory
    from tui.screens.base import BaseScreen


async def of_activity(screen: BaseScreen, activity_id: int) -> None:
    """The history of a mail or an appointment in every mailbox that one may read."""
    await _show(screen, await screen.fetch(histories, activity_id=activity_id))


async def of_record(screen: BaseScreen, record_id: int) -> None:
    """The history of a contact in every mailbox that keeps it."""
    await _show(screen, await screen.fetch(histories, record_id=record_id))


async def of_item(screen: BaseScreen, item_id: int) -> None:
    """The history of one item of one mailbox."""
    await _show(screen, (await screen.fetch(item_history, item_id),))


async def _show(screen: BaseScreen, found: tuple[ItemHistory, ...]) -> None:
    from tui.dialogs.history import HistoryDialog

    await screen.app.push_screen_wait(HistoryDialog(found, screen.now()))
