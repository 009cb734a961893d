"""Customers who do not know what holds of their bookings, and the mail that would tell the one under the cursor."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from textual import on
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from assistant.scheduling.customers.mails import NoticeMail
from assistant.scheduling.customers.notices import DueNotice
from tui.commands import Command, bindings
from tui.dialogs.base import CLOSE, HIGHEST, Dialog
from tui.rows.telling import due_words, mail_facts
from tui.widgets.sheet import Sheet

_AROUND = 8  # lines of the dialog besides list and mail
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """What to do with which notice."""

    wanted: Literal["send", "edit", "all", "known"]
    due: DueNotice


def _can_send(dialog: Any) -> bool:
    return dialog.due is not None and not dialog.due.problem


def _are_many(dialog: Any) -> bool:
    return sum(not each.problem for each in dialog.listed) > 1


COMMANDS = (
    Command("Y,enter", "send", "Send", "Send this mail", footer=1, palette=False, available=_can_send),
    Command("e", "choose('edit')", "Edit", "Say it in your words", footer=2, palette=False, available=_can_send),
    Command("k", "choose('known')", "Knows it", "Told otherwise: nobody is mailed", footer=4, palette=False),
    Command("A", "choose('all')", "Send all", "Tell all who can be told", footer=3, palette=False, available=_are_many),
)


class TellingDialog(Dialog[Chosen]):
    """Answers with what to do next; what was done is asked for anew by whoever opened it."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CLOSE)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def __init__(
        self,
        due: Sequence[DueNotice],
        preview: Callable[[DueNotice], Awaitable[NoticeMail]],
        now: datetime,
        *,
        edited: Collection[int] = (),
        at: int = 0,
    ) -> None:
        super().__init__("Tell the customer" if len(due) == 1 else f"Tell customers: {len(due):,} do not know")
        self.listed = tuple(due)
        self._preview, self._now, self._edited = preview, now, frozenset(edited)
        self._at = min(at, len(due) - 1)

    def compose_body(self) -> Iterable[Widget]:
        words = (due_words(each, self._now, edited=each.booking_id in self._edited) for each in self.listed)
        yield OptionList(*map(Option, words), compact=True, classes="articles")
        with VerticalScroll(classes="article", can_focus=False):
            yield Sheet()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(".dialog", Widget).add_class("wide")
        options = self.query_one(OptionList)
        options.highlighted = self._at
        options.focus()

    @property
    def due(self) -> DueNotice | None:
        """The one under the cursor."""
        place = self.query_one(OptionList).highlighted if self.is_mounted else None
        return None if place is None else self.listed[place]

    def _fit(self, trouble: int) -> None:
        room = self.size.height * HIGHEST // 100 - _AROUND - trouble
        lines = min(len(self.listed), max(room // 3, _LEAST))
        self.query_one(OptionList).styles.max_height = lines
        self.query_one(".article", Widget).styles.max_height = max(room - lines, _LEAST)

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()
        self.run_worker(self._show(), group="preview", exclusive=True, exit_on_error=False)

    async def _show(self) -> None:
        if self.due is not None:
            self.query_one(Sheet).show(mail_facts(await self._preview(self.due)))
            self.query_one(".article", VerticalScroll).scroll_home(animate=False)

    @on(OptionList.OptionSelected)
    def action_send(self) -> None:
        self.action_choose("send")

    def action_choose(self, wanted: Literal["send", "edit", "all", "known"]) -> None:
        if self.due is None:
            return
        if wanted in ("send", "edit") and self.due.problem:
            self.complain(self.due.problem)
            return
        self.dismiss(Chosen(wanted, self.due))
