"""The rows of a form: labels drawn on the left, the fields beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.content import Content

from tui.widgets.fields import FormField, LongTextField

_LABELS = 16  # cells
_TALLEST = 14  # lines of the text that has all the room to itself


class FormRows(Vertical):
    """One drawing of all labels: a widget for each would take as long to lay out as the fields themselves."""

    def __init__(self, fields: Sequence[FormField]) -> None:
        super().__init__(classes="form-rows")
        self._fields = tuple(fields)

    def grow(self, room: int) -> None:
        """Give the only text of several lines what the other fields leave of so many lines."""
        tall = [field for field in self._fields if isinstance(field, LongTextField)]
        if len(tall) == 1:
            tall[0].take_lines(min(room - len(self._fields) + 1, _TALLEST))
            self.refresh()

    def render(self) -> Content:
        lines: list[Content] = []
        for field in self._fields:
            said = field.label + (" *" if field.field.required else "")
            lines.append(Content.styled(said[:_LABELS], "$quiet"))
            if isinstance(field, LongTextField):
                lines += [Content("")] * (field.lines - 1)
        return Content("\n").join(lines)
