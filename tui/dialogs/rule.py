"""The form of a triage rule: a condition that is not set looks at nothing, so anything fits."""

from __future__ import annotations

from typing import Any

from assistant.triage.forms import is_condition
from store.records.fields import Field
from tui.dialogs.form import FormDialog
from tui.widgets.fields import AnyField, ChoiceField


class RuleDialog(FormDialog):
    """Answers with what `submit` returned."""

    def make_field(self, field: Field, value: Any) -> AnyField:
        made = super().make_field(field, value)
        if isinstance(made, ChoiceField) and is_condition(field):
            made.none = "any"
        return made
