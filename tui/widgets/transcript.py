"""What was said and answered, as much of it as there is room for; a cursor goes from one cited line to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from tui.chat_words import Row, Said, chosen_places, first_place, lay_out
from tui.widgets.steady import Steady


class Transcript(Steady, VerticalScroll, can_focus=True):
    """Shows pieces; the end is in view until somebody goes elsewhere."""

    BINDINGS: ClassVar[list[Any]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("home", "edge(0)", "First", show=False),
        Binding("end", "edge(-1)", "Last", show=False),
        Binding("enter", "choose", "Open", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """Enter on a piece, or a click: open what it rests on, or answer with its choice."""

        piece: Said

    @dataclass
    class Typed(Message):
        """A character that belongs into the text field."""

        character: str

    def __init__(self) -> None:
        super().__init__()
        self._pieces: Sequence[Said] = ()
        self._rows: list[Row] = []
        self._at = -1  # the place of the piece under the cursor
        self._width = 0

    def compose(self) -> ComposeResult:
        yield Static("", classes="transcript")

    def show(self, pieces: Sequence[Said]) -> None:
        """Other pieces: the last of them come into view."""
        if self._pieces != pieces:
            self._pieces = pieces
            self._at = -1
            self._lay_out()
            self.call_after_refresh(self.scroll_end, animate=False)

    def on_resize(self, event: events.Resize) -> None:
        if self._width != self.scrollable_content_region.width:
            self._lay_out()
            self.call_after_refresh(self.scroll_end, animate=False)

    def watch_has_focus(self, value: bool) -> None:
        super().watch_has_focus(value)
        if value and self._at not in chosen_places(self._pieces):
            self._at = first_place(self._pieces)
        self._paint()
        if value:
            self._follow()

    def on_key(self, event: events.Key) -> None:
        if event.character is not None and event.is_printable and event.key not in ("j", "k"):
            event.stop()
            event.prevent_default()
            self.post_message(self.Typed(event.character))

    def action_move(self, by: int) -> None:
        places = chosen_places(self._pieces)
        if not places:
            self.scroll_relative(y=by, animate=False)
            return
        at = places.index(self._at) if self._at in places else len(places)
        self._go(places[min(max(at + by, 0), len(places) - 1)])

    def action_edge(self, end: int) -> None:
        places = chosen_places(self._pieces)
        if places:
            self._go(places[end])

    def action_choose(self) -> None:
        if 0 <= self._at < len(self._pieces):
            self.post_message(self.Chosen(self._pieces[self._at]))

    def on_click(self, event: events.Click) -> None:
        place = event.style.meta.get("piece")
        if place is not None and self._pieces[place].can_be_chosen:
            self._at = place
            self._paint()
            self.action_choose()

    def _go(self, place: int) -> None:
        self._at = place
        self._paint()
        self._follow()

    def _follow(self) -> None:
        """Bring all lines of the piece under the cursor into view."""
        lines = [number for number, row in enumerate(self._rows) if row.piece == self._at]
        if not lines:
            return
        height = self.scrollable_content_region.height
        if lines[0] < self.scroll_offset.y:
            self.scroll_to(y=lines[0], animate=False)
        elif lines[-1] >= self.scroll_offset.y + height:
            self.scroll_to(y=lines[-1] - height + 1, animate=False)

    def _lay_out(self) -> None:
        self._width = self.scrollable_content_region.width
        self._rows = lay_out(self._pieces, self._width) if self._width else []
        self._paint()

    def _paint(self) -> None:
        shown = [self._line(row) for row in self._rows]
        self.query_one(".transcript", Static).update(Content("\n").join(shown))

    def _line(self, row: Row) -> Content:
        content = row.content.stylize(Style.from_meta({"piece": row.piece}))
        if row.piece == self._at and self.has_focus:
            content = content.pad_right(max(self._width - content.cell_length, 0)).stylize("on $cursor-row")
        return content
