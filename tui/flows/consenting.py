"""What is asked and told around an act on a meeting: which part of a series, whom it mails, what it did."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from assistant.intake import follow_up
from calendar_sync.edit import Scope
from calendar_sync.invite import MailedPreview
from store.queries.calendar import CalendarEntry
from store.queries.history import operations
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.consent import Consent, ConsentDialog
from tui.meeting_words import addresses
from tui.rows import calendar as looks

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_LISTED = 12  # people, or meetings at the same time, that are named
_SCOPES = (
    (Scope.OCCURRENCE, "Only this one"),
    (Scope.FOLLOWING, "This one and all that follow"),
    (Scope.SERIES, "The whole series"),
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """How to go on: whether those it concerns are told, and what is written to them."""

    tell: bool = True
    comment: str = ""


async def ask_scope(screen: BaseScreen, heading: str, *, following: bool = True) -> Scope | None:
    """Which part of a series is meant; None for none."""
    offered = [scope for scope in _SCOPES if following or scope[0] is not Scope.FOLLOWING]
    place = await screen.app.push_screen_wait(ChooseDialog(heading, [Content(words) for _, words in offered]))
    return None if place is None else offered[place][0]


async def agree(
    screen: BaseScreen,
    heading: str,
    mailed: MailedPreview,
    beside: Sequence[CalendarEntry] = (),
    *,
    verb: str,
    always: bool = False,
    comment: str = "",
    update: str = "an update",
) -> Agreed | None:
    """Show who would be mailed and what is at the same time, if anybody or anything; None where a person says no.

    `verb` names the act; `always` asks also where there is nothing to show; `comment` is what may be written along,
    `update` what those get who know of it already.
    """
    if not (mailed.mails or beside or always):
        return Agreed()
    ways = [(f"{verb} and tell them", True), (f"{verb} without telling anybody", False)]
    if not mailed.mails:
        ways = [(f"{verb} nevertheless" if beside else verb, True)]
    seconds = int(screen.services.recall.total_seconds())
    text = Content("\n").join([*mail_lines(mailed, seconds, update), *_beside_lines(beside, screen)])
    dialog = ConsentDialog(heading, text, [words for words, _ in ways], comment=comment if mailed.mails else "")
    consent: Consent | None = await screen.app.push_screen_wait(dialog)
    return None if consent is None else Agreed(ways[consent.place][1], consent.comment)


def mail_lines(mailed: MailedPreview, seconds: int, update: str = "an update") -> list[Content]:
    """Who gets what, one a line, and until when it can be taken back."""
    if not mailed.mails:
        return [Content.styled(mailed.sentence, "$quiet")]
    lines: list[Content] = []
    told = (("an invitation", mailed.invited), (update, mailed.updated), ("a cancellation", mailed.cancelled))
    for what, people in told:
        if not people:
            continue
        lines.append(Content.assemble((f"{what[:1].upper()}{what[1:]} goes to", "$accent")))
        lines += [Content(f"  {one}") for one in addresses(people[:_LISTED])]
        if len(people) > _LISTED:
            lines.append(Content.styled(f"  and {len(people) - _LISTED} more", "$quiet"))
    if seconds:
        lines.append(Content.styled(f"It waits {seconds} s; until then Ctrl+Z takes it back.", "$quiet"))
    return lines


def _beside_lines(beside: Sequence[CalendarEntry], screen: BaseScreen) -> list[Content]:
    if not beside:
        return []
    lines = [Content(""), Content.styled("At the same time", "$warning")]
    lines += [Content(f"  {looks.title(each)}, {looks.when(each, screen.now())}") for each in beside[:_LISTED]]
    if len(beside) > _LISTED:
        lines.append(Content.styled(f"  and {len(beside) - _LISTED} more", "$quiet"))
    return lines


async def told(screen: BaseScreen, mailed: MailedPreview | None = None, *, update: str = "an update") -> None:
    """Say what was just done, whom it mails and when, and that it can be taken back."""
    await asyncio.to_thread(partial(follow_up, screen.services.store, now=screen.services.clock()))
    newest = await screen.fetch(operations, limit=1)
    if not newest:
        return
    seconds = int(screen.services.recall.total_seconds())
    parts = [f"{newest[0].summary}."]
    if mailed is not None and mailed.mails:
        sentence = mailed.sentence.replace(" an update", f" {update}")
        parts.append(f"{sentence[:-1]} in {seconds} s." if seconds else sentence)
    elif mailed is not None and mailed.reason:
        parts.append(mailed.sentence)
    screen.notify(" ".join([*parts, "Ctrl+Z takes it back."]), markup=False, timeout=6)
