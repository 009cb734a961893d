"""A question asked over a screen: a frame with a title, its own keys, and an answer that is awaited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget, _RenderCache
from textual.widgets import Input, Static, TextArea
from textual.worker import Worker, WorkerState

from tui.commands import Command, bindings
from tui.dialogs.dimmed import dimmed
from tui.screens.held import HeldScreen
from tui.trouble import said
from tui.widgets.key_bar import KeyBar

T = TypeVar("T")

_FRAME = 8  # lines of a dialog besides what scrolls in it
HIGHEST = 92  # percent of the terminal, as the stylesheet says of .dialog
_TROUBLE = 3  # lines of a sentence that says what is wrong

CLOSE = Command("escape", "cancel", "Close", "Leave it", footer=99, palette=False)
CANCEL = Command("escape", "cancel", "Cancel", "Leave without doing anything", footer=99, palette=False)


class Dialog(HeldScreen[T], ModalScreen[T]):
    """Escape leaves with None."""

    HERE: ClassVar[tuple[Command, ...]] = (CANCEL,)
    BINDINGS: ClassVar[list[Any]] = bindings((CANCEL,))

    def __init__(self, heading: str) -> None:
        super().__init__()
        self._heading = heading
        self._trouble = Static("", classes="dialog-trouble", markup=False)
        self._trouble.display = False
        self._veiled: list[Strip] = []  # what lies below
        self._veiled_for: tuple[Size, Color] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._heading), classes="dialog-title")
            yield from self.compose_body()
            yield self._trouble
            yield KeyBar()

    def compose_body(self) -> Iterable[Widget]:
        """The widgets between title and keys."""
        return ()

    def commands_here(self) -> tuple[Command, ...]:
        return self.HERE

    def can_press(self, command: Command) -> bool:
        typing = isinstance(self.focused, Input | TextArea)
        return command.available(self) and not (typing and len(command.key) == 1)

    def complain(self, sentence: str) -> None:
        """Say inside the dialog why it does not go on; '' takes it back."""
        if sentence or self._trouble.display:
            self._trouble.update(sentence)
            self._trouble.display = bool(sentence)
            self._make_room()

    def on_mount(self) -> None:
        self._make_room()

    def on_resize(self, event: events.Resize) -> None:
        self._make_room()

    def _make_room(self) -> None:
        self._fit(_TROUBLE if self._trouble.display else 0)

    def _fit(self, trouble: int) -> None:
        """Leave room for the keys, and for a sentence about what is wrong.

        Percentages and vh of a frame that is as high as its content leave a gap below it, so cells are counted here.
        """
        for body in self.query(".scrolls"):
            body.styles.max_height = max(self.size.height * HIGHEST // 100 - _FRAME - trouble, 3)

    def _render_content(self) -> None:
        shown = self.render()
        if isinstance(shown, BackgroundScreen):
            if self._veiled_for != (self.size, shown.color):  # it stands still
                self._veiled = dimmed(shown.screen._compositor.render_strips(), shown.color)
                self._veiled_for = (self.size, shown.color)
            self._render_cache = _RenderCache(self.size, self._veiled)
            self._dirty_regions.clear()
        else:
            super()._render_content()

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        # What lies below is painted once, with what the answer does to it.
        self.app.delay_update()
        return super().dismiss(result)

    def action_cancel(self) -> None:
        self.dismiss(None)

    @on(Worker.StateChanged)
    def _crashed(self, event: Worker.StateChanged) -> None:
        if event.state is WorkerState.ERROR and event.worker.error is not None:
            self.complain(said(event.worker.error))
