"""What is to be planned, read from the store once: who waits, which bookings may move, and what else there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import keys_of, read_world, travel_value, uncollected
from assistant.scheduling.engine.loaded import Loaded, span_for
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.model import Booked, Resource
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.engine.rules import Request
from assistant.scheduling.optimise.model import Plan, Problem, Task
from assistant.scheduling.optimise.posing import Posed, Wanted, pose
from assistant.scheduling.optimise.routes import Routes
from assistant.scheduling.optimise.settling import pinned
from assistant.scheduling.plans.standing import units_asked
from assistant.scheduling.plans.stands import facts_of, wishes_of
from assistant.scheduling.waiting.wishing import request_of
from store.actor import Actor
from store.errors import Invalid
from store.kept.sorts import read_states as read_things
from store.queries.scheduling.standing import OpenBooking, open_bookings
from store.queries.scheduling.waiting import wait_list
from store.records.state import read_states
from store.scheduling.reading import Setup, read_setup
from store.scheduling.sorts import WAITING
from store.scheduling.staging import check_planner
from store.scheduling.waiting import CUSTOMERS

_LONGEST = timedelta(days=367)  # a year of days on the wall
_BOOKED = 0  # the priority of what is booked already: nothing takes its place


class Replan(StrEnum):
    """Which of the bookings that are not locked and have not begun may move."""

    NOTHING = "nothing"
    HOLDS = "holds"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be planned: all that is done between `start` and `end`."""

    start: datetime
    end: datetime
    replan: Replan = Replan.NOTHING


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be placed, known to the search by its number: an entry of the wait list, or a booking."""

    number: int
    uid: str
    title: str
    request: Request
    priority: int
    rests_on: Mapping[str, Any]
    booking: OpenBooking | None = None


@dataclass(frozen=True)
class Posing:
    """All that a plan is worked out from, as it was read at `now`. `today` is where bookings that may move stand; what
    does not stand by the rules stays where it is and is no candidate."""

    ask: Ask
    zone: str
    now: datetime
    setup: Setup
    loaded: Loaded
    posed: Posed
    candidates: Mapping[int, Candidate]
    today: Plan

    @property
    def problem(self) -> Problem:
        return self.posed.problem


def pose_plan(tx: Connection, ask: Ask, *, zone: str = "", by: Actor, now: datetime) -> Posing:
    """What there is to plan; told on the clocks of `zone`, '' the first site's. Raises Invalid, NotAllowed."""
    check_planner(by)
    if ask.end <= max(ask.start, now):
        raise Invalid("The time that is planned must end after it begins, and after now.")
    if ask.end - max(ask.start, now) > _LONGEST:
        raise Invalid("A year at most is planned.")
    with uncollected():
        return _Asking(tx, ask, zone, by, now).posing()


