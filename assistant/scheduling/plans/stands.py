"""Where bookings stand and where slots would put them, as plans keep it, and back to what is booked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.scheduling.booking import needs_of
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.rules import Slot
from assistant.scheduling.plans.proposals import Seat, Stand
from store.queries.scheduling.standing import OpenBooking
from store.scheduling.booking import Need
from store.scheduling.reading import Setup

_BOOKING = ("status", "service", "starts_at", "ends_at", "resources")
_WAITING = ("status", "service", "account", "contact", "earliest", "latest", "area", "units", "wishes")


def facts_of(version: int, state: Mapping[str, Any]) -> dict[str, Any]:
    """What a step that moves a booking rests on: how the booking stood."""
    return {"version": version, **{name: state.get(name) for name in _BOOKING}}


def wishes_of(state: Mapping[str, Any]) -> dict[str, Any]:
    """What a step that books for somebody on the wait list rests on: what they waited for."""
    return {name: state.get(name) for name in _WAITING}


def needs_at(stand: Stand, keys: Mapping[str, int]) -> list[Need]:
    """What is booked there; `keys` are those of resources by uid. Raises KeyError for one that is gone."""
    return [Need(keys[each.resource], each.offset, each.minutes, each.units, each.part) for each in stand.seats]


def stand_of(booking: OpenBooking) -> Stand:
    """Where a booking is."""
    seats = (
        Seat(
            each.uid,
            each.name,
            (each.works_from - booking.starts_at) // MINUTE,
            (each.works_until - each.works_from) // MINUTE,
            each.units,
            each.part,
        )
        for each in booking.resources
    )
    return Stand(booking.starts_at, (booking.ends_at - booking.starts_at) // MINUTE, tuple(seats))


def stand_at(slot: Slot, setup: Setup) -> Stand:
    """Where a booking would be."""
    things = {each.id: each for each in setup.resources.values()}
    minutes = (slot.end - slot.start) // MINUTE
    seats = (
        Seat(
            things[each.resource_id].uid,
            things[each.resource_id].name,
            each.offset,
            minutes - each.offset if each.minutes is None else each.minutes,
            each.units,
            each.part,
        )
        for each in needs_of(slot)
    )
    return Stand(slot.start, minutes, tuple(seats))
