"""What the people of a mailbox choose about writing from it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.queries.mailbox_settings import mail_settings
from store.queries.senders import senders
from store.records.fields import Field, FieldType
from store.sync.settings import ALIASES, MAY_DELETE, SEND_AS, SHOW_LINKS, SIGNATURE, change_mail_settings
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_FORM = (
    Field(SIGNATURE, "Signature", FieldType.LONG_TEXT, help="stands below new mail"),
    Field(ALIASES, "Aliases", FieldType.EMAIL_LIST, help="further addresses of this mailbox, separated by commas"),
    Field(SEND_AS, "May send as", FieldType.EMAIL_LIST, help="addresses of others that it was given the right to use"),
    Field(SHOW_LINKS, "Links in Outlook", FieldType.FLAG, help="what a mail is regarding shows as a category"),
    Field(MAY_DELETE, "May delete", FieldType.FLAG, help="mail can be moved to Deleted Items from here"),
)


async def writing(screen: BaseScreen, address: str) -> None:
    """Ask for the signature and what else writing from a mailbox needs."""
    settings = await screen.fetch(mail_settings, address)
    before = {field.name: getattr(settings, field.name) for field in _FORM}

    async def submit(changed: Mapping[str, Any]) -> bool:
        values = {name: _read(name, value) for name, value in changed.items()}
        if values:
            await screen.perform(change_mail_settings, settings.mailbox_id, values)
        return bool(values)

    form = FormDialog(f"Writing: {line(settings.mailbox)}", _FORM, before, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        screen.notify("Kept.")
        from assistant.intake import follow_up  # what it needs of calendars is not for the first paint

        await asyncio.to_thread(partial(follow_up, screen.services.store, now=screen.services.clock()))


async def writing_somewhere(screen: BaseScreen) -> None:
    """The same for one's own mailbox, or the one that is chosen where there are several."""
    known = await screen.fetch(senders)
    addresses = list({one.mailbox_id: one.email for one in reversed(known)}.values())[::-1]
    if not addresses:
        screen.notify("No mailbox of yours is connected.", severity="warning")
        return
    place: int | None = 0
    if len(addresses) > 1:
        place = await screen.app.push_screen_wait(ChooseDialog("Mailbox", [Content(line(one)) for one in addresses]))
    if place is not None:
        await writing(screen, addresses[place])


def _read(name: str, value: Any) -> Any:
    """What was typed, as the setting holds it."""
    if name in (ALIASES, SEND_AS):
        return [email.strip() for email in value.replace(";", ",").split(",") if email.strip()]
    return bool(value) if name in (SHOW_LINKS, MAY_DELETE) else value
