"""A last look before others are told: who hears what, what else is at that time, and how to go on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog

CHOOSE = Command("enter", "choose", "Choose", "Go on as the cursor says", footer=1, palette=False)
WRITE = Command("tab", "write", "Comment", "Write something that goes with it", footer=2, palette=False)


@dataclass(frozen=True, slots=True)
class Consent:
    """Which way was chosen, and what was written to go with it."""

    place: int
    comment: str = ""


class ConsentDialog(Dialog[Consent]):
    """`ways` are the choices; leaving it means no. With `comment` something can be written to those who are told."""

    HERE: ClassVar[tuple[Command, ...]] = (CHOOSE, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [Binding("down", "to_ways", show=False)]

    def __init__(self, heading: str, text: Content, ways: Sequence[str], *, comment: str = "") -> None:
        super().__init__(heading)
        self._text, self._ways, self._comment = text, tuple(ways), comment

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="consent scrolls", can_focus=False):
            yield Static(self._text, classes="dialog-text")
        yield OptionList(*(Option(Content(way)) for way in self._ways), compact=True)
        if self._comment:
            yield Input(placeholder=self._comment, compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def commands_here(self) -> tuple[Command, ...]:
        return (CHOOSE, WRITE, CANCEL) if self._comment else self.HERE

    def action_to_ways(self) -> None:
        self.query_one(OptionList).focus()

    def action_write(self) -> None:
        self.focus_next()

    @on(Input.Submitted)
    def action_choose(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        written = self.query(Input)
        self.dismiss(Consent(event.option_index, written.first().value.strip() if written else ""))
