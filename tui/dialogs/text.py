"""Something to read and leave again: why a mail is linked, and the like."""

from __future__ import annotations

from collections.abc import Iterable

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.dialogs.base import Dialog


class TextDialog(Dialog[None]):
    """Shows text in a frame."""

    def __init__(self, heading: str, text: Content) -> None:
        super().__init__(heading)
        self._text = text

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="dialog-text"):
            yield Static(self._text)
