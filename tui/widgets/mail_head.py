"""The lines above the text of a mail being written: from, to, subject, regarding, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Static

from store.mail.composing import Draft, Recipient
from store.queries.drafts import DraftFile
from store.queries.refs import RecordRef
from store.queries.senders import Sender
from store.records.fields import Field
from tui.addresses import typed_one
from tui.cells import line
from tui.glyphs import ATTACHMENT
from tui.reading import size
from tui.widgets.address_field import AddressField
from tui.widgets.fields import ChoiceField, FormField, RecordField, TextField
from tui.widgets.form_rows import FormRows


class SenderField(ChoiceField):
    """The address from which the mail goes; there is always one."""

    @dataclass
    class Chosen(Message):
        """Another address: its place among the options, and that of the one before it."""

        before: int
        after: int

    def watch_place(self, before: int, after: int) -> None:
        if self.is_mounted and before != after and before >= 0:
            self.post_message(self.Chosen(before, after))

    @property
    def hint(self) -> str:
        return "← → or Enter to choose" if len(self.options) > 1 else "your only address"

    def action_clear(self) -> None:
        """A mail comes from somebody."""


class FilesField(FormField, Static, can_focus=True):
    """What is attached; Enter adds a file, Delete takes one off."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "add", "Attach", show=False),
        Binding("delete,backspace", "take_off", "Take off", show=False),
    ]

    files: reactive[tuple[DraftFile, ...]] = reactive(())

    @dataclass
    class Asked(Message):
        """A file is to be added, or with `off` taken off."""

        off: bool = False

    def __init__(self, files: Sequence[DraftFile]) -> None:
        super().__init__(classes="field")
        self.field = Field("files", "Files")
        self.set_reactive(FilesField.files, tuple(files))

    def render(self) -> Content:
        if not self.files:
            return Content.styled("none, F3 attaches one", "$quiet")
        shown = [
            Content.assemble((f"{ATTACHMENT} ", "$accent"), line(one.filename), (f" {size(one.size)}", "$quiet"))
            for one in self.files
        ]
        total = sum(one.size for one in self.files)
        summed = Content.styled(f"   {size(total)} in {len(self.files)} files", "$quiet") if len(self.files) > 1 else ""
        return Content("   ").join(shown) + summed

    @property
    def hint(self) -> str:
        return "Enter attaches a file, Del takes one off"

    def action_add(self) -> None:
        self.post_message(self.Asked())

    def action_take_off(self) -> None:
        if self.files:
            self.post_message(self.Asked(off=True))


class MailHead(FormRows):
    """The fields of a draft. `applied` gives the draft with what stands in them."""

    def __init__(
        self, draft: Draft, senders: Sequence[Sender], files: Sequence[DraftFile], record: RecordRef | None
    ) -> None:
        self._senders = tuple(senders)
        options = [(line(typed_one(Recipient(one.email, one.name))), place) for place, one in enumerate(self._senders)]
        self.sender = SenderField(Field("sender", "From"), self._place_of(draft), options)
        self.to = AddressField(Field("to", "To"), draft.to)
        self.cc = AddressField(Field("cc", "Cc"), draft.cc)
        self.bcc = AddressField(Field("bcc", "Bcc"), draft.bcc)
        self.subject = TextField(Field("subject", "Subject"), draft.subject)
        self.record = RecordField(Field("record", "Regarding", record_kind="record"), record)
        self.files = FilesField(files)
        self.addressed = (self.to, self.cc, self.bcc)
        self._all = (self.sender, *self.addressed, self.subject, self.record, self.files)
        super().__init__(self._all)

    def compose(self) -> ComposeResult:
        yield from self._all

    @property
    def chosen(self) -> Sender | None:
        """As whom the mail is sent; None for an address that is not ours any more."""
        return None if self.sender.place < 0 else self._senders[self.sender.place]

    def applied(self, draft: Draft) -> Draft:
        """The draft with these fields; the place of the answered mail is only known in its own mailbox."""
        to, cc, bcc = (field.recipients for field in self.addressed)
        changed = replace(
            draft, to=to, cc=cc, bcc=bcc, subject=self.subject.value.strip(), record_id=self.record.entered
        )
        one = self.chosen
        if one is None or (one.mailbox_id, one.email) == (draft.mailbox_id, draft.sender.email):
            return changed
        item_id = draft.item_id if one.mailbox_id == draft.mailbox_id else None
        return replace(changed, mailbox_id=one.mailbox_id, sender=Recipient(one.email, one.name), item_id=item_id)

    def _place_of(self, draft: Draft) -> int | None:
        wanted = (draft.mailbox_id, draft.sender.email.casefold())
        places = enumerate((one.mailbox_id, one.email.casefold()) for one in self._senders)
        return next((place for place, one in places if one == wanted), None)
