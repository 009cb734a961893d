"""A question with yes and no."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, Dialog

COMMANDS = (
    Command("y,enter", "yes", "Yes", "Do it", footer=1, palette=False, shown_key="y"),
    Command("n", "cancel", "No", "Leave it as it is", footer=2, palette=False),
)


class ConfirmDialog(Dialog[bool]):
    """True for yes, None for no."""

    HERE = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def __init__(self, heading: str, text: str | Content) -> None:
        super().__init__(heading)
        self._text = text if isinstance(text, Content) else Content(text)

    def compose_body(self) -> Iterable[Widget]:
        yield Static(self._text, classes="dialog-text")

    def action_yes(self) -> None:
        self.dismiss(True)


class PreviewDialog(ConfirmDialog):
    """A question about something that may be long; it scrolls."""

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text scrolls"):
            yield Static(self._text)
