"""Deciding about what is on its way out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from store.outbox.decisions import (
    confirm_sent,
    discard_outgoing,
    recall_outgoing,
    reopen_outgoing,
    retry_outgoing,
    send_now,
)
from store.outbox.queue import OutgoingState, Verb
from store.queries.outbox import OutboxEntry
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.flows import writing
from tui.flows.common import announce

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen


async def edit(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Write on: a draft as it is; what waits is recalled and what failed made a draft first."""
    if entry.state == OutgoingState.WAITING.value:
        await screen.perform(recall_outgoing, entry.uid)
    elif entry.state == OutgoingState.FAILED.value:
        await screen.perform(reopen_outgoing, entry.uid)
    await writing.go_on(screen, entry.uid)


async def recall(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Take it back; a mail is a draft again."""
    await screen.perform(recall_outgoing, entry.uid)
    if entry.verb == Verb.SEND_MAIL.value:
        screen.notify("Taken back; it is a draft again.")
    else:
        await announce(screen)


async def retry(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Try again what failed; what may have been sent already is sent again only after a question."""
    if entry.questions:
        text = f"{line(entry.summary)}\nNobody knows whether it was sent; it may arrive twice."
        if not await screen.app.push_screen_wait(ConfirmDialog("Send it again?", text)):
            return
    await _decide(screen, retry_outgoing, entry)


async def hurry(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Do not wait any longer; it cannot be taken back after that."""
    await screen.perform(send_now, entry.uid)
    screen.notify("It goes out now.")


async def was_sent(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Somebody found out that it was sent after all."""
    await _decide(screen, confirm_sent, entry)


async def discard(screen: BaseScreen, entry: OutboxEntry) -> None:
    """Ask, and give it up."""
    text = f"{line(entry.summary)}\nCtrl+Z brings it back."
    if await screen.app.push_screen_wait(ConfirmDialog("Give this up?", text)):
        await _decide(screen, discard_outgoing, entry)


async def _decide(screen: BaseScreen, decision: Callable[..., Any], entry: OutboxEntry) -> None:
    await screen.perform(decision, entry.uid)
    await announce(screen)
