"""A form made from field declarations; what is wrong is said inside it, and it stays until it is right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from textual import events, on
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from store.records.fields import Field
from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, HIGHEST, Dialog
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.pick import PickDialog
from tui.widgets.fields import AnyField, ChoiceField, FormField, LinesField, RecordField, Sources, form_field
from tui.widgets.form_rows import FormRows

_AROUND = 9  # lines of the dialog besides its fields
Submit = Callable[[Mapping[str, Any]], Awaitable[Any]]

COMMANDS = (
    Command("ctrl+s", "save", "Save", "Save what was typed", footer=1, palette=False, priority=True),
    Command("tab", "next", "Next field", "Go to the next field", footer=3, palette=False),
)


class FormDialog(Dialog[Any]):
    """Answers with what `submit` returned for the values that were changed."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS[:1])

    def __init__(
        self,
        heading: str,
        fields: Sequence[Field],
        values: Mapping[str, Any],
        *,
        submit: Submit,
        sources: Sources,
        lines: bool = False,
        does: str = "",
    ) -> None:
        super().__init__(heading)
        self._does = does  # where it is something else than saving
        self._submit, self._sources = submit, sources
        self._widgets: list[AnyField] = [self.make_field(field, values.get(field.name)) for field in fields]
        if lines:
            self._widgets.append(LinesField(values.get("lines", ())))

    def commands_here(self) -> tuple[Command, ...]:
        save, *more = super().commands_here()
        return (replace(save, title=self._does or save.title), *more)

    def make_field(self, field: Field, value: Any) -> AnyField:
        """The widget for a field."""
        return form_field(field, value, self._sources)

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="form scrolls", can_focus=False), FormRows(self._widgets):
            yield from self._widgets
        yield Static("", classes="form-help", markup=False)

    def on_mount(self) -> None:
        self._widgets[0].focus()

    def _fit(self, trouble: int) -> None:
        super()._fit(trouble)
        self.query_one(FormRows).grow(self.size.height * HIGHEST // 100 - _AROUND - trouble)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if isinstance(event.widget, FormField):
            self.query_one(".form-help", Static).update(event.widget.hint)
        self.refresh_bindings()

    @on(RecordField.Asked)
    def _pick(self, asked: RecordField.Asked) -> None:
        asked.stop()
        self.run_worker(self._pick_for(asked), group="flow", exit_on_error=False)

    async def _pick_for(self, asked: RecordField.Asked) -> None:
        kind = asked.field.field.record_kind
        found = await self.app.push_screen_wait(
            PickDialog(f"Choose: {kind}", lambda text: self._sources.find(kind, text), text=asked.text)
        )
        if found is not None:
            asked.field.ref = found

    @on(ChoiceField.Asked)
    def _choose(self, asked: ChoiceField.Asked) -> None:
        asked.stop()
        self.run_worker(self._choose_for(asked.field), group="flow", exit_on_error=False)

    async def _choose_for(self, field: ChoiceField) -> None:
        place = await self.app.push_screen_wait(ChooseDialog(field.label, [Content(said) for said, _ in field.options]))
        if place is not None:
            field.place = place

    def changed(self) -> dict[str, Any]:
        """The values that differ from what the form began with."""
        return {one.field.name: one.entered for one in self._widgets if one.is_changed}

    def action_cancel(self) -> None:
        """Leave; what was typed is given up only after a question."""
        if not self.changed():
            self.dismiss(None)
            return
        self.app.push_screen(
            ConfirmDialog("Leave without saving?", "What you typed here would be lost."), self._leave_if
        )

    def _leave_if(self, given_up: bool | None) -> None:
        if given_up:
            self.dismiss(None)

    def action_save(self) -> None:
        self.run_worker(self._save(), group="save", exclusive=True, exit_on_error=False)

    async def _save(self) -> None:
        missing = next((one for one in self._widgets if one.is_missing), None)
        if missing is not None:
            self.complain(f"{missing.label} cannot be empty.")
            missing.focus()
            return
        self.complain("")
        self.dismiss(await self._submit(self.changed()))
