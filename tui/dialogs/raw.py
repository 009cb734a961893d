"""Something that could not be read: why, how often it was tried, and its bytes as they came."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.commands import Command, bindings
from tui.dialogs.base import CLOSE, Dialog


def _has_bytes(dialog: Any) -> bool:
    return bool(dialog.can_save)


COMMANDS = (
    Command("r", "answer('retry')", "Try again", "Try to read it again", footer=1, palette=False),
    Command(
        "s", "answer('save')", "Save", "Write its bytes into a file", footer=2, palette=False, available=_has_bytes
    ),
)


class RawDialog(Dialog[str]):
    """Answers with "retry" or "save"."""

    HERE = (*COMMANDS, CLOSE)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def __init__(self, reason: Content, raw: Content, *, can_save: bool) -> None:
        super().__init__("Could not be read")
        self._reason, self._raw, self.can_save = reason, raw, can_save

    def compose_body(self) -> Iterable[Widget]:
        yield Static(self._reason, classes="dialog-text")
        with VerticalScroll(classes="dialog-text raw scrolls"):
            yield Static(self._raw)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "answer" and parameters == ("save",):
            return self.can_save
        return super().check_action(action, parameters)

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)
