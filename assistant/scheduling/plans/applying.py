"""A plan is carried out: the change and every step of it in one transaction, as one operation, or nothing at all.

What a step rests on is compared with what there is now; where anything differs nothing is overwritten. Capacity is
checked where it always is (store.scheduling.effects); that whoever is given a job is at work and knows how, is looked
at once more when all is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from assistant.scheduling.plans.changes import Kept, from_json, sort_of, state_after, thing_of
from assistant.scheduling.plans.checking import check_steps
from assistant.scheduling.plans.proposals import Proposal, Stand, Step, as_body, from_body
from assistant.scheduling.plans.stands import facts_of, needs_at, wishes_of
from store.actor import Actor
from store.errors import Invalid, NotFound, Stale
from store.history.ledger import Change, merged, record_operation
from store.kept.keeping import put
from store.kept.sorts import read_states as read_things
from store.records.state import Stored, read_states
from store.scheduling.booking import Move, Need, Put, put_booking, put_moves
from store.scheduling.reading import Setup, read_setup
from store.scheduling.sorts import WAITING
from store.scheduling.staging import Staged, check_planner, settle, stage_body, staged
from store.scheduling.waiting import held_for, put_offered

_NAMED = 5  # of what changed meanwhile, in one sentence


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the bookings that moved and those that were made, by key, and the operation that undoes it."""

    moved: tuple[int, ...]
    made: tuple[int, ...]
    left: tuple[Step, ...]
    operation_uid: str


def stage(tx: Connection, proposal: Proposal, *, by: Actor, now: datetime) -> Staged:
    """Keep a proposal until it is applied or dropped. Raises NotAllowed."""
    key, _ = stage_body(tx, proposal.kind.value, proposal.name, as_body(proposal), by=by, now=now)
    return staged(tx, key, by=by)


def apply_staged(tx: Connection, plan_id: int, without: Collection[str] = (), *, by: Actor, now: datetime) -> Applied:
    """Apply a plan that is staged, without the steps of these uids. As `apply`, and raises Invalid for one that was
    applied or dropped."""
    plan = staged(tx, plan_id, by=by)
    return apply(tx, from_body(plan.body).without(without), plan=plan, by=by, now=now)


def apply(tx: Connection, proposal: Proposal, *, plan: Staged | None = None, by: Actor, now: datetime) -> Applied:
    """Carry out what is proposed. Raises Stale naming what changed meanwhile, Taken, Invalid, NotFound, NotAllowed."""
    check_planner(by)
    return _Applying(tx, proposal, by, now).all(plan)


class _Applying:
    def __init__(self, tx: Connection, proposal: Proposal, by: Actor, now: datetime) -> None:
        self._tx, self._proposal, self._by, self._now = tx, proposal, by, now
        steps = proposal.done
        self._moves = [each for each in steps if not each.is_new]
        self._new = [each for each in steps if each.is_new]
        self._bookings = read_states(tx, [each.uid for each in self._moves])
        self._waiting = read_things(tx, WAITING, [each.uid for each in self._new])

    def all(self, plan: Staged | None) -> Applied:
        changes = [] if plan is None else [settle(self._tx, plan, "applied")]
        if changed := list(self._changed()):
            more = f" and {len(changed) - _NAMED:,} more" if len(changed) > _NAMED else ""
            raise Stale(", ".join(changed[:_NAMED]) + more)
        setup = read_setup(self._tx)
        changes += self._change(setup)
        keys = {uid: each.id for uid, each in setup.resources.items()}
        moves = [self._move(each, keys) for each in self._moves]
        changes += put_moves(self._tx, moves, by=self._by, now=self._now)
        made = [self._book(each, setup, keys) for each in self._new]
        changes += [change for each, offered in made for change in (each.change, offered)]
        if not (moves or made or self._proposal.change):
            raise Invalid("There is nothing to do in this plan.")
        moved = tuple(each.stored.record_id for each in moves)
        new = tuple(each.record_id for each, _ in made)
        proposed = [key for each, key in zip(self._moves, moved, strict=True) if not each.asked]
        check_steps(self._tx, [*proposed, *new], by=self._by, now=self._now)
        summary = f"Planned: {self._proposal.name}"
        uid = record_operation(self._tx, "apply_plan", summary, merged(changes), by=self._by, now=self._now)
        return Applied(moved, new, self._proposal.left, uid)

    def _changed(self) -> Iterator[str]:
        """The names of what is not any more as it was when this was worked out."""
        for each in self._moves:
            stored = self._bookings.get(each.uid)
            if stored is None or stored.deleted or not _as_it_was(each, stored):
                yield f"{each.number} {each.title}"
        for each in self._new:
            entry = self._waiting.get(each.uid)
            if entry is None or entry.deleted or wishes_of(entry.state) != dict(each.rests_on or {}):
                yield each.title

    def _change(self, setup: Setup) -> list[Change]:
        """What was asked of a what-if, where it is about a resource or a site."""
        body = self._proposal.change
        if body is None or body["kind"] == "move":
            return []
        change: Kept = from_json(body)
        thing = thing_of(setup, change)
        state = state_after(change, thing.state)
        return [put(self._tx, sort_of(change), thing.id, state, by=self._by, now=self._now).change]

    def _move(self, step: Step, keys: Mapping[str, int]) -> Move:
        stand = _there(step)
        starts_at = None if step.was is not None and step.was.start == stand.start else stand.start
        return Move(self._bookings[step.uid], starts_at, _needs(stand, keys), stand.minutes)

    def _book(self, step: Step, setup: Setup, keys: Mapping[str, int]) -> tuple[Put, Change]:
        """A booking on hold for somebody on the wait list, who is offered it."""
        entry, stand = self._waiting[step.uid], _there(step)
        service = setup.services[entry.state["service"]].id
        values = held_for(entry.state)
        needs = _needs(stand, keys)
        made = put_booking(self._tx, service, stand.start, needs, values=values, by=self._by, now=self._now)
        return made, put_offered(self._tx, entry.id, made.uid, "offered", by=self._by, now=self._now)


def _there(step: Step) -> Stand:
    if step.to is None:
        raise Invalid(f"No way was found for {step.title}.")
    return step.to


def _needs(stand: Stand, keys: Mapping[str, int]) -> list[Need]:
    """Whom and what a stand needs. Raises NotFound for who is gone."""
    for each in stand.seats:
        if each.resource not in keys:
            raise NotFound(f"the resource {each.name} is not there any more")
    return needs_at(stand, keys)


def _as_it_was(step: Step, stored: Stored) -> bool:
    """Whether a booking stands as it did; an edit of what the plan does not bear on is none of its business."""
    rests_on = dict(step.rests_on or {})
    return stored.version == rests_on["version"] or facts_of(rests_on["version"], stored.state) == rests_on
