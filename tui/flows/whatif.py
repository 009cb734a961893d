"""What if somebody is away, works other hours, is taken out, or a site is closed: what that breaks, with repairs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from textual.content import Content

from assistant.reader_zone import zone_name
from assistant.scheduling.plans.changes import Change, Closed, Moved, Off, OtherHours, Without
from assistant.scheduling.plans.proposals import Proposal
from assistant.scheduling.plans.whatif import as_it_stands, what_if
from store.dates import parse_date
from store.queries.scheduling.setup import setup as read_setup
from store.queues.written import week_text
from store.records.fields import Field, FieldType
from store.scheduling.reading import Setup, Thing
from store.scheduling.written import away
from store.sla.hours import zone_named
from tui.cells import line
from tui.dialogs.choose import ChooseDialog
from tui.dialogs.form import FormDialog
from tui.flows import plans
from tui.flows.common import sources

if TYPE_CHECKING:
    from tui.screens.base import BaseScreen

Values = Mapping[str, Any]
_ALWAYS, _ONCE = "from this day on", "on this day alone"
_DAY = "a day, as 2026-12-01"
_AS_IT_IS, _AHEAD = "nothing changes: what cannot be done as it stands", timedelta(weeks=2)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of change: how it is asked about, its form, what that begins with, and the change that follows."""

    said: Callable[[Thing, Setup], str]
    fields: tuple[Field, ...]
    given: Callable[[Thing, Setup, str], dict[str, Any]]
    change: Callable[[Thing, Setup, Values], Change]


def _off(thing: Thing, setup: Setup, values: Values) -> Change:
    first, last, reason = (values.get(name) or "" for name in ("first", "last", "reason"))
    said = away(first, last or first, reason, setup.zone_of(thing))
    start, end = (datetime.fromisoformat(said[name]) for name in ("starts_at", "ends_at"))
    return Off(thing.uid, start, end, said["reason"])


def _hours(thing: Thing, _setup: Setup, values: Values) -> Change:
    return OtherHours(thing.uid, values.get("hours") or "", parse_date(values["first"]), values["when"] == _ONCE)


def _without(thing: Thing, _setup: Setup, values: Values) -> Change:
    return Without(thing.uid, parse_date(values["first"]))


def _closed(thing: Thing, _setup: Setup, values: Values) -> Change:
    return Closed(thing.state["site"], parse_date(values["first"]), values.get("hours") or "")


_KINDS = (
    _Kind(
        lambda thing, _: f"{thing.name} is away",
        (
            Field("first", "From", required=True, help=f"{_DAY}, or a time, as 2026-12-01T13:00"),
            Field("last", "Until", help="the last day, or when it is back"),
            Field("reason", "Reason"),
        ),
        lambda thing, _, day: {"first": day, "last": day, "reason": "sick" * (thing.state["kind"] == "person")},
        _off,
    ),
    _Kind(
        lambda thing, _: f"{thing.name} works other hours",
        (
            Field("hours", "Work hours", help="as Mon-Thu 08:00-16:00; of one day 08:00-12:00, empty for none"),
            Field("when", "When", FieldType.CHOICE, (_ALWAYS, _ONCE), required=True),
            Field("first", "Day", required=True, help=_DAY),
        ),
        lambda thing, setup, day: {"hours": _week_of(setup, thing), "when": _ALWAYS, "first": day},
        _hours,
    ),
    _Kind(
        lambda thing, _: f"{thing.name} is taken out for good",
        (Field("first", "From", required=True, help=_DAY),),
        lambda _thing, _, day: {"first": day},
        _without,
    ),
    _Kind(
        lambda thing, setup: f"{setup.sites[thing.state['site']].name} is closed on a day",
        (Field("first", "Day", required=True, help=_DAY), Field("hours", "Open", help="but then, as 08:00-12:00")),
        lambda _thing, _, day: {"first": day},
        _closed,
    ),
)


async def ask(screen: BaseScreen, thing: Thing, moment: datetime) -> None:
    """Ask what may become of a resource, on the day of a moment unless another is typed, and show what that breaks."""
    setup = await screen.fetch(read_setup)
    if thing.uid not in setup.resources:
        return
    choices = [*(Content(f"{line(kind.said(thing, setup))} ...") for kind in _KINDS), Content(_AS_IT_IS)]
    place = await screen.app.push_screen_wait(ChooseDialog("What if", choices))
    if place is None:
        return
    if place == len(_KINDS):
        now = screen.now()
        plans.show(screen, await screen.fetch(as_it_stands, now + _AHEAD, zone=_zone(screen), now=now))
        return
    kind = _KINDS[place]
    day = moment.astimezone(zone_named(setup.zone_of(thing))).date().isoformat()
    given = kind.given(thing, setup, day)

    async def submit(changed: Values) -> Proposal:
        change = kind.change(thing, setup, {**given, **changed})
        return await screen.fetch(what_if, change, zone=_zone(screen), now=screen.now())

    heading = f"What if {line(kind.said(thing, setup))}?"
    form = FormDialog(heading, kind.fields, given, submit=submit, sources=await sources(screen), does="See what breaks")
    proposal: Proposal | None = await screen.app.push_screen_wait(form)
    if proposal is not None:
        plans.show(screen, proposal)


async def moved(screen: BaseScreen, change: Moved) -> None:
    """Show what breaks when a booking stands elsewhere."""
    plans.show(screen, await screen.fetch(what_if, change, zone=_zone(screen), now=screen.now()))


def _zone(screen: BaseScreen) -> str:
    """The zone of the reader's clocks, on which the plan is told."""
    return zone_name(screen.now().tzinfo or UTC)


def _week_of(setup: Setup, thing: Thing) -> str:
    """The weekly hours that hold last, as they are typed."""
    weeks = setup.hours_of(thing).weeks
    return week_text(weeks[max(weeks)]) if weeks else ""
