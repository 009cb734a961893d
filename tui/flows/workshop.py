"""Adding, changing and deleting what scheduling works by, with forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from assistant.reader_zone import zone_name
from assistant.scheduling.setup.keeping import keep
from store.kept.sorts import Sort
from store.records.fields import Field, FieldType
from store.scheduling.fields import GROUP_FIELDS, RESOURCE_FIELDS, SERVICE_FIELDS, SITE_FIELDS
from store.scheduling.notices import NOTICE_KINDS
from store.scheduling.reading import Setup
from store.scheduling.saving import delete_thing
from store.scheduling.sorts import GROUP, RESOURCE, SERVICE, SITE
from store.scheduling.travelling import change_ways
from tui.cells import line
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.form import FormDialog
from tui.flows.common import announce, sources
from tui.rows.workshop import Line

if TYPE_CHECKING:
    from tui.screens.workshop import WorkshopScreen


@dataclass(frozen=True, slots=True)
class _Kept:
    """One of the lists of things: its sort, its form, and what the form of a new one begins with."""

    sort: Sort
    fields: tuple[Field, ...]
    begun: Callable[[WorkshopScreen, Setup], dict[str, Any]]


def _resource(_screen: WorkshopScreen, setup: Setup) -> dict[str, Any]:
    sites = [each.name for each in setup.sites.values()]
    return {"kind": "person", "site": sites[0] if sites else "", "capacity": 1, "hours": "Mon-Fri 08:00-17:00"}


def _service(_screen: WorkshopScreen, _setup: Setup) -> dict[str, Any]:
    return {"duration": "1 h", "grid": "15 min", "initial_status": "confirmed"}


def _site(screen: WorkshopScreen, _setup: Setup) -> dict[str, Any]:
    return {"zone": zone_name(screen.now().tzinfo or UTC)}


_KEPT = {
    "resources": _Kept(RESOURCE, RESOURCE_FIELDS, _resource),
    "services": _Kept(SERVICE, SERVICE_FIELDS, _service),
    "groups": _Kept(GROUP, GROUP_FIELDS, lambda _screen, _setup: {}),
    "sites": _Kept(SITE, SITE_FIELDS, _site),
}
_WAY = (
    Field("from_area", "From", required=True, help="an area, as sites, resources and bookings name it"),
    Field("to_area", "To", required=True, help="the way back takes as long unless it is said, too"),
    Field("minutes", "Minutes", FieldType.INTEGER, required=True),
)


async def new(screen: WorkshopScreen) -> None:
    """Ask for what it consists of, and add it."""
    setup = _setup(screen)
    if screen.tab == "travel":
        await _ask_way(screen, None)
        return
    kept = _KEPT[screen.tab]
    given = kept.begun(screen, setup)

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(keep, kept.sort, {**given, **changed})

    await _ask(screen, f"New {kept.sort.noun}", kept, given, submit)


async def edit(screen: WorkshopScreen) -> None:
    """Show what it consists of, and store what was changed."""
    row: Line = screen.row
    if screen.tab == "travel":
        await _ask_way(screen, row)
        return
    kept = _KEPT[screen.tab]

    async def submit(changed: Mapping[str, Any]) -> Any:
        return await screen.perform(keep, kept.sort, changed, key=row.key) if changed else None

    heading = f"{kept.sort.noun[:1].upper()}{kept.sort.noun[1:]} {line(row.name)}"
    await _ask(screen, heading, kept, row.typed, submit)


async def delete(screen: WorkshopScreen) -> None:
    """Ask, and delete; what is in use stays, and it is said by what."""
    row: Line = screen.row
    noun = "way" if screen.tab == "travel" else _KEPT[screen.tab].sort.noun
    question = ConfirmDialog(f"Delete this {noun}?", f"{line(row.name)}\nCtrl+Z brings it back.")
    if not await screen.app.push_screen_wait(question):
        return
    if screen.tab == "travel":
        await screen.perform(change_ways, [_way_of(row)], {})
    else:
        await screen.perform(delete_thing, _KEPT[screen.tab].sort, row.key)
    await announce(screen)


def _setup(screen: WorkshopScreen) -> Setup:
    if screen.lines is None:  # forms open only once it is known (SetUpScreen.ready)
        raise RuntimeError("nothing was read yet")
    return screen.lines.setup


async def _ask(screen: WorkshopScreen, heading: str, kept: _Kept, given: Mapping[str, Any], submit: Any) -> None:
    names = _choices(_setup(screen))
    fields = [_choosing(field, names.get(field.name, ()), given.get(field.name)) for field in kept.fields]
    dialog = FormDialog(heading, fields, given, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(dialog) is not None:
        await announce(screen)


def _choices(setup: Setup) -> dict[str, Sequence[str]]:
    """What can be chosen for the fields that name something."""
    templates = sorted(setup.templates.values())
    return {
        "site": [each.name for each in setup.sites.values()],
        "colleague": sorted(setup.users.values()),
        "mailbox": sorted(setup.mailboxes.values()),
        **dict.fromkeys(NOTICE_KINDS, templates),
    }


def _choosing(field: Field, names: Sequence[str], given: Any) -> Field:
    if not names:
        return field
    known = dict.fromkeys((*names, *([given] if given else ())))
    return replace(field, type=FieldType.CHOICE, choices=tuple(known))


async def _ask_way(screen: WorkshopScreen, row: Line | None) -> None:
    """A way is written, in the place of the one that is shown."""
    anywhere = row is not None and not any(_way_of(row))
    fields = _WAY[2:] if anywhere else _WAY
    given = {} if row is None else row.typed

    async def submit(changed: Mapping[str, Any]) -> Any:
        typed = {**given, **changed}
        minutes = int(typed["minutes"])
        start, end = ("" if anywhere else " ".join(str(typed[name]).split()) for name in ("from_area", "to_area"))
        gone = [] if row is None else [_way_of(row)]
        return await screen.perform(change_ways, gone, {(start, end): minutes})

    heading = "New way" if row is None else line(row.name)
    dialog = FormDialog(heading, fields, given, submit=submit, sources=await sources(screen))
    if await screen.app.push_screen_wait(dialog) is not None:
        await announce(screen)


def _way_of(row: Line) -> tuple[str, str]:
    return row.typed["from_area"], row.typed["to_area"]
