"""One of a few things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog

CHOOSE = Command("enter", "choose", "Choose", "Take the one under the cursor", footer=1, palette=False)


class ChooseDialog(Dialog[int]):
    """The position of what was chosen."""

    HERE: ClassVar[tuple[Command, ...]] = (CHOOSE, CANCEL)

    def __init__(self, heading: str, choices: Sequence[Content]) -> None:
        super().__init__(heading)
        self._choices = tuple(choices)

    def compose_body(self) -> Iterable[Widget]:
        yield OptionList(*(Option(choice) for choice in self._choices), compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def action_choose(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)
