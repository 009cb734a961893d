"""A style sheet that reads a text once, however many widgets, screens and refreshes ask for it.

Textual reads every style sheet again when a screen is first shown and whenever a widget of a new class arrives after
64 of them are known: 40 to 100 ms for a key press. Only other variables (another theme) make that necessary.
"""

from __future__ import annotations

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

_TEXTS = 1_000  # more than there are classes of widgets


class KeptStylesheet(Stylesheet):
    """Keeps what was read until the variables change."""

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_TEXTS)

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        self.parse()
