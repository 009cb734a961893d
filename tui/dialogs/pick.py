"""Finding a record while typing its name."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from store.queries.refs import RecordRef
from tui.cells import line
from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog
from tui.glyphs import record_glyph
from tui.typed import searchable

Find = Callable[[str], Awaitable[tuple[RecordRef, ...]]]

CHOOSE = Command("enter", "choose", "Choose", "Take the record under the cursor", footer=1, palette=False)
MOVE = Command("down", "down", "Next", "Move in the list", footer=2, palette=False)


class PickDialog(Dialog[RecordRef]):
    """`find` answers with the records that fit what was typed; '' gives the ones to start with."""

    HERE: ClassVar[tuple[Command, ...]] = (CHOOSE, MOVE, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
    ]

    def __init__(self, heading: str, find: Find, *, text: str = "") -> None:
        super().__init__(heading)
        self._find, self._text = find, text
        self._found: tuple[RecordRef, ...] = ()
        self._has_looked = False

    @property
    def awaits(self) -> bool:
        return not self._has_looked

    def compose_body(self) -> Iterable[Widget]:
        yield Input(self._text, placeholder="name, number or address", compact=True, select_on_focus=False)
        yield OptionList(compact=True, classes="scrolls")

    def on_mount(self) -> None:
        typed = self.query_one(Input)
        typed.cursor_position = len(self._text)
        typed.focus()
        self._look(self._text)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look(event.value)

    def _look(self, text: str) -> None:
        self.run_worker(self._ask(text), group="pick", exclusive=True, exit_on_error=False)

    async def _ask(self, text: str) -> None:
        self._found = await asyncio.shield(self._find(searchable(text)))
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_shown(ref)) for ref in self._found])
        options.highlighted = 0 if self._found else None
        self.complain("" if self._found else "Nothing is called that.")
        if not self._has_looked:
            self.call_after_refresh(self._first_shown)

    def _first_shown(self) -> None:
        # A list knows only when it is asked for its lines that it needs a scrollbar: asked now, it is painted with it.
        self.query_one(OptionList).scroll_to_highlight()
        self._has_looked = True
        self.release_soon()

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    @on(Input.Submitted)
    def action_choose(self) -> None:
        place = self.query_one(OptionList).highlighted
        if place is not None and place < len(self._found):
            self.dismiss(self._found[place])

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index])


def _shown(ref: RecordRef) -> Content:
    return Content.assemble((record_glyph(ref.kind), "$accent"), f" {line(ref.title)}", (f"  {ref.number}", "$quiet"))
