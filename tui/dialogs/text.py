"""Something to read and leave again: why a mail is linked, and the like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widget import Widget

from tui.commands import Command
from tui.dialogs.base import CLOSE, Dialog
from tui.widgets.sheet import Fact, Sheet


class TextDialog(Dialog[None]):
    """Shows facts in a frame; Escape and Enter close it."""

    HERE: ClassVar[tuple[Command, ...]] = (CLOSE,)
    BINDINGS: ClassVar[list[Any]] = [Binding("enter", "cancel", show=False)]

    def __init__(self, heading: str, facts: Sequence[Fact]) -> None:
        super().__init__(heading)
        self._facts = facts

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text scrolls"):
            yield Sheet()

    def on_mount(self) -> None:
        self.query_one(Sheet).show(self._facts)
