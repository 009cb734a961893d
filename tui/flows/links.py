"""Why something is regarding a record, and saying otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.linking.held_back import why_held_back
from assistant.linking.learning import Pattern
from assistant.linking.previewing import Preview, offered_patterns, preview_lesson
from store.linking import relinking
from store.linking.at_once import accept_at_once, link_at_once, refuse_at_once, remove_at_once
from store.linking.lessons import teach
from store.linking.refusals import refuse_domain, refuse_sender
from store.linking.splitting import split_thread
from store.queries.activities import LinkRow, activity_detail
from store.queries.refs import RecordRef
from tui import regarding_words
from tui.cells import line, short
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.lessons import LessonDialog
from tui.dialogs.pick import PickDialog
from tui.dialogs.text import TextDialog
from tui.flows.common import announce, find_records
from tui.widgets.sheet import Fact

if TYPE_CHECKING:
    from tui.screens.regarding_actions import RegardingActions

_AUTOMATIC = "Automatic mail, lists and newsletters are stored but never linked by evidence."
_UNKNOWN = (
    "Nothing links it yet: no name, address or domain that is known took part, no record number is written in it, and "
    "no earlier mail of its thread is linked. Press l to link it yourself."
)
_SUBJECT = 40  # cells of a mail's subject in a question
_TITLE = 30  # cells of a record's name in a list of patterns


async def why(screen: RegardingActions) -> None:
    """Show what speaks for each record, how sure that is, and why it is not the next best."""
    for activity_id in screen.decided_on()[:1]:
        detail = await screen.fetch(activity_detail, activity_id)
        if detail.links:
            held_back = await screen.fetch(why_held_back, activity_id)
            said = regarding_words.explanation(detail.links, screen.now(), held_back)
        else:
            said = [Fact(Content(_AUTOMATIC if detail.noise else _UNKNOWN))]
        await screen.app.push_screen_wait(TextDialog("Why?", said))


async def agree(screen: RegardingActions) -> None:
    """What is suggested first is right."""
    ids = screen.decided_on()
    if ids:
        await screen.carry_out(ids, accept_at_once, ids)


async def link(screen: RegardingActions) -> None:
    """Ask for a record and link what is at hand to it; what was suggested comes first."""
    ids = screen.decided_on()
    chosen = await _picked(screen, ids, "Regarding" if len(ids) == 1 else f"{len(ids)} mails regarding")
    if chosen is not None:
        await screen.carry_out(ids, link_at_once, ids, chosen.record_id)


async def unlink(screen: RegardingActions) -> None:
    """Take a link away, or say no to a suggestion; several mails are asked about first, and done as one."""
    removed: dict[int, int] = {}
    ids = screen.decided_on()
    for activity_id in ids:
        detail = await screen.fetch(activity_detail, activity_id)
        links = [one for one in detail.links if one.state != "rejected"]
        if not links:
            if len(ids) == 1:
                screen.notify("It is not linked to anything.")
            continue
        place = await _place(screen, detail.subject, links)
        if place is None:
            return
        removed[activity_id] = links[place].record.record_id
    if removed:
        await screen.perform(remove_at_once, removed)
        await _done(screen)


async def _place(screen: RegardingActions, subject: str, links: Sequence[LinkRow]) -> int | None:
    """Which of a mail's links to take away; asked where there are several. None: the person wants none of it."""
    if len(links) == 1:
        return 0
    heading = f"Take away which from “{short(subject, _SUBJECT)}”?"
    return await screen.app.push_screen_wait(ChooseDialog(heading, [_choice(one) for one in links]))


async def not_relevant(screen: RegardingActions) -> None:
    """What is at hand is regarding nothing, and never will be by rule."""
    ids = screen.decided_on()
    if ids:
        await screen.carry_out(ids, refuse_at_once, ids)


async def link_thread(screen: RegardingActions) -> None:
    """Ask for a record and link the whole thread of the mail at hand to it."""
    for activity_id in screen.decided_on()[:1]:
        chosen = await _picked(screen, [activity_id], "The whole thread regarding")
        if chosen is not None:
            await screen.carry_out([activity_id], relinking.link_thread, activity_id, chosen.record_id)


