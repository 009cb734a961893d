"""The rows of a form: labels drawn on the left, the fields beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import Vertical
from textual.content import Content

from tui.widgets.fields import FormField, LongTextField

_LABELS = 16  # cells
TALL = 4  # lines of a field of several lines


class FormRows(Vertical):
    """One drawing of all labels: a widget for each would take as long to lay out as the fields themselves."""

    def __init__(self, fields: Sequence[FormField]) -> None:
        super().__init__(classes="form-rows")
        self._fields = tuple(fields)

    def render(self) -> Content:
        lines: list[Content] = []
        for field in self._fields:
            said = field.label + (" *" if field.field.required else "")
            lines.append(Content.styled(said[:_LABELS], "$quiet"))
            if isinstance(field, LongTextField):
                lines += [Content("")] * (TALL - 1)
        return Content("\n").join(lines)
