"""Something that is proposed: taken over, edited first, or refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.containers import VerticalScroll
from textual.widget import Widget

from tui.commands import Command, bindings
from tui.dialogs.base import CLOSE, Dialog
from tui.widgets.sheet import Fact, Sheet

COMMANDS = (
    Command("Y,y,enter", "choose('accept')", "Accept", "Take it over as it stands", footer=1, palette=False),
    Command("e", "choose('edit')", "Edit", "Change it first", footer=2, palette=False),
    Command("X,x", "choose('refuse')", "Refuse", "Not now and never again", footer=3, palette=False),
)


class ProposalDialog(Dialog[str]):
    """Answers with accept, edit or refuse."""

    HERE = (*COMMANDS, CLOSE)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def __init__(self, heading: str, facts: Sequence[Fact]) -> None:
        super().__init__(heading)
        self._facts = facts

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text scrolls"):
            yield Sheet()

    def on_mount(self) -> None:
        self.query_one(Sheet).show(self._facts)

    def action_choose(self, chosen: str) -> None:
        self.dismiss(chosen)
