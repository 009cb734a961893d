"""Some of a few things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog

COMMANDS = (
    Command("enter", "done", "Done", "Take those that are marked", footer=1, palette=False),
    Command("space", "mark", "Mark", "Mark it, or take the mark away", footer=2, palette=False),
    Command("a", "all", "All", "Mark all, or none", footer=3, palette=False),
)


class ManyDialog(Dialog[tuple[int, ...]]):
    """The positions of what was marked; each choice is its words, a remark, and whether it is marked at first."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "done", priority=True, show=False),
        Binding("space", "mark", show=False),
        Binding("a", "all", show=False),
    ]

    BETWEEN: ClassVar[str] = "  "  # words and remark

    def __init__(self, heading: str, choices: Sequence[tuple[str, str, bool]]) -> None:
        super().__init__(heading)
        self._choices = [(words, remark) for words, remark, _ in choices]
        self._marked = {place for place, (_, _, marked) in enumerate(choices) if marked}

    def compose_body(self) -> Iterable[Widget]:
        yield OptionList(*self._options(), compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def _options(self) -> list[Option]:
        return [
            Option(Content.assemble(self._mark(place), words, (f"{self.BETWEEN}{remark}", "$quiet")))
            for place, (words, remark) in enumerate(self._choices)
        ]

    def _mark(self, place: int) -> tuple[str, str]:
        return "■ " if place in self._marked else "□ ", "$accent"

    def _again(self, place: int) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(self._options())
        options.highlighted = place

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click marks."""
        self._marked ^= {event.option_index}
        self._again(event.option_index)

    def action_mark(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            self._marked ^= {place}
            self._again(place)

    def action_all(self) -> None:
        everything = set(range(len(self._choices)))
        self._marked = set() if self._marked == everything else everything
        self._again(self.query_one(OptionList).highlighted or 0)

    def action_done(self) -> None:
        self.dismiss(tuple(sorted(self._marked)))
