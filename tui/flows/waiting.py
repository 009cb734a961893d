"""Putting people on the wait list, and what is done for who waits there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from assistant.reader_zone import zone_name
from assistant.scheduling.waiting.offering import offer
from store.queries.scheduling.setup import setup as read_setup
from store.queries.scheduling.waiting import WaitingRow
from store.records.fields import Field, FieldType
from store.scheduling.fields import WAITING_FIELDS
from store.scheduling.waiting import add_waiting, edit_waiting, withdraw
from tui.cells import line
from tui.dialogs.form import FormDialog
from tui.flows import telling
from tui.flows.common import announce, sources
from tui.flows.records import as_stored

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

_TWO_WEEKS = timedelta(days=14)
_REASON = (Field("reason", "Reason", help="why they do not wait any more"),)
_SHARED = ("account", "contact", "case", "area", "place", "units", "priority", "description")


async def new(screen: BaseScreen, values: Mapping[str, Any] | None = None) -> bool:
    """Ask who waits for what, with `values` filled in, and put them on the list; says whether that was done."""
    now = screen.now()
    until = (now + _TWO_WEEKS).date().isoformat()
    services = await _services(screen)
    given = {"earliest": now.date().isoformat(), "latest": until, "priority": 5, "units": 1} | dict(values or {})
    given = {"service": services[0]} | given if len(services) == 1 else given

    async def submit(changed: Mapping[str, Any]) -> Any:
        entered = as_stored(given) | dict(changed)
        return await screen.perform(add_waiting, entered, zone=_zone(screen))

    return await _ask(screen, "Who waits?", given, submit)


async def edit(screen: BaseScreen, row: WaitingRow) -> None:
    """Change what somebody waits for."""
    given = {name: getattr(row, name) for name in _SHARED} | {
        "name": row.name,
        "service": row.service,
        "earliest": _typed(row.earliest, screen),
        "latest": _typed(row.latest, screen, is_end=True),
        "preferred": "; ".join(row.preferred),
        "excluded": "; ".join(row.excluded),
    }

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(edit_waiting, row.waiting_id, dict(changed), zone=_zone(screen))

    await _ask(screen, f"{line(row.name)} waits", given, submit)


async def offer_slot(screen: BaseScreen, row: WaitingRow) -> None:
    """Hold the first slot for somebody, and offer to tell them."""
    made = await screen.perform(offer, row.waiting_id)
    await announce(screen)
    await telling.offer(screen, made.record_id)


async def stop_waiting(screen: BaseScreen, row: WaitingRow) -> None:
    """Ask why, and let somebody wait no more."""

    async def submit(changed: Mapping[str, Any]) -> str:
        return await screen.perform(withdraw, row.waiting_id, changed.get("reason") or "")

    form = FormDialog(f"Withdraw {line(row.name)}?", _REASON, {}, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form) is not None:
        await announce(screen)


async def _ask(screen: BaseScreen, heading: str, given: Mapping[str, Any], submit: Any) -> bool:
    services = await _services(screen)
    fields = [
        replace(field, type=FieldType.CHOICE, choices=services) if field.name == "service" and services else field
        for field in WAITING_FIELDS
    ]
    form = FormDialog(heading, fields, given, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(form) is None:
        return False
    await announce(screen)
    return True


async def _services(screen: BaseScreen) -> tuple[str, ...]:
    return tuple(each.name for each in (await screen.fetch(read_setup)).services.values())


def _zone(screen: BaseScreen) -> str:
    return zone_name(screen.now().tzinfo or UTC)


def _typed(at: datetime, screen: BaseScreen, *, is_end: bool = False) -> str:
    """As it is typed: a day where it is one from midnight on, or to midnight."""
    there = at.astimezone(screen.now().tzinfo)
    if there.time() == time():
        return f"{there.date() - timedelta(days=is_end)}"
    return f"{there:%Y-%m-%d %H:%M}"
