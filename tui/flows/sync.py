"""What is done on the Sync screen: asking the service, answering its questions, looking at what could not be read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.queries.quarantine import SHOWN, RawEntry, quarantine_chunks, quarantine_raw
from store.queries.status import MailboxRow, QuarantineRow
from store.requests import RETRY, SYNC, request
from store.sync.questions import Choice, answer_question
from store.sync.retrying import retry_all
from tui import raw
from tui.cells import line
from tui.dialogs.question import QuestionDialog
from tui.dialogs.raw import RawDialog
from tui.flows.files import save_as, write_to
from tui.reading import size
from tui.when import full_when

if TYPE_CHECKING:
    from datetime import datetime

    from store.actor import Actor
    from tui.screens.base import BaseScreen

_ENDINGS = {"email": "eml", "contact": "vcf", "appointment": "ics"}
_ANSWERED = {
    Choice.BURY: "They count as deleted.",
    Choice.KEEP: "They stay here as they are.",
    Choice.WAIT: "They are expected back; it is asked again tomorrow if they are not.",
}


async def sync_now(screen: BaseScreen, address: str = "") -> None:
    """Ask the service to read a mailbox now, or all of them."""
    await screen.perform(request, SYNC, {"mailbox": address} if address else {})
    of = f" of {line(address)}" if address else ""
    screen.notify(f"Asked for a sync{of}; it starts as soon as the service is free.", markup=False)


async def answer(screen: BaseScreen, row: MailboxRow) -> None:
    """Put a mailbox's question to the person and carry the answer out."""
    choice = await screen.app.push_screen_wait(QuestionDialog(row.address, row.question))
    if choice is not None:
        await screen.perform(answer_question, row.uid, choice)
        screen.notify(_ANSWERED[choice])


async def retry(screen: BaseScreen, row: QuarantineRow) -> None:
    """Ask for another try of one item."""
    await screen.perform(request, RETRY, {"quarantine": row.uid})
    screen.notify("It will be tried again in a moment.")


async def retry_everything(screen: BaseScreen) -> None:
    """Ask for another try of everything."""
    count = await screen.perform(retry_all)
    screen.notify(f"{count:,} item{'s' if count != 1 else ''} will be tried again in a moment.")


async def look(screen: BaseScreen, row: QuarantineRow) -> None:
    """Show an item's reason and raw bytes, and do what is asked for there."""
    entry = await screen.fetch(quarantine_raw, row.quarantine_id)
    dialog = RawDialog(_reason(row, entry, screen.now()), _shown(entry), can_save=entry.size > 0)
    wanted = await screen.app.push_screen_wait(dialog)
    if wanted == "retry":
        await retry(screen, row)
    elif wanted == "save":
        await _save(screen, row)


async def _save(screen: BaseScreen, row: QuarantineRow) -> None:
    def write(tx: Any, path: Path, *, by: Actor) -> Path:
        return write_to(path, quarantine_chunks(tx, row.quarantine_id, by=by))

    await save_as(screen, f"unread-{row.uid[:8]}.{_ENDINGS.get(row.holds, 'bin')}", write)


def _shown(entry: RawEntry) -> Content:
    if not entry.size:
        return Content.styled("Its bytes could not be kept; it is read anew where it came from.", "$quiet")
    if entry.size > len(entry.head):
        note = f"\n\nThe first {SHOWN // 1024} kB are shown; s saves all of it."
        return raw.shown(entry.head) + Content.styled(note, "$accent")
    return raw.shown(entry.head)


def _reason(row: QuarantineRow, entry: RawEntry, now: datetime) -> Content:
    times = f"tried {row.attempts} time{'s' if row.attempts != 1 else ''}, last on {full_when(row.last_at, now)}"
    held = f", {size(entry.size)}" if entry.size else ""
    return Content.assemble((f"{line(row.reason)}\n", "b"), f"{line(row.source)}\n", (f"{times}{held}", "$quiet"))
