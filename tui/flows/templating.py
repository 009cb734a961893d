"""Putting a template into a mail, changing and deleting them, and keeping a text as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from assistant.composing import with_template
from store.mail.templates import Template, delete_template, save_template, templates
from store.records.fields import Field, FieldType
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.template import Picked, TemplateDialog
from tui.flows.common import sources

if TYPE_CHECKING:
    from tui.screens.compose import ComposeScreen

_FORM = (
    Field("name", "Name", required=True, help="fields such as {contact.given_name} are filled in when it is used"),
    Field("shared", "For everybody", FieldType.FLAG),
)
_WHOLE = (
    *_FORM,
    Field("subject", "Subject", help="for mails that have none yet"),
    Field("text", "Text", FieldType.LONG_TEXT, help="fields such as {contact.given_name} are filled in"),
)


async def insert(screen: ComposeScreen) -> None:
    """Ask which template, and put it where the cursor stands; those that are changed or deleted are listed again."""
    while picked := await screen.app.push_screen_wait(TemplateDialog(await screen.fetch(templates))):
        match picked:
            case Picked("use", Template() as template):
                await put_in(screen, template.subject, template.text)
                return
            case Picked("change", Template() as template):
                await _change(screen, template)
            case Picked("delete", Template() as template):
                await _delete(screen, template)
            case _:
                await _keep(screen)
                return


async def put_in(screen: ComposeScreen, subject: str, text: str) -> None:
    """Put a text where the cursor stands, its fields filled; its subject only where the mail has none yet."""
    bare = replace(screen.written(), text="")
    begun = await screen.fetch(with_template, bare, subject, text)
    screen.body.insert(begun.draft.text)
    if not screen.head.subject.value.strip():
        screen.head.subject.value = begun.draft.subject
    screen.body.focus()
    if begun.missing:
        screen.body.go_to(f"{{{begun.missing[0]}}}")
        count = len(begun.missing)
        screen.notify(f"{count} field{'s are' if count > 1 else ' is'} still to be filled in.", severity="warning")


async def _change(screen: ComposeScreen, template: Template) -> None:
    before = {field.name: getattr(template, field.name) for field in _WHOLE}

    async def submit(changed: Mapping[str, Any]) -> str:
        now = {**before, **changed}
        values = (now["name"], now["subject"], now["text"])
        return await screen.perform(save_template, *values, shared=bool(now["shared"]), uid=template.uid)

    form = FormDialog("Change template", _WHOLE, before, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        screen.notify("The template was changed.")


async def _delete(screen: ComposeScreen, template: Template) -> None:
    whose = "Everybody loses it; nothing brings it back." if template.shared else "Nothing brings it back."
    if await screen.app.push_screen_wait(ConfirmDialog(f"Delete {line(template.name)}?", whose)):
        await screen.perform(delete_template, template.uid)
        screen.notify("The template was deleted.")


def own_text(screen: ComposeScreen) -> str:
    """What the writer wrote: without signature and quoted mail."""
    begun_with = screen.opened.draft.text.strip()
    text = screen.body.text.rstrip().removesuffix(begun_with).partition("\n-- \n")[0].strip("\n")
    return "\n".join(one for one in text.split("\n") if not one.startswith(">")).rstrip()


async def _keep(screen: ComposeScreen) -> None:
    own = own_text(screen)

    async def submit(changed: Mapping[str, Any]) -> str:
        shared = bool(changed.get("shared"))
        subject = screen.head.subject.value
        return await screen.perform(save_template, changed["name"], subject, own, shared=shared)

    form = FormDialog("New template", _FORM, {}, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        screen.notify("Kept as a template.")
