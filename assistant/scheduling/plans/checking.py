"""Whether bookings can be done as a plan has put them: looked at when they are written, in the same transaction."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.asking import groups_of, keys_of, read_resources, sites_of, travel_value, uncollected
from assistant.scheduling.engine.loaded import Loaded, World, span_for
from assistant.scheduling.engine.reasons import about
from assistant.scheduling.engine.repairing import broken
from assistant.scheduling.engine.rule_values import service_value
from assistant.scheduling.plans.standing import as_ruled, as_seats
from store.actor import Actor
from store.errors import Invalid
from store.queries.scheduling.occupied import occupied_in
from store.queries.scheduling.standing import open_bookings_of
from store.scheduling.reading import read_setup

_MARGIN = timedelta(days=1)


def check_steps(tx: Connection, booking_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Raises Invalid for the first of these bookings that its resources cannot do, with the reason: somebody was given
    time off meanwhile, is on the way to something else, or does not know any more how it is done."""
    bookings = open_bookings_of(tx, booking_ids)
    if not bookings:
        return
    with uncollected():
        setup = read_setup(tx)
        keys, zone = keys_of(setup), str(next(iter(setup.sites.values())).state["zone"])
        things = {each.id: each for each in setup.services.values()}
        values = {key: service_value(key, each.state, keys, zone) for key, each in things.items()}
        planned = [as_seats(each, values[each.service_id]) for each in bookings]
        travel = travel_value(setup)
        first, last = min(each.starts_at for each in bookings), max(each.ends_at for each in bookings)
        span = span_for([each.service for each in planned], first - _MARGIN, last + _MARGIN, travel)
        ids = {each.resource_id for one in bookings for each in one.resources}
        needed = [each for each in setup.resources.values() if each.id in ids]
        start, end = span.start, span.at(span.length)
        occupied = occupied_in(tx, sorted(ids), start, end)
        resources = read_resources(tx, setup, needed, start, end, occupied=occupied, by=by, now=now)
        loaded = Loaded(World(resources, groups_of(setup), sites_of(setup), travel), span)
        ruled = [as_ruled(each, values[each.service_id], loaded) for each in bookings]
        for found in (*broken(loaded, planned), *broken(loaded, ruled)):
            one = next(each for each in bookings if each.number == found.planned.what)
            resource_id, [reason, *_] = found.reasons[0]
            said = about(resources[resource_id].name, reason.kind, reason.words)
            raise Invalid(f"{one.number} {one.title} cannot be done so any more: {said}.")
