"""Why something is regarding a record, and saying otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from store.linking.by_hand import remove_link, set_link
from store.queries.activities import activity_detail
from store.queries.refs import RecordRef
from tui import reading
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.pick import PickDialog
from tui.dialogs.text import TextDialog
from tui.flows.common import announce, find_records
from tui.glyphs import record_glyph

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen


async def why(screen: BaseScreen, activity_id: int) -> None:
    """Show each link with its rule, its evidence and how sure it is."""
    detail = await screen.fetch(activity_detail, activity_id)
    if detail.links:
        said = Content("\n\n").join(reading.reasons(link, screen.now()) for link in detail.links)
    elif detail.noise:
        said = Content("Automatic mail, lists and newsletters are stored but never linked by evidence.")
    else:
        said = Content(
            "Nothing links it yet: no known address or domain took part, no record number is written in it,\n"
            "and no earlier mail of its thread is linked. Press l to link it yourself."
        )
    await screen.app.push_screen_wait(TextDialog("Why?", said))


async def link(screen: BaseScreen, activity_id: int) -> None:
    """Ask for a record and link the activity to it; what was suggested comes first."""
    detail = await screen.fetch(activity_detail, activity_id)
    suggested = tuple(one.record for one in detail.links if one.state == "suggested")

    async def find(text: str) -> tuple[RecordRef, ...]:
        found = await find_records(screen, "", text)
        return found if text else (*suggested, *(ref for ref in found if ref not in suggested))

    chosen = await screen.app.push_screen_wait(PickDialog("Regarding", find))
    if chosen is not None:
        await screen.perform(set_link, activity_id, chosen.record_id)
        await announce(screen)


async def unlink(screen: BaseScreen, activity_id: int) -> None:
    """Take a link away, or say no to a suggestion."""
    detail = await screen.fetch(activity_detail, activity_id)
    links = [one for one in detail.links if one.state != "rejected"]
    if not links:
        screen.notify("It is not linked to anything.")
        return
    place: int | None = 0
    if len(links) > 1:
        choices = [Content(f"{record_glyph(one.record.kind)} {line(one.record.title)}") for one in links]
        place = await screen.app.push_screen_wait(ChooseDialog("Take away which?", choices))
    if place is not None:
        await screen.perform(remove_link, activity_id, links[place].record.record_id)
        await announce(screen)
