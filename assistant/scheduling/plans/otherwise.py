"""Doing a step of a plan otherwise than is proposed: what is asked of the search for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import Wish, keys_of
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.plans.proposals import Proposal, Step
from assistant.scheduling.plans.standing import units_asked
from store.actor import Actor
from store.errors import Invalid, NotFound
from store.kept.sorts import read_states as read_things
from store.queries.scheduling.bookings import booking_facts
from store.records.state import read_states
from store.scheduling.reading import Setup, Thing, read_setup
from store.scheduling.sorts import WAITING

_WEEK = timedelta(days=7)


def wish_for(tx: Connection, proposal: Proposal, step: Step, *, by: Actor, now: datetime) -> Wish:
    """The wish for another slot of a step, a week from the day on which it stands; of somebody who waits within the
    time, and by whom, they wait for.

    A resource that the plan takes away is not asked. Raises NotFound for what is gone, and Invalid where the time is
    over.
    """
    setup = read_setup(tx)
    uid = str(dict(step.rests_on or {}).get("service"))
    if uid not in setup.services:
        raise NotFound(f"the service of {step.title} is not there any more")
    service = setup.services[uid]
    without = _taken_away(proposal, setup)
    if step.was is None:
        return _wish_of(_waiting(tx, step), service.name, setup, without, now)
    stored = read_states(tx, [step.uid]).get(step.uid)
    if stored is None or stored.deleted:
        raise NotFound(f"{step.number} is not there any more")
    units = _units(((each.part, each.units) for each in step.was.seats), service, setup)
    there = (setup.resources[each.resource].name for each in step.was.seats if each.resource in setup.resources)
    who = tuple(name for name in dict.fromkeys(there) if name not in without)
    begins = max(now, step.was.start - timedelta(hours=12))
    area = stored.state.get("area") or ""
    return Wish(service.name, begins, begins + _WEEK, area, units, who, without, but=(stored.record_id,))


def units_of(tx: Connection, booking_id: int, *, by: Actor) -> int:
    """How many times the units of its service's rule a booking takes. Raises NotFound for a service that is gone."""
    facts, setup = booking_facts(tx, [booking_id])[booking_id], read_setup(tx)
    service = next((each for each in setup.services.values() if each.id == facts.service_id), None)
    if service is None:
        raise NotFound(f"the service {facts.service} is not there any more")
    return _units(((each.part, each.units) for each in facts.resources), service, setup)


def _units(booked: Iterable[tuple[str, int]], service: Thing, setup: Setup) -> int:
    return units_asked(booked, service_value(service.id, service.state, keys_of(setup), "UTC"))


def _wish_of(state: Mapping[str, Any], service: str, setup: Setup, without: Sequence[str], now: datetime) -> Wish:
    """What an entry of the wait list wishes for, in its first week."""
    begins, latest = max(now, datetime.fromisoformat(state["earliest"])), datetime.fromisoformat(state["latest"])
    if latest <= begins:
        raise Invalid(f"The time for which {state['name']} waits is over.")
    preferred, excluded = (
        tuple(setup.resources[uid].name for uid in state["wishes"].get(name, ()) if uid in setup.resources)
        for name in ("preferred", "excluded")
    )
    end = min(begins + _WEEK, latest)
    excluded = tuple(dict.fromkeys((*excluded, *without)))
    return Wish(service, begins, end, state["area"], state["units"], preferred, excluded)


def _waiting(tx: Connection, step: Step) -> Mapping[str, Any]:
    stored = read_things(tx, WAITING, [step.uid]).get(step.uid)
    if stored is None or stored.deleted:
        raise NotFound(f"{step.title} is not on the wait list any more")
    return stored.state


def _taken_away(proposal: Proposal, setup: Setup) -> tuple[str, ...]:
    change = proposal.change or {}
    if change.get("kind") in ("off", "without") and change["resource"] in setup.resources:
        return (setup.resources[change["resource"]].name,)
    return ()
