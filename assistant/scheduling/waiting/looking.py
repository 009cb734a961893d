"""Looking for slots that came free for those who wait: the more important first, each counting on those before it.

Nothing is remembered but what stands in the store, so it may run at any time, in any process. What is found is written
down and told once; offering it is for people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from assistant.scheduling.asking import keys_of, read_world, travel_value, uncollected
from assistant.scheduling.engine.loaded import Loaded, span_for
from assistant.scheduling.engine.model import Booked
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.engine.rules import Request, Slot
from assistant.scheduling.engine.search import first_slot
from assistant.scheduling.waiting.wishing import request_of
from store.actor import SYSTEM
from store.engine import Store
from store.scheduling.looking import due_waiting, keep_slot, passed_waiting, withdraw_passed
from store.scheduling.reading import Setup, read_setup


@dataclass(frozen=True)
class _Looking:
    """What is looked for, by the keys of entries, and all that is known."""

    setup: Setup
    zone: str
    states: Mapping[int, Mapping[str, Any]]
    requests: Mapping[int, Request]
    loaded: Loaded | None


def look_for_freed(store: Store, *, now: datetime) -> int:
    """Find the first slot for everybody who waits, if anything changed; who waited in vain is withdrawn. Returns how
    many were looked at."""
    with store.read() as tx:
        over = passed_waiting(tx, now=now)
        states = due_waiting(tx, now=now)
        looking = _read(tx, states, now) if states else None
    if over:
        with store.write() as tx:
            for each in over:
                withdraw_passed(tx, each, now=now)
    if looking is None:
        return 0
    with uncollected():
        found = _slots(looking, now)
    with store.write() as tx:
        for key, state in looking.states.items():
            slot = found.get(key)
            kept = {} if slot is None else _kept(looking.setup, slot)
            keep_slot(tx, key, state, kept, "" if slot is None else _said(looking, slot), now=now)
    return len(looking.states)


def _read(tx: Connection, states: Mapping[int, Mapping[str, Any]], now: datetime) -> _Looking:
    setup = read_setup(tx)
    zone = str(next(iter(setup.sites.values())).state["zone"]) if setup.sites else "UTC"
    keys = keys_of(setup)
    services = {uid: service_value(each.id, each.state, keys, zone) for uid, each in setup.services.items()}
    known = {key: state for key, state in states.items() if state["service"] in services}
    asked = {key: request_of(state, setup, services[state["service"]], now) for key, state in known.items()}
    requests = {key: request for key, request in asked.items() if request is not None}
    if not requests or not setup.sites:
        return _Looking(setup, zone, states, {}, None)
    first, last = min(each.start for each in requests.values()), max(each.end for each in requests.values())
    with uncollected():
        span = span_for([each.service for each in requests.values()], first, last, travel_value(setup))
        world = read_world(tx, setup, span.start, span.at(span.length), by=SYSTEM, now=now)
    return _Looking(setup, zone, states, requests, Loaded(world, span))


def _slots(looking: _Looking, now: datetime) -> dict[int, Slot]:
    """The first slot of each, by key; nobody is told of one that goes to somebody more important."""
    found: dict[int, Slot] = {}
    loaded = looking.loaded
    for key, request in looking.requests.items():
        slot = None if loaded is None else first_slot(loaded, request, now)
        if loaded is not None and slot is not None:
            found[key] = slot
            loaded = _taken(loaded, request, slot)
    return found


def _taken(loaded: Loaded, request: Request, slot: Slot) -> Loaded:
    resources = dict(loaded.world.resources)
    for each in slot.assignments:
        resource = resources[each.resource_id]
        taken = Booked(each.occupied_start, each.occupied_end, each.units, "", request.area)
        resources[resource.id] = replace(resource, bookings=[*resource.bookings, taken])
    return loaded.replacing(*(resources[each.resource_id] for each in slot.assignments))


def _kept(setup: Setup, slot: Slot) -> dict[str, Any]:
    uids = {each.id: uid for uid, each in setup.resources.items()}
    who = list(dict.fromkeys(uids[each.resource_id] for each in slot.assignments))
    return {"start": slot.start.isoformat(), "end": slot.end.isoformat(), "resources": who}


def _said(looking: _Looking, slot: Slot) -> str:
    names = {each.id: each.name for each in looking.setup.resources.values()}
    who = ", ".join(dict.fromkeys(names[each.resource_id] for each in slot.assignments))
    return f"{slot.start.astimezone(ZoneInfo(looking.zone)):%a %Y-%m-%d %H:%M}, {who}"
