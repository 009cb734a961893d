"""A form made from field declarations; what is wrong is said inside it, and it stays until it is right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Label, Static

from store.fields import Field, FieldType
from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, Dialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.pick import PickDialog
from tui.widgets.fields import FieldWidget, LinesField, RefField, Sources, field_widget

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
    ) -> None:
        super().__init__(heading)
        self._fields, self._values, self._submit, self._sources = tuple(fields), values, submit, sources
        self._lines = lines

    def compose_body(self) -> Iterable[Widget]:
        with VerticalScroll(classes="form scrolls", can_focus=False):
            for field in self._fields:
                with Horizontal(classes="form-row tall" if field.type is FieldType.LONG_TEXT else "form-row"):
                    yield Label(field.label + (" *" if field.required else ""), classes="form-label", markup=False)
                    yield field_widget(field, self._values.get(field.name), self._sources)
            if self._lines:
                with Horizontal(classes="form-row tall form-lines"):
                    yield Label("Products", classes="form-label")
                    yield LinesField(self._values.get("lines", ()), self._sources)
        yield Static("", classes="form-help", markup=False)

    def on_mount(self) -> None:
        super().on_mount()
        self.query(FieldWidget).first().focus_field()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        owner = next((one for one in event.widget.ancestors_with_self if isinstance(one, FieldWidget)), None)
        if owner is not None:
            self.query_one(".form-help", Static).update(owner.hint)
        self.refresh_bindings()

    @on(RefField.Asked)
    def _pick(self, asked: RefField.Asked) -> None:
        asked.stop()
        self.run_worker(self._pick_for(asked), group="flow", exit_on_error=False)

    async def _pick_for(self, asked: RefField.Asked) -> None:
        kind = asked.field.kind
        found = await self.app.push_screen_wait(
            PickDialog(f"Choose: {kind}", lambda text: self._sources.find(kind, text), text=asked.text)
        )
        if found is not None:
            asked.field.ref = found

    def changed(self) -> dict[str, Any]:
        """The values that differ from what the form began with."""
        return {one.field.name: one.value for one in self.query(FieldWidget) if one.is_changed}

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
        missing = next((one for one in self.query(FieldWidget) if one.is_missing), None)
        if missing is not None:
            self.complain(f"{missing.label} cannot be empty.")
            missing.focus_field()
            return
        self.complain("")
        self.dismiss(await self._submit(self.changed()))
