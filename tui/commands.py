"""A command is declared once: key, title, help and where it is available feed binding, footer, palette and help."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from textual.binding import Binding


def always(_screen: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person can do on a screen.

    `action` names the `action_…` method that does it; `key` may name several keys, separated by commas. `footer` ranks
    it in the footer (lower stays longer, 0 keeps it out). `available` is asked with the screen.
    """

    key: str
    action: str
    title: str
    help: str
    footer: int = 50
    shown_key: str = ""
    available: Callable[[Any], bool] = always
    palette: bool = True
    priority: bool = False  # also while a text field has the focus

    @property
    def key_words(self) -> str:
        """The key as people write it."""
        return self.shown_key or " ".join(_key_word(key) for key in self.key.split(",")[:1])

    def binding(self) -> Binding:
        return Binding(
            self.key, self.action, self.title, key_display=self.key_words, tooltip=self.help, priority=self.priority
        )


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """The BINDINGS of a screen or app class from its commands."""
    return [command.binding() for command in commands]


_KEY_WORDS = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "delete": "Del",
    "space": "Space",
    "backspace": "Backspace",
    "plus": "+",
    "full_stop": ".",
    "dollar_sign": "$",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def _key_word(key: str) -> str:
    if key.startswith("ctrl+"):
        return f"^{key[5:]}"
    if key.startswith("shift+"):
        return f"⇧{_key_word(key[6:])}"
    return _KEY_WORDS.get(key, key.upper() if len(key) > 1 and key[0] == "f" and key[1:].isdigit() else key)
