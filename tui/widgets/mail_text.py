"""The text of a mail being written: quoted mail is dim, fields of a template that nobody filled in stand out."""

from __future__ import annotations

import re
from typing import Any

from rich.style import Style
from rich.text import Text
from textual.widgets import TextArea

from store.mail.fields import fields_in
from tui.tones import look

_BRACES = re.compile(r"\{[a-z_.0-9]+\}")


class MailText(TextArea):
    """Wraps softly; Tab goes on to the next field."""

    def __init__(self, text: str, **more: Any) -> None:
        super().__init__(text, compact=True, tab_behavior="focus", highlight_cursor_line=False, **more)
        self.cursor_location = (0, 0)

    def get_line(self, line_index: int) -> Text:
        """A line as it is shown."""
        line = super().get_line(line_index)
        if line.plain.startswith(">"):
            line.stylize(self._look("dim"))
        for found in _BRACES.finditer(line.plain):
            if fields_in(found[0]):
                line.stylize(self._look("warn") + Style(reverse=True), *found.span())
        return line

    def go_to(self, words: str) -> None:
        """Put the cursor where these words stand first."""
        for number, line in enumerate(self.text.split("\n")):
            if words in line:
                self.cursor_location = (number, line.index(words))
                self.scroll_cursor_visible()
                return

    def _look(self, tone: str) -> Style:
        return look(tone, self.app.theme_variables)
