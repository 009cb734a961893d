"""Putting a template into a mail, and keeping a text as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.composing import with_template
from store.fields import Field, FieldType
from store.templates import Template, save_template, templates
from tui.cells import line, short
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import sources

if TYPE_CHECKING:
    from tui.screens.compose import ComposeScreen

_FORM = (
    Field("name", "Name", required=True, help="fields such as {contact.given_name} are filled in when it is used"),
    Field("shared", "For everybody", FieldType.FLAG),
)


async def insert(screen: ComposeScreen) -> None:
    """Ask which template, and put it where the cursor stands."""
    known = await screen.fetch(templates)
    choices = [*map(_choice, known), Content.styled("Keep this text as a template …", "$accent")]
    place = await screen.app.push_screen_wait(ChooseDialog("Template", choices))
    if place is None:
        return
    if place == len(known):
        await _keep(screen)
        return
    chosen = known[place]
    bare = replace(screen.written(), text="")
    begun = await screen.fetch(with_template, bare, chosen.subject, chosen.text)
    screen.body.insert(begun.draft.text)
    if not screen.head.subject.value.strip():
        screen.head.subject.value = begun.draft.subject
    screen.body.focus()
    if begun.missing:
        screen.body.go_to(f"{{{begun.missing[0]}}}")
        count = len(begun.missing)
        screen.notify(f"{count} field{'s are' if count > 1 else ' is'} still to be filled in.", severity="warning")


async def _keep(screen: ComposeScreen) -> None:
    text = screen.body.text.partition("\n-- \n")[0].strip("\n")
    own = "\n".join(one for one in text.split("\n") if not one.startswith(">")).rstrip()

    async def submit(changed: Mapping[str, Any]) -> str:
        shared = bool(changed.get("shared"))
        subject = screen.head.subject.value
        return await screen.perform(save_template, changed["name"], subject, own, shared=shared)

    form = FormDialog("New template", _FORM, {}, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        screen.notify("Kept as a template.")


def _choice(template: Template) -> Content:
    return Content.assemble(line(template.name), (f"  {short(template.text, 48)}", "$quiet"))
