"""Something to read and leave again: why a mail is linked, and the like."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.commands import Command
from tui.dialogs.base import CLOSE, Dialog


class TextDialog(Dialog[None]):
    """Shows text in a frame; Escape and Enter close it."""

    HERE: ClassVar[tuple[Command, ...]] = (CLOSE,)
    BINDINGS: ClassVar[list[Any]] = [Binding("enter", "cancel", show=False)]

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__(heading)
        self._text = text

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text scrolls"):
            yield Static(self._text)
