"""The footer: what can be pressed now, the most useful first, as much as there is room for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click, Resize
from textual.style import Style
from textual.widget import Widget

from tui.commands import Command

#: Commands that stand at the right end however little room there is.
PINNED = frozenset({"help"})


class KeyBar(Widget):
    """Shows the commands of its screen that are available, and runs the one that is clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Command, ...] = ()

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._again)

    def _again(self, _screen: Any) -> None:
        if self._offered() != self._shown:
            self.refresh()

    def on_resize(self, event: Resize) -> None:
        self.refresh()

    async def on_click(self, event: Click) -> None:
        action = event.style.meta.get("command")
        if action:
            await self.screen.run_action(action)

    def _offered(self) -> tuple[Command, ...]:
        screen: Any = self.screen
        return tuple(command for command in screen.commands_here() if command.footer and screen.can_press(command))

    def render(self) -> Content:
        self._shown = offered = self._offered()
        pinned = Content(" ").join(_entry(one) for one in offered if one.action in PINNED)
        rest = [one for one in offered if one.action not in PINNED]
        room = self.size.width - pinned.cell_length - 2
        left = Content(" ").join(_entry(one) for one in fitting(rest, room))
        return Content.assemble(left, " " * (self.size.width - left.cell_length - pinned.cell_length - 1), pinned)


def fitting(commands: Iterable[Command], width: int) -> list[Command]:
    """The commands that fit into a line of `width` cells, in order of their rank."""
    chosen: list[Command] = []
    for command in sorted(commands, key=lambda one: one.footer):
        width -= cell_len(command.key_words) + cell_len(command.title) + 4
        if width < 0:
            break
        chosen.append(command)
    return chosen


def _entry(command: Command) -> Content:
    shown = Content.assemble((f" {command.key_words}", "b $accent"), (f" {command.title}", "$quiet"))
    return shown.stylize(Style.from_meta({"command": command.action}))
