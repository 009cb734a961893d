"""Offering a slot to somebody on the wait list: a booking on hold, made in the transaction that finds the slot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from assistant.scheduling.asking import keys_of, read_world, travel_value, uncollected
from assistant.scheduling.booking import needs_of
from assistant.scheduling.engine.loaded import Loaded, span_for
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.engine.rules import Request
from assistant.scheduling.engine.search import first_slot
from assistant.scheduling.waiting.wishing import request_of
from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import record_operation
from store.records.writing import Created
from store.scheduling.booking import put_booking
from store.scheduling.reading import Setup, read_setup
from store.scheduling.waiting import check_customer, held_for, open_state, put_offered


def offer(tx: Connection, waiting_id: int, *, starts_at: datetime | None = None, by: Actor, now: datetime) -> Created:
    """Hold the first slot for an entry of the wait list, or the one that begins then; that it waits no more follows
    from the booking. Raises Invalid where there is none, NotFound, Taken, NotAllowed."""
    state = open_state(tx, waiting_id)
    check_customer(tx, state)
    with uncollected():
        setup = read_setup(tx)
        thing = setup.services.get(state["service"])
        if thing is None:
            raise Invalid(f"The service that {state['name']} waits for is not there any more.")
        zone = next((str(each.state["zone"]) for each in setup.sites.values()), "UTC")
        service = service_value(thing.id, thing.state, keys_of(setup), zone)
        request = request_of(state, setup, service, starts_at or now)
        slot = None if request is None else first_slot(_loaded(tx, setup, request, by, now), request, now)
    if slot is None or (starts_at is not None and slot.start != starts_at):
        at = "then" if starts_at else f"until {datetime.fromisoformat(state['latest']):%Y-%m-%d %H:%M} UTC"
        raise Invalid(f"There is no slot for {state['name']} {at}.")
    made = put_booking(tx, thing.id, slot.start, needs_of(slot), values=held_for(state), by=by, now=now)
    offered = put_offered(tx, waiting_id, made.uid, "offered", by=by, now=now)
    summary = f"Held {made.number} {made.title} for {slot.start:%Y-%m-%d %H:%M} UTC, from the wait list"
    uid = record_operation(tx, "offer_slot", summary, [made.change, offered], by=by, now=now)
    return Created(made.record_id, made.uid, made.number, uid)


def _loaded(tx: Connection, setup: Setup, request: Request, by: Actor, now: datetime) -> Loaded:
    span = span_for([request.service], request.start, request.end, travel_value(setup))
    return Loaded(read_world(tx, setup, span.start, span.at(span.length), by=by, now=now), span)
