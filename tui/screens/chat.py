"""The chat on the whole screen: the talk, and beside it all that was said before, found by its words."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.containers import Container, Vertical
from textual.widget import Widget

from store.queries.chat import TurnRow, chat_turns, count_turns
from store.queries.paging import Count, Page
from tui.at_hand import AtHand
from tui.commands import Command, bindings
from tui.rows.chat import COLUMNS
from tui.screens.base import BaseScreen
from tui.widgets.chat_panel import ChatPanel
from tui.widgets.filter_bar import FilterBar, FilterInput
from tui.widgets.line_list import LineList

_EMPTY = ("Nothing was said yet.", "What you say and what is answered is kept here, for you alone.")
_NOT_FOUND = ("Nothing with these words.", "Esc in the filter shows everything again.")


def _on_row(screen: Any) -> bool:
    return screen.turns.row is not None


COMMANDS = (
    Command("enter", "show", "Show", "Show what was answered, with what it rests on", footer=1, available=_on_row),
    Command("a", "again", "Ask again", "Say it once more", footer=2, available=_on_row),
    Command("f", "filter", "Find", "Find what was said or answered", footer=3),
    Command("tab", "talk", "Talk", "Go to the talk", footer=4),
)


class ChatScreen(BaseScreen):
    """A list of requests, and the panel."""

    HERE = COMMANDS
    HELP_WORDS = (
        "Ask, or have things done. What would change is shown first; yes does it, edit changes it, no drops it, undo "
        "takes back what was done last. What was said before is found by its words."
    )
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS)
    FIRST = frozenset({"page"})

    def compose_body(self) -> Iterable[Widget]:
        self.chat_panel = ChatPanel(is_full=True)
        with Container(id="chat-body"):
            with Vertical(id="chat-history"):
                yield FilterBar("Chat", (), placeholder="f to find")
                yield LineList(COLUMNS, key=lambda row: row.turn_id, now=self.now, id="turns", empty=_EMPTY)
            yield self.chat_panel

    @property
    def title_words(self) -> str:
        return "Chat"

    @property
    def at_hand(self) -> AtHand:
        return AtHand()

    @property
    def turns(self) -> LineList[TurnRow]:
        return self.query_one("#turns", LineList)

    def on_mount(self) -> None:
        self.turns.restart()
        self.turns.focus()
        if self.chat_panel is not None:
            self.chat_panel.show(self.regarding.chatting.talk, focus=True)

    def refresh_data(self) -> None:
        self.turns.reload()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.turns.reload()

    # The list

    @on(FilterBar.Changed)
    def _find(self) -> None:
        self.turns.say_when_empty(*(_NOT_FOUND if self.query_one(FilterBar).text else _EMPTY))
        self.turns.restart()

    @on(FilterInput.Left)
    def _to_list(self) -> None:
        self.turns.focus()

    @on(LineList.Wanted)
    def _page(self, wanted: LineList.Wanted) -> None:
        text = self.query_one(FilterBar).text
        show = partial(self._show_page, wanted)
        self.ask(chat_turns, text, then=show, group="page", **wanted.question.keyset())
        if wanted.question.direction == "first":
            self.ask(count_turns, text, then=self._show_count, group="count")

    def _show_page(self, wanted: LineList.Wanted, page: Page[TurnRow]) -> None:
        self.turns.show(wanted.question, page.rows, more=page.more)

    def _show_count(self, count: Count) -> None:
        self.query_one(FilterBar).count = str(count) if count.value else ""
        self.turns.expect(count.value)

    # Commands

    @on(LineList.Chosen)
    def action_show(self) -> None:
        if self.turns.row is not None:
            self.regarding.chatting.bring_back(self.turns.row)

    def action_again(self) -> None:
        if self.turns.row is not None:
            self.regarding.chatting.say(self.turns.row.said, self.at_hand)

    def action_filter(self) -> None:
        self.query_one(FilterBar).focus_filter()

    def action_talk(self) -> None:
        if self.chat_panel is not None:
            self.chat_panel.input.focus()
