"""Qualifying leads, giving them up, and taking them up again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from assistant.leads.preview import preview_qualification
from store.leads.becoming import Wanted
from store.leads.deciding import disqualify_lead, reactivate_lead
from store.leads.qualifying import Qualified, qualify_lead
from store.queries.refs import RecordRef
from store.records.fields import Field
from tui.cells import line
from tui.dialogs.form import FormDialog
from tui.dialogs.qualify import QualifyDialog
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_REASON = Field("reason", "Because", required=True, help="no budget, bought elsewhere, not a customer …")


async def qualify(screen: BaseScreen, record_id: int) -> Qualified | None:
    """Show what becomes of a lead and what is there already, and make it so."""
    preview = await screen.fetch(preview_qualification, record_id)

    async def submit(wanted: Wanted) -> Qualified:
        return await screen.perform(qualify_lead, record_id, wanted)

    made: Qualified | None = await screen.app.push_screen_wait(
        QualifyDialog(preview, submit=submit, sources=await sources(screen))
    )
    if made is not None:
        await announce(screen)
    return made


async def give_up(screen: BaseScreen, lead: RecordRef) -> None:
    """Ask why, and disqualify."""

    async def submit(entered: Mapping[str, Any]) -> str:
        return await screen.perform(disqualify_lead, lead.record_id, str(entered.get("reason", "")))

    form = FormDialog(
        f"Give up {lead.number} {line(lead.title)}?", (_REASON,), {}, submit=submit, sources=await sources(screen)
    )
    if await screen.app.push_screen_wait(form):
        await announce(screen)


async def take_up(screen: BaseScreen, record_id: int) -> None:
    """Go on with a lead that was given up."""
    await screen.perform(reactivate_lead, record_id)
    await announce(screen)
