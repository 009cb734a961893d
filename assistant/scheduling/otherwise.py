"""Doing a step of a plan otherwise than is proposed: what is asked of the search for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import Wish
from assistant.scheduling.plans import Proposal, Step
from store.actor import Actor
from store.errors import NotFound
from store.kept.sorts import read_states as read_things
from store.records.state import read_states
from store.scheduling.reading import Setup, read_setup
from store.scheduling.sorts import WAITING

_WEEK = timedelta(days=7)


def wish_for(tx: Connection, proposal: Proposal, step: Step, *, by: Actor, now: datetime) -> Wish:
    """The wish for another slot of a step, a week from the day on which it stands or may begin.

    A resource that the plan takes away is not asked. Raises NotFound for what is gone.
    """
    setup = read_setup(tx)
    uid = str(dict(step.rests_on or {}).get("service"))
    if uid not in setup.services:
        raise NotFound(f"the service of {step.title} is not there any more")
    service = setup.services[uid].name
    without = _taken_away(proposal, setup)
    if step.was is None:
        state, begins = _waiting(tx, step), now
        begins = max(now, datetime.fromisoformat(state["earliest"]))
        return Wish(service, begins, begins + _WEEK, state["area"], state["units"], excluded=without)
    stored = read_states(tx, [step.uid]).get(step.uid)
    if stored is None or stored.deleted:
        raise NotFound(f"{step.number} is not there any more")
    units = max((each.units for each in step.was.seats), default=1)
    who = tuple(each.name for each in step.was.seats if each.name not in without)
    begins = max(now, step.was.start - timedelta(hours=12))
    area = stored.state.get("area") or ""
    return Wish(service, begins, begins + _WEEK, area, units, who, without, but=(stored.record_id,))


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
