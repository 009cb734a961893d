"""Telling customers what holds of their bookings: one, or all at once, in the site's words or one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.scheduling.customers.mails import NoticeMail
from assistant.scheduling.customers.notices import (
    DueNotice,
    Edited,
    customers_know,
    due_of,
    preview_notice,
    send_notices,
    untold,
)
from store.records.fields import Field, FieldType
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.telling import Chosen, TellingDialog
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_WORDS = (Field("subject", "Subject", required=True), Field("text", "Text", FieldType.LONG_TEXT, required=True))


async def tell(screen: BaseScreen, booking_id: int | None = None) -> None:
    """Ask which of the customers who do not know what holds are told, and tell them; only that of one booking where it
    is given."""
    own: dict[int, Edited] = {}
    at = 0
    due = await _untold(screen, booking_id)
    if not due:
        screen.notify("The customer knows what holds." if booking_id is not None else "All customers know what holds.")

    async def preview(one: DueNotice) -> NoticeMail:
        return _in_own_words(await screen.fetch(preview_notice, one.booking_id, now=screen.now()), own)

    while due:
        dialog = TellingDialog(due, preview, screen.now(), edited=own, at=at)
        chosen = await screen.app.push_screen_wait(dialog)
        if chosen is None:
            return
        at = due.index(chosen.due)
        if chosen.wanted == "edit":
            await _edit(screen, await preview(chosen.due), own)
        elif chosen.wanted == "known":
            await screen.perform(customers_know, [chosen.due.booking_id])
            await announce(screen)
        else:
            await _send(screen, chosen, due, own)
        due = await _untold(screen, booking_id)


async def offer(screen: BaseScreen, booking_id: int) -> None:
    """Offer to tell the customer of a booking that was just made or moved, where they can be told."""
    if any(not each.problem for each in await _untold(screen, booking_id)):
        await tell(screen, booking_id)


async def _untold(screen: BaseScreen, booking_id: int | None) -> Sequence[DueNotice]:
    if booking_id is None:
        return await screen.fetch(untold, now=screen.now())
    return await screen.fetch(due_of, [booking_id], now=screen.now())


async def _edit(screen: BaseScreen, mail: NoticeMail, own: dict[int, Edited]) -> None:
    """Ask for words of the writer's own; they are kept until the mail is sent, or the booking changes."""
    before = {"subject": mail.draft.subject, "text": mail.draft.text}

    async def submit(changed: Mapping[str, Any]) -> bool:
        words = {**before, **changed}
        own[mail.booking.record_id] = Edited(words["subject"], words["text"], mail.holds)
        return True

    heading = f"{mail.kind.capitalize()} to {line(mail.customer)}"
    form = FormDialog(heading, _WORDS, before, submit=submit, sources=await sources(screen))
    await screen.app.push_screen_wait(form)


async def _send(screen: BaseScreen, chosen: Chosen, due: Sequence[DueNotice], own: Mapping[int, Edited]) -> None:
    wanted = [chosen.due.booking_id]
    if chosen.wanted == "all":
        wanted = [each.booking_id for each in due if not each.problem]
        left = len(due) - len(wanted)
        said = f"{left:,} cannot be told. " if left else ""
        text = f"{said}The mails can be taken back for a moment: Ctrl+Z."
        if not await screen.app.push_screen_wait(ConfirmDialog(f"Tell {len(wanted):,} customers?", text)):
            return
    everybody = chosen.wanted == "all"
    done = await screen.perform(send_notices, wanted, edited=own, who_can=everybody, recall=screen.services.recall)
    if done.mails:
        await announce(screen)
    if done.left:
        screen.notify(f"{done.left[0].booking.number}: {line(done.left[0].problem)}", severity="warning")


def _in_own_words(mail: NoticeMail, own: Mapping[int, Edited]) -> NoticeMail:
    words = own.get(mail.booking.record_id)
    if words is None or words.holds != mail.holds:
        return mail
    return replace(mail, draft=replace(mail.draft, subject=words.subject, text=words.text), problem="")
