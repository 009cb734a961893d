"""What sync asks a person: whether what a server says is gone was deleted on purpose."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.content import Content
from textual.widget import Widget

from store.sync.questions import Choice
from tui.cells import line
from tui.commands import Command, bindings
from tui.dialogs.base import CLOSE, Dialog
from tui.widgets.sheet import Fact, Sheet

_KEYS = {Choice.BURY: "d", Choice.KEEP: "k", Choice.WAIT: "w"}
_TITLES = {Choice.BURY: "Deleted", Choice.KEEP: "Keep", Choice.WAIT: "Wait"}
_DOES = {
    Choice.BURY: (
        "They were deleted on purpose.",
        "Mails stay readable here and are marked as deleted in the mailbox. Contacts stay as records and are not kept "
        "in this mailbox any more. Appointments leave its calendar. Ctrl+Z cannot take this back.",
    ),
    Choice.KEEP: (
        "Keep them here, whatever became of them.",
        "Nothing changes here, and these items are not asked about again.",
    ),
    Choice.WAIT: (
        "They will come back.",
        "Nothing changes for now. If they are still missing tomorrow, this is asked again.",
    ),
}

COMMANDS = tuple(
    Command(_KEYS[choice], f"choose('{choice}')", _TITLES[choice], _DOES[choice][0], footer=place, palette=False)
    for place, choice in enumerate(Choice, 1)
)


class QuestionDialog(Dialog[Choice]):
    """Says what each choice does; answers with the one whose key is pressed."""

    HERE = (*COMMANDS, CLOSE)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)

    def __init__(self, address: str, question: str) -> None:
        super().__init__(f"A question about {line(address)}")
        self._question = question

    def compose_body(self) -> Iterable[Widget]:
        yield Sheet(classes="dialog-text")

    def on_mount(self) -> None:
        facts = [Fact(Content(line(self._question))), Fact(Content(""))]
        for choice in Choice:
            said, does = _DOES[choice]
            key = Content.styled(f"{_KEYS[choice]}  ", "b $accent")
            facts += [
                Fact(key + Content.styled(said, "b")),
                Fact(Content.styled(does, "$quiet"), "", 3),
                Fact(Content("")),
            ]
        self.query_one(Sheet).show(facts[:-1])

    def action_choose(self, choice: str) -> None:
        self.dismiss(Choice(choice))
