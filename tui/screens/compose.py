"""Writing a mail. What was typed is kept as a draft by itself; leaving never loses it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, ClassVar

from textual import events, on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.actor import Actor
from store.errors import NotFound
from store.mail.composing import Draft, attach_from_mail, discard_draft, save_draft
from store.presence import ANSWERING, mail_place
from store.queries.addresses import Suggestion, complete_address
from store.queries.drafts import DraftFile, draft_files
from store.queries.refs import RecordRef
from store.queries.senders import Sender
from tui.cells import line
from tui.commands import Command, bindings
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.pick import PickDialog
from tui.flows.common import announce, find_records
from tui.screens.attending import Attending
from tui.widgets.address_field import AddressField
from tui.widgets.fields import ChoiceField, FormField, RecordField
from tui.widgets.mail_head import FilesField, MailHead, SenderField
from tui.widgets.mail_text import MailText
from tui.widgets.offer_list import OfferList

_SAVED_EVERY = 2.0  # seconds between two looks whether something is to be saved
_TITLES = {
    "reply": "Reply",
    "reply_all": "Reply to all",
    "forward": "Forward",
    "correction": "Correction",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """What is written on: a draft with the choices and files that belong to it.

    `uid` is '' until it was saved once. `carries` is the mail whose files, shown in `files`, a forward takes along.
    """

    draft: Draft
    senders: tuple[Sender, ...]
    uid: str = ""
    files: tuple[DraftFile, ...] = ()
    record: RecordRef | None = None
    carries: int | None = None


def _has_files(screen: Any) -> bool:
    return bool(screen.head.files.files)


COMMANDS = (
    Command("ctrl+s", "send", "Send", "Look once more at whom it goes to, and send it", footer=1, priority=True),
    Command("escape", "keep", "Keep draft", "Leave; the draft stays in the outbox", footer=2),
    Command(
        "ctrl+d", "keep", "Keep draft", "Leave; the draft stays in the outbox", footer=0, palette=False, priority=True
    ),
    Command("f2", "template", "Template", "Put in a template, or keep this text as one", footer=10),
    Command("f3", "attach", "Attach", "Add a file", footer=11),
    Command("f4", "detach", "Take off", "Take a file off", footer=12, available=_has_files),
    Command("f5", "articles", "Answers", "Find a solution or a canned answer and put it in", footer=9),
    Command("f8", "discard", "Discard", "Throw this mail away", footer=20),
)


class ComposeScreen(Attending):
    """One mail being written."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Writing a mail. Tab goes through the fields; what you type is kept as a draft every two seconds. After "
        "sending, the mail waits a moment in the outbox, where Ctrl+Z takes it back."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    DOING = ANSWERING

    def __init__(self, opened: Opened) -> None:
        super().__init__()
        self.opened = opened
        self.uid = opened.uid
        self.head = MailHead(opened.draft, opened.senders, opened.files, opened.record)
        self.body = MailText(opened.draft.text, id="mail-text")
        self._saving = asyncio.Lock()
        self._saved = self._first = self.written()
        self._refused: Draft | None = None
        self._carries = opened.carries
        self._is_over = False  # sent or thrown away: nothing is to be saved any more

    @property
    def title_words(self) -> str:
        return _TITLES.get(self.opened.draft.how, "New mail")

    @property
    def typing(self) -> bool:
        """Ctrl+Z is about the text here, wherever the cursor stands."""
        return True

    def compose_body(self) -> Iterable[Widget]:
        yield Static(Content(self.title_words), classes="section first")
        yield self.head
        yield self.body
        yield Static("", id="mail-hint", markup=False)
        yield OfferList()

    def on_mount(self) -> None:
        draft = self.opened.draft
        start = self.body if draft.subject else self.head.subject
        (start if draft.recipients else self.head.to).focus()
        self.set_interval(_SAVED_EVERY, self._save_soon)
        if draft.activity_id is not None:
            self.ask(mail_place, draft.activity_id, then=self.attend, group="place")

    def show_people(self) -> None:
        for said in self.said_of_others():
            self.notify(said, severity="warning", markup=False)

    def said_of_others(self) -> tuple[str, ...]:
        """Who else is at the mail that is answered."""
        there = (one for one in self.people.get(self.place, ()) if one.doing == ANSWERING)
        return tuple(f"{line(one.name)} is answering it, too." for one in there)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        hint = event.widget.hint if isinstance(event.widget, FormField) else ""
        self.query_one("#mail-hint", Static).update(hint)

    # The draft

    def written(self) -> Draft:
        """The draft as it stands on the screen."""
        return replace(self.head.applied(self.opened.draft), text=self.body.text)

    @property
    def is_touched(self) -> bool:
        """Somebody wrote something, or it was kept before."""
        return bool(self.uid) or self.written() != self._first

    def _save_soon(self) -> None:
        if not self._is_over and self.written() not in (self._saved, self._refused):
            self.run_worker(self.save(), group="save", exit_on_error=False)

    async def save(self) -> str:
        """Keep what is written; returns the uid of the draft."""
        async with self._saving:
            draft = self.written()
            if not self.uid or draft != self._saved:
                self._refused = draft  # until it is kept; what the store refuses is told once, not every two seconds
                self.uid = await asyncio.to_thread(
                    partial(self.services.do, _save, draft, uid=self.uid, carries=self._carries)
                )
                self._saved, self._carries = draft, None
                self.regarding.revision += 1
            return self.uid

    async def show_files(self) -> None:
        """Read again what is attached."""
        self.head.files.files = await self.fetch(draft_files, self.uid)
        self.refresh_bindings()

    async def on_unmount(self) -> None:
        if not self._is_over and self.written() != self._saved:
            await self.save()

    def leave(self) -> None:
        """Go; the mail was sent or thrown away, or is kept."""
        self._is_over = True
        self.regarding.revision += 1
        self.dismiss()

    # Fields

    @on(AddressField.Wanted)
    def _complete(self, wanted: AddressField.Wanted) -> None:
        def show(found: tuple[Suggestion, ...]) -> None:
            wanted.field.offer(wanted.typed, found)

        self.ask(complete_address, wanted.typed, then=show, group="offers")

    @on(AddressField.Offered)
    def _show_offers(self, offered: AddressField.Offered) -> None:
        self.query_one(OfferList).show(offered.field)

    @on(RecordField.Asked)
    def _pick(self, asked: RecordField.Asked) -> None:
        self.flow(self._pick_for(asked))

    async def _pick_for(self, asked: RecordField.Asked) -> None:
        dialog = PickDialog("Regarding", lambda text: find_records(self, "", text), text=asked.text)
        found = await self.app.push_screen_wait(dialog)
        if found is not None:
            asked.field.ref = found

    @on(ChoiceField.Asked)
    def _choose(self, asked: ChoiceField.Asked) -> None:
        if len(asked.field.options) > 1:
            self.flow(self._choose_for(asked.field))

    async def _choose_for(self, field: ChoiceField) -> None:
        place = await self.app.push_screen_wait(ChooseDialog(field.label, [Content(said) for said, _ in field.options]))
        if place is not None:
            field.place = place

    @on(SenderField.Chosen)
    def _other_sender(self, chosen: SenderField.Chosen) -> None:
        """The signature goes with the address."""
        senders = self.opened.senders
        before, after = senders[chosen.before].signature.strip(), senders[chosen.after].signature.strip()
        if before and before != after and before in self.body.text:
            self.body.text = self.body.text.replace(before, after, 1)

    @on(FilesField.Asked)
    def _files(self, asked: FilesField.Asked) -> None:
        self.action_detach() if asked.off else self.action_attach()

    # Commands

    def action_send(self) -> None:
        from tui.flows import sending

        self.flow(sending.send(self))

    def action_keep(self) -> None:
        self.flow(self._keep())

    async def _keep(self) -> None:
        if self.is_touched:
            await self.save()
            self.notify("Kept as a draft; it waits in the outbox.")
        self.leave()

    def action_template(self) -> None:
        from tui.flows import templating

        self.flow(templating.insert(self))

    def action_articles(self) -> None:
        from tui.flows import articles

        self.flow(articles.insert(self))

    def action_attach(self) -> None:
        from tui.flows import enclosing

        self.flow(enclosing.attach(self))

    def action_detach(self) -> None:
        from tui.flows import enclosing

        self.flow(enclosing.detach(self))

    def action_discard(self) -> None:
        self.flow(self._discard())

    async def _discard(self) -> None:
        if self.is_touched:
            said = f"{line(self.head.subject.value) or '(no subject)'}\nCtrl+Z brings it back."
            if not await self.app.push_screen_wait(ConfirmDialog("Throw this mail away?", said)):
                return
            uid = await self.save()
            self._is_over = True
            await self.perform(discard_draft, uid)
            await announce(self)
        self.leave()


def _save(tx: Any, draft: Draft, *, uid: str, carries: int | None, by: Actor, now: datetime) -> str:
    """Keep a draft, and with its first copy the files of the mail that it forwards."""
    kept = _keep_text(tx, draft, uid, by, now)
    if carries is not None:
        attach_from_mail(tx, kept, carries, by=by, now=now)
    return kept


def _keep_text(tx: Any, draft: Draft, uid: str, by: Actor, now: datetime) -> str:
    """What was typed is kept even where the record, the answered mail or the draft itself is gone by now."""
    loose = replace(draft, item_id=None, activity_id=None, record_id=None)
    for one, known in ((draft, uid), (loose, uid)):
        try:
            return save_draft(tx, one, uid=known or None, by=by, now=now)
        except NotFound:
            continue
    return save_draft(tx, loose, by=by, now=now)
