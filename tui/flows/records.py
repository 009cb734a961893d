"""Creating, editing and deleting records, with forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.duplicates.checking import would_look_like
from store.errors import Invalid
from store.queries.record_detail import RecordDetail, record_detail
from store.queries.refs import RecordRef
from store.records.fields import FIELDS, LABELS, Field
from store.records.writing import Created, affected_by_deletion, create_record, delete_record, edit_record
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import announce, sources
from tui.glyphs import record_glyph

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen


_LATER = {"disqualify_reason"}  # what a new record cannot say yet
_FIRST: dict[str, dict[str, Any]] = {
    "lead": {"status": "new"},
    "opportunity": {"status": "open", "stage": "qualify"},
    "case": {"status": "new", "priority": "normal"},
}


async def create(screen: BaseScreen, kind: str, values: Mapping[str, Any] | None = None) -> Created | None:
    """Ask for the fields of a new record and create it, or open the one that it turns out to be; `values` are filled
    in already."""
    given = {"owner": screen.services.actor.user_id} | _FIRST.get(kind, {}) | dict(values or {})

    async def submit(changed: Mapping[str, Any]) -> Created | RecordRef:
        entered = as_stored(given) | dict(changed)
        if meant := await meant_instead(screen, kind, entered):
            return meant
        return await screen.perform(create_record, kind, entered)

    form = FormDialog(
        f"New {LABELS[kind][0]}",
        fields_of_new(kind),
        given,
        submit=submit,
        sources=await sources(screen, kind),
        lines=kind == "opportunity",
    )
    created: Created | RecordRef | None = await screen.app.push_screen_wait(form)
    if isinstance(created, RecordRef):
        screen.regarding.open_record(created.record_id)
        return None
    if created is not None:
        await announce(screen)
        for notice in created.notices:
            screen.notify(notice, severity="warning", markup=False)
    return created


def fields_of_new(kind: str) -> list[Field]:
    """What is asked for when a record is created."""
    return [field for field in FIELDS[kind] if field.name not in _LATER]


async def meant_instead(screen: BaseScreen, kind: str, entered: Mapping[str, Any]) -> RecordRef | None:
    """Where the new record looks like others: which of them is meant, None to create it all the same.

    Raises Invalid where a person goes back to what they typed.
    """
    alike = await screen.fetch(would_look_like, kind, entered)
    if not alike:
        return None
    choices = [Content(f"Create the new {LABELS[kind][0]}; none of these is meant")]
    choices += [Content(f"Open {line(each.sentence.removeprefix('Looks like '))}") for each in alike]
    place = await screen.app.push_screen_wait(ChooseDialog("Is it here already?", choices))
    if place is None:
        raise Invalid("Nothing was saved yet.")
    return alike[place - 1].record if place else None


async def edit(screen: BaseScreen, record_id: int) -> None:
    """Show the fields of a record and store what was changed."""
    detail = await screen.fetch(record_detail, record_id)

    async def submit(changed: Mapping[str, Any]) -> str:
        if not changed:
            return ""
        return await screen.perform(edit_record, record_id, changed, expected_version=detail.version)

    form = FormDialog(
        f"{LABELS[detail.kind][0].capitalize()} {detail.number}",
        FIELDS[detail.kind],
        _values(detail),
        submit=submit,
        sources=await sources(screen, detail.kind),
        lines=detail.kind == "opportunity",
    )
    if await screen.app.push_screen_wait(form):
        await announce(screen)


async def delete(screen: BaseScreen, record_id: int) -> bool:
    """Ask, saying what would stay behind, and delete."""
    detail = await screen.fetch(record_detail, record_id)
    affected = await screen.fetch(affected_by_deletion, record_id)
    consequence = f"{affected[:1].upper()}{affected[1:]}.\n" if affected else ""
    question = ConfirmDialog(
        f"Delete {LABELS[detail.kind][0]} {detail.number}?",
        f"{line(detail.title)}\n{consequence}Ctrl+Z brings it back.",
    )
    if not await screen.app.push_screen_wait(question):
        return False
    await screen.perform(delete_record, record_id)
    await announce(screen)
    return True


def _values(detail: RecordDetail) -> dict[str, Any]:
    return dict(detail.fields) | {"owner": detail.owner_id, "lines": detail.lines}


def as_stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """Prefilled values as use cases take them: records by key."""
    return {name: getattr(value, "record_id", value) for name, value in given.items()}


async def create_below(screen: BaseScreen, detail: RecordDetail, kinds: Sequence[str]) -> None:
    """Ask which kind of record to make for an account or a contact, and make it."""
    choices = [Content(f"{record_glyph(kind)} New {LABELS[kind][0]}") for kind in kinds]
    place = await screen.app.push_screen_wait(ChooseDialog(f"New for {line(detail.title)}", choices))
    if place is None:
        return
    values: dict[str, Any] = {detail.kind: detail.ref}
    if detail.kind == "contact" and detail.account is not None:
        values["account"] = detail.account
    await create(screen, kinds[place], values)
