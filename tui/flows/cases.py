"""What is done with cases and leads at hand: given to somebody, taken, prioritised, resolved, opened again, merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from textual.content import Content

from store.cases.acting import (
    assign_cases,
    cancel_case,
    merge_cases,
    reopen_case,
    resolve_case,
    set_priority,
    set_status,
)
from store.cases.reading import open_parts_of
from store.errors import Invalid
from store.leads.assigning import assign_leads
from store.queries.queue_names import queue_names
from store.queries.users import UserRow, active_users
from store.records.fields import PRIORITIES, Field, FieldType
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.dialogs.narrow import Choice, NarrowDialog
from tui.dialogs.pick import PickDialog
from tui.flows.common import announce, find_records, sources
from tui.glyphs import TONES, words

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_STATUSES = ("in_progress", "on_hold", "waiting")
_RESOLUTION = Field("resolution", "Resolution", FieldType.LONG_TEXT, required=True, help="what was done about it")
_COLOURS = {"good": "$success", "warn": "$warning", "bad": "$error", "accent": "$accent", "dim": "$quiet"}


class AtHand(Protocol):
    """A case or lead as lists and screens hold it."""

    @property
    def record_id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def title(self) -> str: ...


async def give(screen: BaseScreen, rows: Sequence[AtHand]) -> bool:
    """Ask for a queue or a person; in a queue it is whose turn it is there. Like the others it says whether it was
    done."""
    queues = {one.name: one.queue_id for one in await screen.fetch(queue_names, rows[0].kind)}
    people = told_apart(await screen.fetch(active_users))
    choices = [Choice(name, "person") for name in people]
    choices += [Choice(name, "queue") for name in queues if name not in people]
    dialog = NarrowDialog(f"Give {_named(rows)} to", choices, placeholder="a person or a queue")
    chosen = await screen.app.push_screen_wait(dialog)
    if chosen is None:
        return False
    user_id = people.get(chosen)
    return await _assign(screen, rows, user_id=user_id, queue_id=None if user_id is not None else queues[chosen])


def told_apart(users: Sequence[UserRow]) -> dict[str, int]:
    """People by their names, those of one name with their addresses."""
    often = Counter(one.name for one in users)
    return {
        one.name if often[one.name] == 1 else f"{one.name} ({one.email or one.user_id})": one.user_id for one in users
    }


async def take(screen: BaseScreen, rows: Sequence[AtHand]) -> bool:
    """Make it one's own."""
    if screen.services.actor.user_id is None:
        raise Invalid("Nobody in particular works here; say who you are with --user.")
    return await _assign(screen, rows, user_id=screen.services.actor.user_id, queue_id=None)


async def priority(screen: BaseScreen, rows: Sequence[AtHand]) -> bool:
    """Ask for a priority."""
    chosen = await _choose(screen, f"Priority of {_named(rows)}", PRIORITIES[::-1])
    return chosen is not None and await _done(screen, set_priority, _keys(rows), chosen)


async def status(screen: BaseScreen, rows: Sequence[AtHand]) -> bool:
    """Ask for a status that is not closed."""
    chosen = await _choose(screen, f"Status of {_named(rows)}", _STATUSES)
    return chosen is not None and await _done(screen, set_status, _keys(rows), chosen)


async def resolve(screen: BaseScreen, rows: Sequence[AtHand]) -> bool:
    """Ask how each was resolved, one after the other; open parts are resolved with it, if that is wanted."""
    for row in rows:
        with_parts = await _with_parts(screen, row)
        if with_parts is None:
            return False

        async def submit(changed: Mapping[str, Any], row: AtHand = row, with_parts: bool = with_parts) -> str:
            resolution = changed.get("resolution", "")
            return await screen.perform(resolve_case, row.record_id, resolution, with_parts=with_parts)

        heading = f"Resolve {row.number} {line(row.title)}"
        form = FormDialog(heading, (_RESOLUTION,), {}, submit=submit, sources=await sources(screen))
        if not await screen.app.push_screen_wait(form):
            return False
        await announce(screen)
    return True


async def cancel(screen: BaseScreen, row: AtHand) -> bool:
    """Cancel a case, with its open parts if that is wanted."""
    with_parts = await _with_parts(screen, row)
    return with_parts is not None and await _done(screen, cancel_case, row.record_id, with_parts=with_parts)


async def reopen(screen: BaseScreen, row: AtHand) -> bool:
    """Open a closed case again."""
    return await _done(screen, reopen_case, row.record_id)


async def merge(screen: BaseScreen, row: AtHand) -> int | None:
    """Ask for the case that this one becomes part of; returns its key."""

    async def find(text: str) -> Any:
        return tuple(ref for ref in await find_records(screen, "case", text) if ref.record_id != row.record_id)

    into = await screen.app.push_screen_wait(PickDialog(f"Merge {row.number} into", find))
    if into is None:
        return None
    await _done(screen, merge_cases, row.record_id, into.record_id)
    return into.record_id


async def _with_parts(screen: BaseScreen, row: AtHand) -> bool | None:
    """Whether open parts are closed with a case, which is asked where it has some; None to leave it."""
    parts = await screen.fetch(open_parts_of, row.record_id)
    if not parts:
        return False
    named = "\n".join(f"{part.number} {line(part.title)}" for part in parts[:8])
    question = ConfirmDialog(f"Also the open parts of {row.number}?", named)
    return True if await screen.app.push_screen_wait(question) else None


async def _assign(screen: BaseScreen, rows: Sequence[AtHand], *, user_id: int | None, queue_id: int | None) -> bool:
    use_case = assign_cases if rows[0].kind == "case" else assign_leads
    return await _done(screen, use_case, _keys(rows), user_id=user_id, queue_id=queue_id)


async def _done(screen: BaseScreen, use_case: Callable[..., Any], *args: Any, **wanted: Any) -> bool:
    await screen.perform(use_case, *args, **wanted)
    await announce(screen)
    return True


async def _choose(screen: BaseScreen, heading: str, values: Sequence[str]) -> str | None:
    choices = [Content.styled(words(one), _COLOURS.get(TONES.get(one, ""), "")) for one in values]
    place = await screen.app.push_screen_wait(ChooseDialog(heading, choices))
    return None if place is None else values[place]


def _keys(rows: Sequence[AtHand]) -> list[int]:
    return [row.record_id for row in rows]


def _named(rows: Sequence[AtHand]) -> str:
    return rows[0].number if len(rows) == 1 else f"{len(rows)} {rows[0].kind}s"
