"""Beginning a mail or going on with one: what the writing screen needs is read, then it opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.composing import answer_draft, correction_draft, from_queue, new_draft, with_template
from mail_sync.answering import Answering
from mail_sync.mime.plain import visible
from store.actor import Actor
from store.mail.composing import Draft, Recipient, take_over_draft
from store.queries.activities import activity_detail
from store.queries.answering import OthersDraft, drafts_of_others
from store.queries.drafts import DraftFile, first_address, open_draft, record_of
from store.queries.refs import RecordRef
from store.queries.senders import senders
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.flows.common import announce
from tui.screens.compose import ComposeScreen, Opened
from tui.when import ago

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen


async def new(screen: BaseScreen, record: RecordRef | None = None) -> None:
    """Write a mail, to a record where one is at hand."""
    _show(screen, await screen.fetch(_new, record))


async def answer(screen: BaseScreen, activity_id: int, how: Answering) -> None:
    """Answer a mail, or forward it with its files; an answer that somebody else began can be gone on with."""
    if how is not Answering.FORWARD and await taken_over(screen, activity_id):
        return
    _show(screen, await screen.fetch(_answer, activity_id, how, zone=_zone(screen)))


async def taken_over(screen: BaseScreen, activity_id: int) -> bool:
    """Whether a person goes on with what somebody else began, or does not answer after all."""
    begun = await screen.fetch(drafts_of_others, activity_id)
    if not begun:
        return False
    names = list(dict.fromkeys(line(one.name) for one in begun))
    choices = [_begun_words(one, screen.now()) for one in begun]
    chosen = await screen.app.push_screen_wait(
        ChooseDialog(f"{' and '.join(names)} began an answer", [*choices, Content("Write another answer")])
    )
    if chosen is not None and chosen < len(begun):
        await screen.perform(take_over_draft, begun[chosen].uid)
        await announce(screen)
        await go_on(screen, begun[chosen].uid)
    return chosen is None or chosen < len(begun)


def _begun_words(one: OthersDraft, now: datetime) -> Content:
    said = f"  {line(one.said)}" if one.said else ""
    return Content.assemble(
        f"Go on with what {line(one.name)} wrote", (f"  {ago(one.began_at, now)}", "$quiet"), (said, "$quiet")
    )


async def answer_with(screen: BaseScreen, activity_id: int, subject: str, text: str) -> None:
    """Answer a mail with a text that is ready, its fields filled, from the address of the queue that it waits in, if
    it does."""
    _show(screen, await screen.fetch(_answer_with, activity_id, subject, text, zone=_zone(screen)))


async def go_on(screen: BaseScreen, uid: str) -> None:
    """Go on with a draft."""
    _show(screen, await screen.fetch(_kept, uid))


async def correct(screen: BaseScreen, outgoing_uid: str) -> None:
    """Write a correction of a mail that was sent."""
    _show(screen, await screen.fetch(_correction, outgoing_uid, zone=_zone(screen)))


def _show(screen: BaseScreen, opened: Opened) -> None:
    screen.app.push_screen(ComposeScreen(opened))


def _zone(screen: BaseScreen) -> tzinfo:
    return screen.now().tzinfo or UTC


def _new(tx: Any, record: RecordRef | None, *, by: Actor) -> Opened:
    email = first_address(tx, record.record_id, by=by) if record else ""
    to = [Recipient(email, record.title)] if record and email else []
    return _opened(tx, new_draft(tx, record_id=record.record_id if record else None, to=to, by=by), by)


def _answer(tx: Any, activity_id: int, how: Answering, *, zone: tzinfo, by: Actor) -> Opened:
    draft = answer_draft(tx, activity_id, how, zone=zone, by=by)
    if how is not Answering.FORWARD:
        return _opened(tx, draft, by)
    files = tuple(
        DraftFile(place, file.filename, file.media_type, file.size)
        for place, file in enumerate(
            one for one in activity_detail(tx, activity_id, by=by).attachments if not one.inline
        )
    )
    return _opened(tx, draft, by, files=files, carries=activity_id if files else None)


def _answer_with(tx: Any, activity_id: int, subject: str, text: str, *, zone: tzinfo, by: Actor) -> Opened:
    draft = from_queue(tx, answer_draft(tx, activity_id, Answering.REPLY, zone=zone, by=by), by=by)
    return _opened(tx, with_template(tx, draft, subject, text, by=by).draft, by)


def _kept(tx: Any, uid: str, *, by: Actor) -> Opened:
    kept = open_draft(tx, uid, by=by)
    return Opened(_shown(kept.draft), senders(tx, by=by), kept.uid, kept.files, kept.record)


def _correction(tx: Any, outgoing_uid: str, *, zone: tzinfo, by: Actor) -> Opened:
    return _opened(tx, correction_draft(tx, outgoing_uid, zone=zone, by=by), by)


def _opened(tx: Any, draft: Draft, by: Actor, **more: Any) -> Opened:
    return Opened(_shown(draft), senders(tx, by=by), record=record_of(tx, draft, by=by), **more)


def _shown(draft: Draft) -> Draft:
    """The draft without anything that a terminal would obey: subject, names and quotation come from strangers."""

    def people(recipients: tuple[Recipient, ...]) -> tuple[Recipient, ...]:
        return tuple(Recipient(line(one.email), line(one.name)) for one in recipients)

    to, cc, bcc = map(people, (draft.to, draft.cc, draft.bcc))
    return replace(draft, to=to, cc=cc, bcc=bcc, subject=line(draft.subject), text=visible(draft.text).expandtabs(4))
