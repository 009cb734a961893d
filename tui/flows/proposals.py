"""Taking over what a signature says: as it stands, after an edit, or never."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.proposals.deciding import AcceptedProposal, accept_proposal, refuse_proposal
from store.queries.proposals import ProposalRow, proposals_for_activity
from store.records.fields import FIELDS, LABELS
from tui import proposal_words
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.proposal import ProposalDialog
from tui.flows.common import announce, sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen


async def look(screen: BaseScreen, activity_id: int) -> None:
    """Show what is proposed about the sender of a mail, and do what is chosen."""
    rows = await screen.fetch(proposals_for_activity, activity_id)
    place: int | None = 0 if rows else None
    if not rows:
        screen.notify("Its signature says nothing new.")
    elif len(rows) > 1:
        choices = [Content(f"{line(row.title)}: {proposal_words.summary(row)}") for row in rows]
        place = await screen.app.push_screen_wait(ChooseDialog("Which?", choices))
    if place is None:
        return
    chosen = await screen.app.push_screen_wait(
        ProposalDialog(proposal_words.heading(rows[place]), proposal_words.facts(rows[place], screen.now()))
    )
    if chosen is not None:
        await {"accept": accept, "edit": edit, "refuse": refuse}[chosen](screen, rows[place])


async def accept(screen: BaseScreen, row: ProposalRow) -> None:
    """Take it over as it stands."""
    await screen.perform(accept_proposal, row.uid)
    await announce(screen)


async def refuse(screen: BaseScreen, row: ProposalRow) -> None:
    """It is not wanted, now and later."""
    await screen.perform(refuse_proposal, row.uid)
    await announce(screen)


async def edit(screen: BaseScreen, row: ProposalRow) -> None:
    """Show it as a form, and take over what then stands there."""
    kind = row.record.kind if row.record else row.makes
    proposed = {each.name for each in row.fields}
    fields = [field for field in FIELDS[kind] if row.record is None or field.name in proposed]

    async def submit(changed: Mapping[str, Any]) -> AcceptedProposal:
        edits = {name: value if value != "" else None for name, value in changed.items()}
        return await screen.perform(accept_proposal, row.uid, values=edits)

    form = FormDialog(
        f"{'Change' if row.record else 'New'} {LABELS[kind][0]}",
        fields,
        _given(row, {field.name for field in fields if field.is_list}),
        submit=submit,
        sources=await sources(screen),
    )
    if await screen.app.push_screen_wait(form):
        await announce(screen)


def _given(row: ProposalRow, lists: set[str]) -> dict[str, Any]:
    """The proposed values, as a form takes them."""
    given: dict[str, Any] = {
        each.name: (each.value,) if each.name in lists else each.value for each in row.fields if each.name != "account"
    }
    if row.account is not None:
        given["account"] = row.account
    if row.record is None:
        given.setdefault("title", row.title)
        given.setdefault("emails", (row.email,))
    return given
