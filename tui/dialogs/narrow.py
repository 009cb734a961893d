"""One of many names, found while typing; where it may be new, what was typed is offered too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.cells import line
from tui.dialogs.base import CANCEL, Dialog
from tui.dialogs.choose import CHOOSE
from tui.dialogs.pick import MOVE


@dataclass(frozen=True, slots=True)
class Choice:
    """A name, with a remark behind it."""

    name: str
    remark: str = ""


class NarrowDialog(Dialog[str]):
    """Answers with the chosen name. `new` is the remark behind what was typed where that may be chosen too, or says
    what it is for a text, '' for one that may not be chosen."""

    HERE = (CHOOSE, MOVE, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
    ]

    def __init__(
        self, heading: str, choices: Sequence[Choice], *, new: str | Callable[[str], str] = "", placeholder: str = ""
    ) -> None:
        super().__init__(heading)
        self._choices, self._new, self._placeholder = tuple(choices), new, placeholder
        self._shown: tuple[Choice, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield Input(placeholder=self._placeholder, compact=True)
        yield OptionList(compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self.query_one(Input).focus()
        self._narrow("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._narrow(event.value)

    def _narrow(self, text: str) -> None:
        new = self._new if isinstance(self._new, str) else self._new(text)
        self._shown = narrowed(self._choices, text, new=new)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_option(one)) for one in self._shown])
        options.highlighted = 0 if self._shown else None
        self.complain("" if self._shown or not text else "Nothing is called that.")

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def action_choose(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None and place < len(self._shown):
            self.dismiss(self._shown[place].name)


def narrowed(choices: Sequence[Choice], text: str, *, new: str = "") -> tuple[Choice, ...]:
    """The choices that hold every typed word; those that begin with them first."""
    wanted = text.casefold().split()
    fitting = [one for one in choices if all(word in one.name.casefold() for word in wanted)]
    best = sorted(fitting, key=lambda one: not one.name.casefold().startswith(" ".join(wanted)))
    known = any(one.name.casefold() == text.strip().casefold() for one in choices)
    return (*best, Choice(text.strip(), new)) if new and wanted and not known else tuple(best)


def _option(choice: Choice) -> Content:
    return Content.assemble(line(choice.name), (f"  {choice.remark}", "$quiet") if choice.remark else "")
