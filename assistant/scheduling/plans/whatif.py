"""What if: which bookings a change breaks, why, and how each of them can be done all the same. Nothing is written.

The world is read once, and the change is made to what was read. Seen is all that the change can break within a year,
and six weeks more, in which repairs are looked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import (
    keys_of,
    read_world,
    sites_of,
    travel_value,
    uncollected,
    work_hours,
)
from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.model import Booked, Resource
from assistant.scheduling.engine.reasons import about
from assistant.scheduling.engine.repairing import Broken, Repair, broken, newly_broken, repairs
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.engine.rules import Service
from assistant.scheduling.plans.changes import Change, Kept, Moved, as_json, lasts, state_after, thing_of, told
from assistant.scheduling.plans.proposals import PlanKind, Proposal, Step
from assistant.scheduling.plans.standing import as_ruled, as_seats
from assistant.scheduling.plans.stands import facts_of, stand_at, stand_of
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.queries.scheduling.bookings import BookedResource
from store.queries.scheduling.standing import OpenBooking, open_booking, open_bookings
from store.records.state import State, Stored, read_states
from store.scheduling.booking import Move, moved_state
from store.scheduling.reading import Thing, read_setup
from store.scheduling.staging import check_planner
from store.sla.hours import zone_named

_AFTER = timedelta(weeks=6)
_LONGEST = timedelta(days=366)
_MARGIN = timedelta(days=1)
#: What others' bookings say against one that moves: those are repaired.
_OTHERS = frozenset({Kind.BOOKED, Kind.CAPACITY, Kind.TRAVEL})
_MOMENTS = ("works_from", "works_until", "starts_at", "ends_at")


def what_if(tx: Connection, change: Change, *, zone: str = "", by: Actor, now: datetime) -> Proposal:
    """What a change breaks, with a repair for each booking; told on the clocks of `zone`, '' the first site's.

    Raises NotFound, Invalid, NotAllowed.
    """
    check_planner(by)
    with uncollected():
        asking = _Asking(tx, zone, by, now)
        return asking.moved(change) if isinstance(change, Moved) else asking.kept(change)


def as_it_stands(tx: Connection, until: datetime, *, zone: str = "", by: Actor, now: datetime) -> Proposal:
    """Which bookings until then, within a year, cannot be done as they stand, since somebody fell ill or hours changed
    after they were booked, with a repair for each. Raises Invalid, NotFound, NotAllowed."""
    check_planner(by)
    with uncollected():
        return _Asking(tx, zone, by, now).standing(min(until, now + _LONGEST))


class _Asking:
    """One what-if, with what is read for it."""

    def __init__(self, tx: Connection, zone: str, by: Actor, now: datetime) -> None:
        self._tx, self._by, self._now = tx, by, now
        self._setup = read_setup(tx)
        if not self._setup.sites:
            raise Invalid("There is no site yet; regarding site new makes one.")
        self._counted_in = str(next(iter(self._setup.sites.values())).state["zone"])
        self._zone = zone or self._counted_in
        self._keys = keys_of(self._setup)
        self._services = {each.id: each for each in self._setup.services.values()}

    def kept(self, change: Kept) -> Proposal:
        """What breaks when a resource or a site says something else."""
        setup, thing = self._setup, thing_of(self._setup, change)
        start, end = lasts(setup, change)
        state = state_after(change, thing.state)
        changed = Thing(thing.id, thing.uid, thing.name, state)
        touched = [each.id for each in setup.resources.values() if thing.uid in (each.uid, each.state["site"])]
        found = open_bookings(self._tx, touched, max(start, self._now), end)
        known, notes = self._known(found)
        near = [each for each in known if each.ends_at <= self._now + _LONGEST]
        before = self._loaded(near, max(start, self._now))
        if thing.uid in setup.sites:
            sites = sites_of(replace(setup, sites={**setup.sites, thing.uid: changed}))
            after = Loaded(replace(before.world, sites=sites), before.span)
        else:
            resource = before.world.resources[thing.id]
            after = before.replacing(replace(resource, hours=work_hours(setup, changed)))
        if far := len(known) - len(near):
            notes = (*notes, f"{far:,} bookings are more than a year ahead and were not looked at.")
        steps = self._steps(near, before, after)
        return self._proposal(told(setup, change), steps, change=as_json(change), notes=notes)

    def moved(self, change: Moved) -> Proposal:
        """What breaks when a booking is elsewhere."""
        booking = open_booking(self._tx, change.booking_id)
        if booking is None:
            raise Invalid("This booking is not open any more.")
        stored = read_states(self._tx, [booking.uid])[booking.uid]
        state = moved_state(self._tx, Move(stored, change.start, change.needs, change.minutes), self._now)
        there = self._there(booking, state)
        if there.ends_at > self._now + _LONGEST:
            raise Invalid("What a booking breaks is looked at a year ahead at most.")
        first = min(each.starts_at for each in there.resources) - _MARGIN
        last = max(each.ends_at for each in there.resources) + _MARGIN
        ids = {each.resource_id for each in there.resources}
        near, unknown = self._known(open_bookings(self._tx, ids, max(first, self._now), last))
        others = [each for each in near if each.booking_id != booking.booking_id]
        before = self._loaded([*others, booking, there], self._now)
        after = before.replacing(*_moved_in(before.world, booking, there))
        own = broken(after, [as_seats(there, self._service(there))])
        notes = (*(said for each in own for said in self._words(each, but=_OTHERS)), *unknown)
        facts = facts_of(stored.version, stored.state)
        asked = Step(
            booking.uid, booking.number, booking.title, stand_of(there), stand_of(booking), (), facts, asked=True
        )
        name = f"{booking.number} {booking.title} at {self._told(there.starts_at)} by {stand_of(there).who}"
        change_said = {"kind": "move", "booking": booking.uid}
        return self._proposal(name, [asked, *self._steps(others, before, after)], change=change_said, notes=notes)

    def standing(self, until: datetime) -> Proposal:
        """What cannot be done as it stands."""
        every = [each.id for each in self._setup.resources.values()]
        found, notes = self._known(open_bookings(self._tx, every, self._now, until))
        loaded = self._loaded(found, self._now)
        breaks = broken(loaded, [as_seats(each, self._service(each)) for each in found])
        name = f"the schedule stays as it is until {self._told(until)}"
        return self._proposal(name, self._mended(found, loaded, breaks), notes=notes)

    def _known(self, bookings: Sequence[OpenBooking]) -> tuple[list[OpenBooking], tuple[str, ...]]:
        """The bookings whose services are there still, and what is said of the others."""
        known = [each for each in bookings if each.service_id in self._services]
        others = (each.number for each in bookings if each.service_id not in self._services)
        notes = (f"The service of {number} is not there any more, so it was not looked at." for number in others)
        return known, tuple(notes)

    def _steps(self, bookings: Sequence[OpenBooking], before: Loaded, after: Loaded) -> list[Step]:
        """A step for each booking that breaks."""
        breaks = newly_broken(before, after, [as_seats(each, self._service(each)) for each in bookings])
        return self._mended(bookings, after, breaks)

    def _mended(self, bookings: Sequence[OpenBooking], after: Loaded, found: Sequence[Broken]) -> list[Step]:
        """A step for each of these that still breaks when those before it are mended."""
        by_number = {each.number: each for each in bookings}
        ruled = []
        for one in found:
            booking = by_number[one.planned.what]
            service = self._service(booking, self._counted_in)
            ruled.append(Broken(as_ruled(booking, service, after), one.reasons))
        mended = repairs(after, ruled, self._now)
        stored = read_states(self._tx, [by_number[each.broken.planned.what].uid for each in mended])
        return [self._step(by_number[each.broken.planned.what], stored, each) for each in mended]

    def _step(self, booking: OpenBooking, stored: Mapping[str, Stored], repair: Repair) -> Step:
        to = None if repair.slot is None else stand_at(repair.slot, self._setup)
        one = stored[booking.uid]
        words, facts = tuple(self._words(repair.broken)), facts_of(one.version, one.state)
        return Step(booking.uid, booking.number, booking.title, to, stand_of(booking), words, facts)

    def _loaded(self, bookings: Collection[OpenBooking], start: datetime) -> Loaded:
        """The world from now on until six weeks after all of these."""
        first = min([self._now, *(each.starts_at for each in bookings)])
        last = max([start, *(each.ends_at for each in bookings)])
        services = [self._service(each) for each in bookings]
        until = min(last + _AFTER, self._now + _LONGEST + _AFTER)
        span = span_for(services, first - _MARGIN, max(until, first + _MARGIN), travel_value(self._setup))
        world = read_world(self._tx, self._setup, span.start, span.at(span.length), by=self._by, now=self._now)
        return Loaded(world, span)

    def _service(self, booking: OpenBooking, zone: str = "") -> Service:
        """Its service, with starts counted, and times told, on the clocks of a zone, '' the one that was asked for."""
        thing = self._services.get(booking.service_id)
        if thing is None:
            raise NotFound(f"the service of {booking.number} is not there any more")
        return service_value(thing.id, thing.state, self._keys, zone or self._zone)

    def _there(self, booking: OpenBooking, state: State) -> OpenBooking:
        """The booking as the state of its move says."""
        resources = tuple(self._booked(one) for one in state["resources"])
        starts_at, ends_at = (datetime.fromisoformat(state[name]) for name in ("starts_at", "ends_at"))
        return replace(booking, starts_at=starts_at, ends_at=ends_at, resources=resources)

    def _booked(self, one: Mapping[str, Any]) -> BookedResource:
        thing = self._setup.resources[one["resource"]]
        begin, done, first, last = (datetime.fromisoformat(one[name]) for name in _MOMENTS)
        kind = str(thing.state["kind"])
        return BookedResource(
            thing.id, thing.uid, thing.name, kind, begin, done, first, last, one["units"], one["part"]
        )

    def _words(self, one: Broken, *, but: Collection[Kind] = ()) -> Iterable[str]:
        names = {each.id: each.name for each in self._setup.resources.values()}
        for resource_id, reasons in one.reasons:
            for each in reasons:
                if each.kind not in but:
                    yield about(names.get(resource_id, "what it needs"), each.kind, each.words)

    def _proposal(
        self,
        name: str,
        steps: Iterable[Step],
        *,
        change: Mapping[str, str | bool] | None = None,
        notes: tuple[str, ...] = (),
    ) -> Proposal:
        return Proposal(PlanKind.WHATIF, name, self._zone, self._now, tuple(steps), change, notes)

    def _told(self, at: datetime) -> str:
        return f"{at.astimezone(zone_named(self._zone)):%a %Y-%m-%d %H:%M}"


def _moved_in(world: World, booking: OpenBooking, there: OpenBooking) -> list[Resource]:
    """The resources that a booking leaves and those that it needs then, as they are then."""
    ids = {each.resource_id for each in (*booking.resources, *there.resources)}
    found = []
    for resource_id in ids & world.resources.keys():
        resource = world.resources[resource_id]
        stay = [each for each in resource.bookings if each.what != booking.number]
        come = [
            Booked(each.starts_at, each.ends_at, each.units, booking.number, there.area)
            for each in there.resources
            if each.resource_id == resource_id
        ]
        found.append(replace(resource, bookings=[*stay, *come]))
    return found
