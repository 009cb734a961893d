"""The templates: put one in, change it, delete it, or keep what was written as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from store.mail.templates import Template
from tui.cells import line, short
from tui.commands import Command, bindings
from tui.dialogs.base import CANCEL, Dialog

_SHOWN = 48  # characters of a template's text


@dataclass(frozen=True, slots=True)
class Picked:
    """What to do with which template; None is what was written."""

    wanted: Literal["use", "change", "delete", "keep"]
    template: Template | None = None


def _on_template(dialog: Any) -> bool:
    return dialog.template is not None


COMMANDS = (
    Command("enter", "choose", "Choose", "Put in the one under the cursor", footer=1, palette=False),
    Command("e", "change", "Change", "Change its name and text", footer=2, palette=False, available=_on_template),
    Command(
        "d,delete", "delete", "Delete", "Offer it to nobody any more", footer=3, palette=False, available=_on_template
    ),
)


class TemplateDialog(Dialog[Picked]):
    """The last line stands for what was written."""

    HERE: ClassVar[tuple[Command, ...]] = (*COMMANDS, CANCEL)
    BINDINGS: ClassVar[list[Any]] = bindings(COMMANDS[1:])

    def __init__(self, templates: Sequence[Template]) -> None:
        super().__init__("Template")
        self._templates = tuple(templates)

    def compose_body(self) -> Iterable[Widget]:
        keep = Option(Content.styled("Keep this text as a template …", "$accent"))
        yield OptionList(*map(_option, self._templates), keep, compact=True, classes="scrolls")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @property
    def template(self) -> Template | None:
        """The one under the cursor."""
        place = self.query_one(OptionList).highlighted if self.is_mounted else None
        return None if place is None or place >= len(self._templates) else self._templates[place]

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self.refresh_bindings()

    def action_choose(self) -> None:
        self.query_one(OptionList).action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.dismiss(Picked("keep" if self.template is None else "use", self.template))

    def action_change(self) -> None:
        if self.template is not None:
            self.dismiss(Picked("change", self.template))

    def action_delete(self) -> None:
        if self.template is not None:
            self.dismiss(Picked("delete", self.template))


def _option(template: Template) -> Option:
    return Option(Content.assemble(line(template.name), (f"  {short(template.text, _SHOWN)}", "$quiet")))
