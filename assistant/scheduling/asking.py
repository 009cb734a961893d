"""Asking the store for slots: reads what there is to book and what stands against it into the values of the search."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.calendars.known import KnownCalendars
from assistant.scheduling.engine.loaded import Loaded, World, load
from assistant.scheduling.engine.model import Booked, Group, Pattern, Resource, ResourceKind, Site, TimeOff, WorkHours
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.engine.rules import Order, Request, Service, Slot
from assistant.scheduling.engine.search import find_slots
from assistant.scheduling.engine.travel import Travel
from assistant.scheduling.engine.whynot import Explaining, WhyNot
from store.actor import Actor
from store.errors import Invalid
from store.queries.scheduling.occupied import last_turns, occupied_in
from store.scheduling.reading import Setup, Thing, read_setup, thing_called
from store.scheduling.sorts import RESOURCE, SERVICE
from store.scheduling.stored import Worked, dates_from, worked_from

_ANYWHERE = ("", "")
_ONE_DAY = timedelta(days=1)
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: a service by name, begun at or after `start` and done by `end`.

    `area` is where the customer is, '' where resources are at home; resources are named. `zone` is that of the clocks
    on which starts are counted, '' the first site's. `but` are bookings, by key, that are to be moved and so are not in
    the way.
    """

    service: str
    start: datetime
    end: datetime
    area: str = ""
    units: int = 1
    preferred: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    order: Order = Order.BEST
    limit: int | None = 10
    zone: str = ""
    but: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A wish with all that it is answered from."""

    setup: Setup
    request: Request
    loaded: Loaded
    zone: str


def slots(tx: Connection, wish: Wish, *, by: Actor, now: datetime) -> tuple[Question, list[Slot]]:
    """The slots that are wished for. Raises NotFound, Ambiguous, Invalid."""
    with uncollected():
        question = ask(tx, wish, by=by, now=now)
        return question, find_slots(question.loaded, question.request, now)


def explained_slots(
    tx: Connection, wish: Wish, *, by: Actor, now: datetime
) -> tuple[Question, list[Slot], list[WhyNot]]:
    """The slots that are wished for, and why each resource is not offered in how much of the window, read once.

    Raises NotFound, Ambiguous, Invalid."""
    with uncollected():
        question = ask(tx, wish, by=by, now=now)
        explaining = Explaining(question.loaded, question.request, now)
        why = [explaining.window(each.id) for each in question.setup.resources.values()]
        return question, find_slots(question.loaded, question.request, now), why


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage meanwhile: going through ten thousands of new bookings again and again took a third of the
    time, and none of them is garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def why_not(
    tx: Connection, wish: Wish, *, at: datetime | None = None, resource: str = "", by: Actor, now: datetime
) -> tuple[Question, list[WhyNot]]:
    """Why each resource, or the one that is named, is not offered: in the window, or at one start, which the window is
    made to hold with all of the service."""
    if at is not None:
        duration = timedelta(minutes=thing_called(tx, SERVICE, wish.service).state["duration"])
        wish = replace(wish, start=min(wish.start, at), end=max(wish.end, at + duration))
    question = ask(tx, wish, by=by, now=now)
    explaining = Explaining(question.loaded, question.request, now)
    if resource:
        ids = [thing_called(tx, RESOURCE, resource).id]
    else:
        ids = [each.id for each in question.setup.resources.values()]
    return question, [explaining.window(each) if at is None else explaining.at(each, at) for each in ids]


def ask(tx: Connection, wish: Wish, *, by: Actor, now: datetime) -> Question:
    """Read what the wish is answered from. Calendars are read as everybody may: when they are busy, never with what."""
    if wish.end - wish.start > _LONGEST:
        raise Invalid("Slots are looked for in a year at most.")
    setup = read_setup(tx)
    if not setup.sites:
        raise Invalid("There is no site yet; regarding site new makes one.")
    zone = wish.zone or next(iter(setup.sites.values())).state["zone"]
    asked = thing_called(tx, SERVICE, wish.service)
    service = service_value(asked.id, asked.state, keys_of(setup), zone)
    request = Request(
        service,
        wish.start,
        wish.end,
        wish.area,
        wish.units,
        frozenset(thing_called(tx, RESOURCE, name).id for name in wish.preferred),
        frozenset(thing_called(tx, RESOURCE, name).id for name in wish.excluded),
        wish.order,
        wish.limit,
    )
    empty = World({}, travel=travel_value(setup))
    span = load(empty, request).span
    world = read_world(tx, setup, span.start, span.at(span.length), but=wish.but, by=by, now=now)
    return Question(setup, request, Loaded(world, span), zone)


def read_world(
    tx: Connection,
    setup: Setup,
    start: datetime,
    end: datetime,
    *,
    but: Collection[int] = (),
    by: Actor,
    now: datetime,
) -> World:
    """All resources, with what occupies them in [start, end) and what is known of their calendars."""
    things = tuple(setup.resources.values())
    occupied = occupied_in(tx, [each.id for each in things], start, end, but=but)
    turns = last_turns(tx) if _takes_turns(setup) else {}
    known = read_resources(tx, setup, things, start, end, occupied=occupied, by=by, now=now)
    resources = {key: replace(each, last_turn=turns.get(key)) for key, each in known.items()} if turns else known
    return World(resources, groups_of(setup), sites_of(setup), travel_value(setup))


def read_resources(
    tx: Connection,
    setup: Setup,
    things: Iterable[Thing],
    start: datetime,
    end: datetime,
    *,
    occupied: Mapping[int, Sequence[Booked]],
    by: Actor,
    now: datetime,
) -> dict[int, Resource]:
    """These resources by key, with their hours, what is known of their calendars in [start, end), and the bookings that
    are given."""
    hours: dict[str, WorkHours] = {}
    held = KnownCalendars(tx, setup, start, end, by=by, now=now)
    return {each.id: held.read_into(each, _resource(setup, each, hours, occupied.get(each.id, ()))) for each in things}


def groups_of(setup: Setup) -> dict[int, Group]:
    """The groups by key."""
    keys = keys_of(setup)
    return {
        each.id: Group(
            each.id,
            each.name,
            tuple(keys[uid] for uid in each.state["resources"] if uid in keys),
            tuple(keys[uid] for uid in each.state["groups"] if uid in keys),
        )
        for each in setup.groups.values()
    }


def sites_of(setup: Setup) -> dict[int, Site]:
    """The sites by key."""
    return {
        each.id: Site(each.id, each.name, each.state["zone"], dates_from(each.state["closures"]))
        for each in setup.sites.values()
    }


def work_hours(setup: Setup, each: Thing) -> WorkHours | None:
    """When a resource works."""
    return _hours(setup, each, {})


def services_of(setup: Setup, zone: str) -> list[Service]:
    """All services, with starts counted on the clocks of the zone."""
    keys = keys_of(setup)
    return [service_value(each.id, each.state, keys, zone) for each in setup.services.values()]


def keys_of(setup: Setup) -> dict[str, int]:
    """The keys of resources and groups by uid."""
    return {uid: each.id for things in (setup.resources, setup.groups) for uid, each in things.items()}


def travel_value(setup: Setup) -> Travel:
    """The ways between areas."""
    minutes = dict(setup.travel)
    default = minutes.pop(_ANYWHERE, 0)
    return Travel(minutes, default)


def _resource(setup: Setup, each: Thing, known: dict[str, WorkHours], occupied: Sequence[Booked]) -> Resource:
    return Resource(
        each.id,
        each.name,
        ResourceKind(each.state["kind"]),
        setup.sites[each.state["site"]].id,
        setup.area_of(each),
        each.state["capacity"],
        each.state["skills"],
        _hours(setup, each, known),
        (),
        occupied,
    )


def _hours(setup: Setup, each: Thing, known: dict[str, WorkHours]) -> WorkHours | None:
    """Resources with the same hours share them, which the search works out once."""
    stored, off, zone = each.state["hours"], each.state["time_off"], setup.zone_of(each)
    if not stored:
        return None
    key = f"{zone} {stored} {off}"
    if key not in known:
        known[key] = _hours_value(worked_from(stored), zone, off)
    return known[key]


def _hours_value(worked: Worked, zone: str, off: Iterable[Mapping[str, str]]) -> WorkHours:
    away = tuple(
        TimeOff(datetime.fromisoformat(one["starts_at"]), datetime.fromisoformat(one["ends_at"]), one["reason"])
        for one in off
    )
    patterns = tuple(Pattern(first, week) for first, week in worked.weeks.items())
    return WorkHours(zone, patterns, worked.dates, away)


def _takes_turns(setup: Setup) -> bool:
    return any("round_robin" in str(each.state["rule"]) for each in setup.services.values())
