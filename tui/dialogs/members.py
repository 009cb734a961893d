"""Who works on a queue, and who of them is away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.cells import line
from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who may work on the queue."""

    user_id: int
    name: str
    works: bool = False
    away: bool = False


COMMANDS = (
    Command("enter", "done", "Done", "Take it over as it is shown", footer=1, palette=False),
    Command("space", "works", "Works on it", "Let them work on it, or no longer", footer=2, palette=False),
    Command("a", "away", "Away", "Nothing is given to them while they are away", footer=3, palette=False),
    Command("shift+up", "earlier", "Earlier", "Their turn comes earlier", footer=4, palette=False),
    Command("shift+down", "later", "Later", "Their turn comes later", footer=5, palette=False),
)


class MembersDialog(Dialog[tuple[Colleague, ...]]):
    """Answers with all colleagues, in the order of their turns."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [
        Binding("enter", "done", priority=True, show=False),
        Binding("space", "works", priority=True, show=False),
        Binding("a", "away", show=False),
        Binding("shift+up", "move(-1)", show=False),
        Binding("shift+down", "move(1)", show=False),
    ]

    def __init__(self, heading: str, colleagues: Sequence[Colleague]) -> None:
        super().__init__(heading)
        self._colleagues = list(colleagues)

    def compose_body(self) -> Iterable[Widget]:
        yield OptionList(*map(_option, self._colleagues), compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click is as good as Space."""
        self._set_works(event.option_index)

    def action_works(self) -> None:
        self._set_works(self.query_one(OptionList).highlighted)

    def _set_works(self, place: int | None) -> None:
        if place is not None:
            one = self._colleagues[place]
            self._put(place, replace(one, works=not one.works, away=False))

    def action_away(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None:
            one = self._colleagues[place]
            self._put(place, replace(one, works=True, away=not one.away))

    def action_move(self, by: int) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None and 0 <= place + by < len(self._colleagues):
            self._colleagues.insert(place + by, self._colleagues.pop(place))
            self._draw(place + by)

    def _put(self, place: int, one: Colleague) -> None:
        self._colleagues[place] = one
        self._draw(place)

    def _draw(self, place: int) -> None:
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(list(map(_option, self._colleagues)))
        options.highlighted = place

    def action_done(self) -> None:
        self.dismiss(tuple(self._colleagues))


def _option(one: Colleague) -> Option:
    mark = ("■ ", "$accent") if one.works else ("□ ", "$faint")
    remark = ("  away", "$warning") if one.away else ("", "")
    return Option(Content.assemble(mark, (line(one.name), "" if one.works else "$quiet"), remark))
