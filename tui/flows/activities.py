"""Notes, phone calls and tasks: adding, changing, completing and deleting them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from store.activities.writing import (
    add_note,
    add_task,
    complete_task,
    delete_activity,
    edit_activity,
    log_phone_call,
)
from store.queries.activities import ActivityDetail, activity_detail
from store.queries.refs import RecordRef
from store.records.fields import PRIORITIES, Field, FieldType
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import announce, sources
from tui.glyphs import KIND_WORDS

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_TEXT = Field("text", "Text", FieldType.LONG_TEXT)
FORMS: dict[str, tuple[Field, ...]] = {
    "note": (Field("text", "Note", FieldType.LONG_TEXT, required=True, help="the first line becomes the subject"),),
    "phone_call": (
        Field("subject", "About", required=True),
        Field("direction", "Who called", FieldType.CHOICE, ("out", "in"), help="out: we called; in: they called"),
        Field("number", "Number", FieldType.PHONE),
        Field("minutes", "Minutes", FieldType.INTEGER),
        Field("text", "What was said", FieldType.LONG_TEXT),
    ),
    "task": (
        Field("subject", "What to do", required=True),
        Field("due_on", "Due", FieldType.DATE),
        Field("priority", "Priority", FieldType.CHOICE, PRIORITIES),
        Field("owner", "For", FieldType.USER),
        _TEXT,
    ),
}
#: Kinds that people write here; mail and meetings belong to their mailbox.
OWN_KINDS = frozenset(FORMS)
_FIRST: dict[str, dict[str, Any]] = {"phone_call": {"direction": "out"}, "task": {"priority": "normal"}, "note": {}}
_LEADING = {"note": "text", "phone_call": "subject", "task": "subject"}
_ADD: dict[str, Callable[..., Any]] = {"note": add_note, "phone_call": log_phone_call, "task": add_task}


async def add(screen: BaseScreen, kind: str, record: RecordRef) -> bool:
    """Ask for a note, a phone call or a task on a record and store it; returns whether that was done."""
    first = dict(_FIRST[kind]) | ({"owner": screen.services.actor.user_id} if kind == "task" else {})

    async def submit(changed: Mapping[str, Any]) -> Any:
        values = first | dict(changed)
        leading = values.pop(_LEADING[kind])
        return await screen.perform(_ADD[kind], record.record_id, leading, **values)

    form = FormDialog(
        f"{KIND_WORDS[kind]} on {line(record.title)}", FORMS[kind], first, submit=submit, sources=await sources(screen)
    )
    if await screen.app.push_screen_wait(form) is None:
        return False
    await announce(screen)
    return True


async def edit(screen: BaseScreen, activity_id: int) -> None:
    """Change a note, a phone call or a task."""
    detail = await screen.fetch(activity_detail, activity_id)
    if detail.kind not in OWN_KINDS:
        screen.notify("Mail and meetings are changed where they came from.", severity="warning")
        return

    async def submit(changed: Mapping[str, Any]) -> str:
        if not changed:
            return ""
        return await screen.perform(edit_activity, activity_id, changed, expected_version=detail.version)

    fields = FORMS[detail.kind]
    form = FormDialog(KIND_WORDS[detail.kind], fields, _values(detail), submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form):
        await announce(screen)


async def delete(screen: BaseScreen, activity_id: int) -> bool:
    """Ask and delete a note, a phone call or a task."""
    detail = await screen.fetch(activity_detail, activity_id)
    if detail.kind not in OWN_KINDS:
        screen.notify("Mail and meetings are deleted where they came from.", severity="warning")
        return False
    heading = f"Delete this {KIND_WORDS[detail.kind].lower()}?"
    if not await screen.app.push_screen_wait(ConfirmDialog(heading, f"{line(detail.subject)}\nCtrl+Z brings it back.")):
        return False
    await screen.perform(delete_activity, activity_id)
    await announce(screen)
    return True


async def complete(screen: BaseScreen, activity_id: int, *, done: bool = True) -> None:
    """Tick a task off or open it again."""
    await screen.perform(complete_task, activity_id, done=done)
    await announce(screen)


def _values(detail: ActivityDetail) -> dict[str, Any]:
    return {
        "subject": detail.subject,
        "text": detail.text,
        "direction": detail.direction,
        "owner": detail.owner,
        **{name: detail.details.get(name) for name in ("number", "minutes", "due_on", "priority")},
    }