class _Asking:
    """One plan, with what is read for it."""

    def __init__(self, tx: Connection, ask: Ask, zone: str, by: Actor, now: datetime) -> None:
        self._tx, self._ask, self._by, self._now = tx, ask, by, now
        self._setup = read_setup(tx)
        if not self._setup.sites:
            raise Invalid("There is no site yet; regarding site new makes one.")
        counted_in = str(next(iter(self._setup.sites.values())).state["zone"])
        self._zone = zone or counted_in
        self._start = max(ask.start, now)
        keys = keys_of(self._setup)
        things = self._setup.services.values()
        self._services = {each.id: service_value(each.id, each.state, keys, counted_in) for each in things}

    def posing(self) -> Posing:
        numbered = [*self._waiting(), *self._bookings()]
        candidates = {number: replace(each, number=number) for number, each in enumerate(numbered)}
        moving = [each.booking for each in candidates.values() if each.booking is not None]
        services = [each.request.service for each in candidates.values()] or list(self._services.values())
        span = span_for(services, self._start, self._ask.end, travel_value(self._setup))
        world = read_world(
            self._tx,
            self._setup,
            span.start,
            span.at(span.length),
            but=[each.booking_id for each in moving],
            by=self._by,
            now=self._now,
        )
        loaded = Loaded(world, span)
        while True:
            posed = pose(loaded, [_wanted(each) for each in candidates.values()], self._now)
            posed = _with_own_times(posed, loaded, candidates)
            today, astray = _today(posed, loaded, candidates)
            if not astray:
                return Posing(self._ask, self._zone, self._now, self._setup, loaded, posed, candidates, today)
            loaded = loaded.replacing(*_given_back(loaded, [candidates.pop(number) for number in astray]))

    def _waiting(self) -> list[Candidate]:
        rows = wait_list(self._tx, ("waiting",), by=self._by)
        stored = read_things(self._tx, WAITING, [each.uid for each in rows])
        found = []
        for row in rows:
            state = stored[row.uid].state
            service = self._services.get(row.service_id)
            if service is None or any(state[kind] and getattr(row, kind) is None for kind in CUSTOMERS):
                continue  # the service, or the customer, was deleted: nothing can be booked for them
            request = request_of(state, self._setup, service, self._start, self._ask.end)
            if request is not None:
                found.append(Candidate(0, row.uid, row.name, request, row.priority, wishes_of(state)))
        return found

    def _bookings(self) -> list[Candidate]:
        """The bookings that may move: all of them lies in the time that is planned."""
        if self._ask.replan is Replan.NOTHING:
            return []
        ids = [each.id for each in self._setup.resources.values()]
        found = [
            each
            for each in open_bookings(self._tx, ids, self._start, self._ask.end)
            if not each.locked
            and each.starts_at >= self._start
            and each.ends_at <= self._ask.end
            and (self._ask.replan is Replan.ALL or each.status == "hold")
            and each.service_id in self._services
        ]
        stored = read_states(self._tx, [each.uid for each in found])
        return [
            Candidate(
                0,
                each.uid,
                each.title,
                self._request_of(each),
                _BOOKED,
                facts_of(stored[each.uid].version, stored[each.uid].state),
                each,
            )
            for each in found
        ]

    def _request_of(self, booking: OpenBooking) -> Request:
        service = replace(self._services[booking.service_id], notice=0)
        units = units_asked(((each.part, each.units) for each in booking.resources), service)
        if not service.days:
            service = replace(service, duration=(booking.ends_at - booking.starts_at) // MINUTE, on_end=True)
        return Request(service, self._start, self._ask.end, booking.area, units)


def _wanted(candidate: Candidate) -> Wanted:
    return Wanted(candidate.number, candidate.request, candidate.priority)


def _with_own_times(posed: Posed, loaded: Loaded, candidates: Mapping[int, Candidate]) -> Posed:
    """Each booking may also stay at its time, which need not be on the grid."""
    tasks = []
    for task in posed.problem.tasks:
        start = _own_start(candidates[task.id], task, loaded)
        if start is not None:
            task = replace(task, windows=(*task.windows, (start, start + task.duration)))
        tasks.append(task)
    return replace(posed, problem=replace(posed.problem, tasks=tasks))


def _today(posed: Posed, loaded: Loaded, candidates: Mapping[int, Candidate]) -> tuple[Plan, list[int]]:
    """Where the bookings stand, and the numbers of those that do not stand by the rules of the problem."""
    routes, astray = Routes(posed.problem), list[int]()
    tasks = {each.id: each for each in posed.problem.tasks}
    shifts = defaultdict[int, list[int]](list)
    for number, shift in enumerate(posed.problem.shifts):
        shifts[shift.resource_id].append(number)
    moving = [(each.booking, each.number) for each in candidates.values() if each.booking is not None]
    for booking, number in sorted(moving, key=lambda one: (one[0].starts_at, one[1])):
        task = tasks.get(number)
        start = None if task is None else _own_start(candidates[number], task, loaded)
        if task is None or start is None:
            astray.append(number)
            continue
        who = booking.resources[0].resource_id
        item = pinned(routes.item(task), start)
        fit = routes.cheapest(item, shifts[who] if who in task.resources else ())
        if fit is None:
            astray.append(number)
        else:
            routes.place(item, fit)
    return routes.plan(), astray


def _own_start(candidate: Candidate, task: Task, loaded: Loaded) -> int | None:
    """The minute from which a booking occupies its resource; None where more than one or only a part is booked."""
    booking = candidate.booking
    if booking is None or len(booking.resources) != 1:
        return None
    [one] = booking.resources
    first, last = loaded.span.floor(one.starts_at), loaded.span.ceil(one.ends_at)
    return first if last - first == task.duration else None


def _given_back(loaded: Loaded, astray: Collection[Candidate]) -> list[Resource]:
    """The resources of bookings that stay where they are, with these."""
    found: dict[int, Resource] = {}
    for each in astray:
        for one in each.booking.resources if each.booking else ():
            if one.resource_id not in loaded.world.resources:
                continue
            resource = found.get(one.resource_id) or loaded.world.resources[one.resource_id]
            what, area = each.booking.number if each.booking else "", each.request.area
            booked = Booked(one.starts_at, one.ends_at, one.units, what, area)
            found[resource.id] = replace(resource, bookings=[*resource.bookings, booked])
    return list(found.values())