async def never(screen: RegardingActions) -> None:
    """Never link what the sender of the mail at hand writes."""
    ids = screen.decided_on()[:1]
    if email := await sender_of(screen):
        await screen.carry_out(ids, refuse_sender, email)


async def never_company(screen: RegardingActions) -> None:
    """Never link what anybody at the domain of the sender of the mail at hand writes."""
    ids = screen.decided_on()[:1]
    if email := await sender_of(screen):
        await screen.carry_out(ids, refuse_domain, email)


async def sender_of(screen: RegardingActions) -> str:
    """The address of who wrote the mail at hand; says so where that is one of us."""
    for activity_id in screen.decided_on()[:1]:
        detail = await screen.fetch(activity_detail, activity_id)
        email = next((party.email for party in detail.parties if party.role == "from"), "")
        if detail.direction == "in" and email:
            return email
        screen.notify("One of us wrote this; what outsiders send can be kept from being linked.", severity="warning")
    return ""


async def split(screen: RegardingActions) -> None:
    """The mail at hand begins a topic of its own."""
    for activity_id in screen.decided_on()[:1]:
        await screen.perform(split_thread, activity_id)
        await _done(screen)


async def learn(screen: RegardingActions) -> None:
    """Offer what the correction of the mail at hand teaches, with what each pattern would do to past mail."""
    for activity_id in screen.decided_on()[:1]:
        detail = await screen.fetch(activity_detail, activity_id)
        chosen = next((one.record for one in detail.links if one.state == "linked" and one.decided_by == "user"), None)
        if chosen is None:
            screen.notify("Link it to the right record first; then there is something to learn.")
            return
        offered = await screen.fetch(offered_patterns, activity_id, chosen.record_id)
        if not offered:
            screen.notify("There is nothing new to learn from it: its sender and its words are known.")
            return

        async def foretell(place: int, offered: Sequence[Pattern] = offered) -> str:
            one = offered[place]
            return _foretold(await screen.fetch(preview_lesson, one.kind, one.value, one.record.record_id))

        dialog = LessonDialog("What to know next time", [_lesson(one) for one in offered], foretell)
        for place in await screen.app.push_screen_wait(dialog) or ():
            one = offered[place]
            await screen.perform(teach, one.kind, one.value, one.record.record_id, activity_id, apply=True)
            await announce(screen)


def _lesson(one: Pattern) -> str:
    said = {"address": "Mail from {}", "domain": "Mail from {}", "name": "The name “{}”", "phrase": "“{}” in a mail"}
    return f"{said[one.kind].format(line(one.value))} → {one.record.number} {short(one.record.title, _TITLE)}"


def _foretold(found: Preview) -> str:
    if not found.fits:
        return "fits no past mail"
    fits = f"fits {found.fits:,} past mail{'s' if found.fits != 1 else ''}"
    return f"{fits}, moves {found.count:,} of them" if found.count else f"{fits}, moves none"


async def _picked(screen: RegardingActions, activity_ids: Sequence[int], heading: str) -> RecordRef | None:
    """A record of any kind; what is suggested for a single activity is offered before anything is typed."""
    suggested: tuple[RecordRef, ...] = ()
    if len(activity_ids) == 1:
        detail = await screen.fetch(activity_detail, activity_ids[0])
        suggested = tuple(one.record for one in regarding_words.suggestions(detail))

    async def find(text: str) -> tuple[RecordRef, ...]:
        found = await find_records(screen, "", text)
        return found if text else (*suggested, *(ref for ref in found if ref not in suggested))

    if not activity_ids:
        return None
    return await screen.app.push_screen_wait(PickDialog(heading, find))


async def _done(screen: RegardingActions) -> None:
    screen.decided()
    await announce(screen)


def _choice(link: LinkRow) -> Content:
    sure = "" if link.decided_by == "user" else f"  {regarding_words.how_sure(link.score)}"
    return regarding_words.name_of(link.record, "") + Content.styled(sure, "$quiet")
