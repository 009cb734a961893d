"""The wait list placed, and bookings that may still move, so that all fits with little travel. Nothing is written.

What there is is read once (`optimise_asking.pose_plan`). The search goes on for as long as it is let, outside any
transaction, and tells of each plan that is better (`search`); any of these becomes a proposal beside today
(`proposal_of`). A plan that breaks a rule is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from zoneinfo import ZoneInfo

from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.rules import Slot
from assistant.scheduling.optimise.beside import beside
from assistant.scheduling.optimise.explaining import Change, ChangeKind, changes
from assistant.scheduling.optimise.greedy import greedy
from assistant.scheduling.optimise.improving import improved
from assistant.scheduling.optimise.model import Plan, Problem, Stop, faults, rank
from assistant.scheduling.optimise.ortools import ordered
from assistant.scheduling.optimise.posing import slots_of
from assistant.scheduling.optimise.routes import Routes
from assistant.scheduling.optimise.settling import WORTH, settled
from assistant.scheduling.plans.posing import Candidate, Posing, Replan
from assistant.scheduling.plans.proposals import Figures, PlanKind, Proposal, Stand, Step
from assistant.scheduling.plans.stands import stand_at, stand_of

_TURN = 2.0  # seconds of one engine
_EXPLAINED = 40  # of those that are not placed, the most important ones


@dataclass(frozen=True, slots=True)
class Progress:
    """What a plan comes to, for whoever watches: of the `wanted` on the wait list so many are `placed`; the minutes on
    the way today, and with the plan."""

    wanted: int
    placed: int
    travel_today: int
    travel: int


def within(seconds: float, *, stopped: Callable[[], bool] = lambda: False) -> Callable[[], float]:
    """The share of so many seconds that is gone from now on; all of it once it is stopped."""
    started = monotonic()
    return lambda: 1.0 if stopped() else (monotonic() - started) / seconds


def first_plan(posing: Posing) -> Plan:
    """What stands today, with the rest where it fits at once."""
    plan = greedy(_narrowed(posing.problem, posing.today.stops), posing.today)
    return posing.today if faults(posing.problem, plan) else plan


def search(
    posing: Posing,
    spent: Callable[[], float],
    *,
    better: Callable[[Plan], None] = lambda plan: None,
    seed: int = 0,
) -> Plan:
    """The best plan that is found while `spent`, the share of the time that is gone, is below 1; never worse than the
    first one. `better` hears of each plan that is better than those before it, the first one at once."""
    problem, best = posing.problem, first_plan(posing)
    better(best)

    def heard(plan: Plan) -> None:
        nonlocal best
        if not faults(problem, plan):
            best = plan
            better(plan)

    improved(problem, _as_early(problem, best), spent, better=heard, seed=seed)
    return best


def search_with_ortools(
    posing: Posing,
    seconds: float,
    *,
    stopped: Callable[[], bool] = lambda: False,
    better: Callable[[Plan], None] = lambda plan: None,
    seed: int = 0,
) -> Plan:
    """As `search`, for so many seconds: half of them alone, then in turns with OR-Tools, each going on from the best
    plan so far. Raises ImportError where that is not installed."""
    spent = within(seconds, stopped=stopped)
    problem, best = posing.problem, search(posing, lambda: 2 * spent(), better=better, seed=seed)
    while problem.tasks and (left := (1 - spent()) * seconds) > 0:
        seed, turn = seed + 1, min(_TURN, left / 2)
        begun = ordered(problem, _as_early(problem, best), turn)
        found = improved(problem, begun, within(turn, stopped=stopped), seed=seed)
        if rank(problem, found) < rank(problem, best) and not faults(problem, found):
            best = found
            better(best)
    return best


def progress_of(posing: Posing, plan: Plan) -> Progress:
    """What a plan comes to."""
    new = [each.number for each in posing.candidates.values() if each.booking is None]
    placed = {each.task_id for each in plan.stops}
    return Progress(len(new), sum(each in placed for each in new), posing.today.travel, plan.travel)


def proposal_of(posing: Posing, plan: Plan) -> Proposal:
    """A plan as steps from today, with no more moved than it takes; what no route can hold stands beside it where it
    fits. Of what is not placed, what single change would place it."""
    plan = _kept(posing, plan)
    slots = slots_of(posing.loaded, posing.posed, plan)
    wanted = posing.posed.wanted
    more = beside(posing.loaded, slots, [wanted[each] for each in (*slots, *posing.posed.left_out)], posing.now)
    told = progress_of(posing, plan)
    figures = Figures(told.wanted, told.placed + len(more), told.travel_today, told.travel)
    steps = tuple(_steps(posing, plan, slots | more))
    return Proposal(PlanKind.OPTIMISE, _name(posing), posing.zone, posing.now, steps, figures=figures)


def _kept(posing: Posing, plan: Plan) -> Plan:
    """The plan with what may as well stay where it is today; never worse than the first one."""
    problem, stands, least = posing.problem, posing.today.stops, first_plan(posing)
    for worth in (WORTH, 0):
        found = settled(problem, plan, stands, worth)
        if rank(problem, found) <= rank(problem, least) and not faults(problem, found):
            return found
    return least


def _steps(posing: Posing, plan: Plan, slots: Mapping[int, Slot]) -> Iterator[Step]:
    explained = _EXPLAINED
    for candidate in sorted(posing.candidates.values(), key=lambda each: (each.priority, each.number)):
        slot, booking = slots.get(candidate.number), candidate.booking
        to = None if slot is None else stand_at(slot, posing.setup)
        was = None if booking is None else stand_of(booking)
        number = "" if booking is None else booking.number
        if was is not None and (to is None or _alike(was, to)):
            continue
        reasons = slot.reasons if slot is not None else ()
        if slot is None and explained:
            explained -= 1
            reasons = tuple(_why(posing, plan, candidate))
        yield Step(candidate.uid, number, candidate.title, to, was, reasons, candidate.rests_on)


def _alike(one: Stand, other: Stand) -> bool:
    return one.start == other.start and {each.resource for each in one.seats} == {each.resource for each in other.seats}


def _why(posing: Posing, plan: Plan, candidate: Candidate) -> Iterator[str]:
    """Why it is not placed: why no route can hold it and that nothing else is free, else the single changes each of
    which would place it."""
    if candidate.number in posing.posed.left_out:
        yield f"{posing.posed.left_out[candidate.number]}, and nothing is free beside this plan"
        return
    found = changes(posing.problem, plan, candidate.number)
    yield from (_told(posing, each) for each in found)
    if not found:
        yield "no single change would place it"


def _told(posing: Posing, change: Change) -> str:
    """What would place it: "with 30 min of overtime Ann could do it on Tue 3 Mar at 17:15"."""
    shift = posing.problem.shifts[change.stop.shift]
    name = posing.loaded.world.resources[shift.resource_id].name
    before = posing.candidates[change.stop.task_id].request.service.before
    at = posing.loaded.span.at(change.stop.start + before).astimezone(ZoneInfo(posing.zone))
    when = f"{name} could do it on {at:%a %d %b} at {at:%H:%M}"
    match change.kind:
        case ChangeKind.OVERTIME:
            return f"with {change.minutes} min of overtime {when}"
        case ChangeKind.WINDOW:
            return f"{when}, {change.minutes} min outside its time"
        case ChangeKind.RESOURCE:
            return f"{when}, were it qualified for it"
        case ChangeKind.INSTEAD:
            other = posing.candidates[change.instead or 0].title
            return f"{when}, in place of {other}"


def _name(posing: Posing) -> str:
    zone = ZoneInfo(posing.zone)
    first, last = (at.astimezone(zone).date() for at in (posing.ask.start, posing.ask.end - MINUTE))
    also = {Replan.NOTHING: "", Replan.HOLDS: " and holds", Replan.ALL: " and bookings"}[posing.ask.replan]
    return f"the wait list{also}, {first}{'' if first == last else f' to {last}'}"


def _narrowed(problem: Problem, stands: Sequence[Stop]) -> Problem:
    """The same where what stands stays at its time."""
    starts = {each.task_id: each.start for each in stands}
    tasks = [
        replace(each, windows=((starts[each.id], starts[each.id] + each.duration),), every=1)
        if each.id in starts
        else each
        for each in problem.tasks
    ]
    return replace(problem, tasks=tasks)


def _as_early(problem: Problem, plan: Plan) -> Plan:
    """The plan on the same routes, with each job as early as it can be, as the search has them."""
    routes = Routes(problem)
    routes.follow(plan)
    return routes.plan()
