"""What is done with the work of a queue: given to somebody, taken, prioritised, resolved; or a new case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from store.cases.acting import assign_cases, resolve_case, set_priority, set_status
from store.errors import Invalid
from store.leads.assigning import assign_leads
from store.queries.queue_names import queue_names
from store.queries.queues import WorkRow
from store.queries.users import active_users
from store.queues.reading import QueueRow
from store.records.fields import PRIORITIES, Field, FieldType
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.narrow import Choice, NarrowDialog
from tui.flows import records
from tui.flows.common import announce, sources
from tui.glyphs import TONES, words

if TYPE_CHECKING:
    from tui.screens.queues import QueuesScreen

_STATUSES = ("in_progress", "on_hold", "waiting")
_RESOLUTION = Field("resolution", "Resolution", FieldType.LONG_TEXT, required=True, help="what was done about it")
_COLOURS = {"good": "$success", "warn": "$warning", "bad": "$error", "accent": "$accent", "dim": "$quiet"}


async def give(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a queue or a person; in a queue it is whose turn it is there."""
    kind = screen.holds
    queues = {one.name: one.queue_id for one in await screen.fetch(queue_names, kind)}
    people = {one.name: one.user_id for one in await screen.fetch(active_users)}
    choices = [Choice(name, "person") for name in people]
    choices += [Choice(name, "queue") for name in queues if name not in people]
    dialog = NarrowDialog(f"Give {_named(rows)} to", choices, placeholder="a person or a queue")
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is not None:
        user_id = people.get(chosen)
        await _assign(screen, rows, user_id=user_id, queue_id=None if user_id is not None else queues[chosen])


async def take(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Make it one's own."""
    if screen.services.actor.user_id is None:
        raise Invalid("Nobody in particular works here; say who you are with --user.")
    await _assign(screen, rows, user_id=screen.services.actor.user_id, queue_id=None)


async def priority(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a priority."""
    chosen = await _choose(screen, f"Priority of {_named(rows)}", PRIORITIES[::-1])
    if chosen is not None:
        await screen.perform(set_priority, _keys(rows), chosen)
        await _done(screen)


async def status(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask for a status that is not closed."""
    chosen = await _choose(screen, f"Status of {_named(rows)}", _STATUSES)
    if chosen is not None:
        await screen.perform(set_status, _keys(rows), chosen)
        await _done(screen)


async def resolve(screen: QueuesScreen, rows: Sequence[WorkRow]) -> None:
    """Ask how each was resolved, one after the other."""
    for row in rows:

        async def submit(changed: Mapping[str, Any], row: WorkRow = row) -> str:
            return await screen.perform(resolve_case, row.record_id, changed.get("resolution", ""))

        form = FormDialog(f"Resolve {row.number} {line(row.title)}", (_RESOLUTION,), {}, submit=submit,
                          sources=await sources(screen))  # fmt: skip
        if not await screen.app.push_screen_wait(form):
            return
        await _done(screen)


async def new(screen: QueuesScreen, queue: QueueRow | None) -> None:
    """Ask for a new case, or lead, of the queue."""
    kind = queue.kind if queue is not None else "case"
    await records.create(screen, kind, {} if queue is None else {"queue": queue.queue_id, "owner": None})


async def _assign(screen: QueuesScreen, rows: Sequence[WorkRow], *, user_id: int | None, queue_id: int | None) -> None:
    use_case = assign_cases if screen.holds == "case" else assign_leads
    await screen.perform(use_case, _keys(rows), user_id=user_id, queue_id=queue_id)
    await _done(screen)


async def _done(screen: QueuesScreen) -> None:
    screen.work.select_none()
    await announce(screen)


async def _choose(screen: QueuesScreen, heading: str, values: Sequence[str]) -> str | None:
    choices = [Content.styled(words(one), _COLOURS.get(TONES.get(one, ""), "")) for one in values]
    place = await screen.app.push_screen_wait(ChooseDialog(heading, choices))
    return None if place is None else values[place]


def _keys(rows: Sequence[WorkRow]) -> list[int]:
    return [row.record_id for row in rows]


def _named(rows: Sequence[WorkRow]) -> str:
    return rows[0].number if len(rows) == 1 else f"{len(rows)} {rows[0].kind}s"
