"""What can be done on the screen below, key by key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content

from tui.commands import Command
from tui.dialogs.text import TextDialog
from tui.widgets.sheet import Fact
from tui.widgets.top_bar import DIGITS, MODES

_KEYS = 13  # cells of the column of keys
_SCREENS = tuple(f"{key} {name}" for key, (_, name, _) in zip(DIGITS, MODES, strict=True))
_BLANK = Fact(Content(""))
_LIST_KEYS = (("↑ ↓", "move in a list"), ("PgUp PgDn", "a page up or down"), ("Home End", "first and last row"))


class HelpDialog(TextDialog):
    """Says what the screen is for and lists its commands, then those that work everywhere."""

    def __init__(self, title: str, words: str, here: Sequence[Command], everywhere: Sequence[Command]) -> None:
        super().__init__(f"Help: {title}", _help(words, here, everywhere))


def _help(words: str, here: Sequence[Command], everywhere: Sequence[Command]) -> list[Fact]:
    modes = [(" ".join(DIGITS[:3]) + " …", f"the screens: {', '.join(_SCREENS)}")]
    return [
        *([Fact(Content(words)), _BLANK] if words else []),
        *_section("On this screen", ((one.key_words, one.help) for one in here)),
        _BLANK,
        *_section("In a list", _LIST_KEYS),
        _BLANK,
        *_section("Everywhere", [*modes, *((one.key_words, one.help) for one in everywhere)]),
    ]


def _section(title: str, rows: Iterable[tuple[str, str]]) -> list[Fact]:
    return [
        Fact(Content.styled(title, "b $primary")),
        *(Fact(Content(text), f"  {key}", _KEYS, "b $accent") for key, text in rows),
    ]
