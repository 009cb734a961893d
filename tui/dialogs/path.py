"""A file of this computer, found by typing its path."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui.cells import line
from tui.commands import Command
from tui.dialogs.base import CANCEL, Dialog
from tui.reading import size

_SHOWN = 200  # entries of a folder

CHOOSE = Command("enter", "choose", "Choose", "Take the file, or open the folder, under the cursor", footer=1)
COMPLETE = Command("tab", "complete", "Complete", "Write the name under the cursor", footer=2, palette=False)
MOVE = Command("down", "down", "Next", "Move in the list", footer=3, palette=False)


class PathDialog(Dialog[Path]):
    """Completes a path folder by folder; answers with a file."""

    HERE: ClassVar[tuple[Command, ...]] = (CHOOSE, COMPLETE, MOVE, CANCEL)
    BINDINGS: ClassVar[list[Any]] = [
        Binding("down", "down", show=False),
        Binding("up", "up", show=False),
        Binding("tab", "complete", show=False, priority=True),
    ]

    def __init__(self, heading: str) -> None:
        super().__init__(heading)
        self._found: tuple[Path, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        yield Input(f"~{os.sep}", placeholder="path of a file", compact=True, select_on_focus=False)
        yield OptionList(compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self._typed.cursor_position = len(self._typed.value)
        self._typed.focus()
        self._look()

    @property
    def _typed(self) -> Input:
        return self.query_one(Input)

    @on(Input.Changed)
    def _look(self) -> None:
        self.run_worker(self._list(self._typed.value), group="path", exclusive=True, exit_on_error=False)

    async def _list(self, text: str) -> None:
        entries = await asyncio.to_thread(entries_for, text)
        self._found = tuple(path for path, _ in entries)
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_shown(path, count)) for path, count in entries])
        options.highlighted = 0 if entries else None
        self.complain("" if entries else "There is no such file.")

    @property
    def _chosen(self) -> Path | None:
        place = self.query_one(OptionList).highlighted
        return self._found[place] if place is not None and place < len(self._found) else None

    def action_down(self) -> None:
        self.query_one(OptionList).action_cursor_down()

    def action_up(self) -> None:
        self.query_one(OptionList).action_cursor_up()

    def action_complete(self) -> None:
        path = self._chosen
        if path is not None:
            self._typed.value = f"{path}{os.sep}" if path.is_dir() else str(path)
            self._typed.cursor_position = len(self._typed.value)

    @on(Input.Submitted)
    @on(OptionList.OptionSelected)
    def action_choose(self) -> None:
        typed = Path(self._typed.value).expanduser()
        path = typed if typed.is_file() else self._chosen
        if path is not None and path.is_file():
            self.dismiss(path)
        else:
            self.action_complete()


def entries_for(text: str) -> list[tuple[Path, int | None]]:
    """What a path that is being typed may become: folders first, with None, then files with their size in bytes."""
    typed = Path(text).expanduser()
    ended = text.endswith(("/", os.sep)) or not text
    folder, beginning = (typed, "") if ended else (typed.parent, typed.name.casefold())
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name.casefold())
    except OSError:
        return []
    shown = [one for one in entries if one.name.casefold().startswith(beginning) and _is_shown(one, beginning)]
    sized = [(one, _size(one)) for one in shown[:_SHOWN]]
    return sorted(sized, key=lambda pair: pair[1] is not None)


def _is_shown(path: Path, beginning: str) -> bool:
    return beginning.startswith(".") or not path.name.startswith(".")


def _size(path: Path) -> int | None:
    try:
        return None if path.is_dir() else path.stat().st_size
    except OSError:
        return 0


def _shown(path: Path, count: int | None) -> Content:
    if count is None:
        return Content.assemble((f"{line(path.name)}{os.sep}", "$accent"))
    return Content.assemble(line(path.name), (f"  {size(count)}", "$quiet"))
