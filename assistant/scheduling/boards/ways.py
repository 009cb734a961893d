"""When a resource is kept besides its work: the buffers around its jobs, and the ways to them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.model import Resource
from assistant.scheduling.engine.travel import SAME_TRIP, Travel
from store.queries.scheduling.board import BoardBooking


@dataclass(frozen=True, slots=True)
class Way:
    """A resource is on its way to a booking from `start` until `end` (UTC): so many `minutes`."""

    booking_id: int
    start: datetime
    end: datetime
    minutes: int


def buffers(bookings: Sequence[BoardBooking]) -> list[tuple[int, datetime, datetime]]:
    """What is kept before and after each job, with the key of its booking."""
    found: list[tuple[int, datetime, datetime]] = []
    for each in bookings:
        if each.starts_at < each.works_from:
            found.append((each.booking_id, each.starts_at, each.works_from))
        if each.works_until < each.ends_at:
            found.append((each.booking_id, each.works_until, each.ends_at))
    return found


def ways(resource: Resource, bookings: Sequence[BoardBooking], travel: Travel) -> list[Way]:
    """The way to each job from the one before, or from home."""
    if not (travel.longest and resource.travels):
        return []
    found: list[Way] = []
    before: BoardBooking | None = None
    for each in sorted(bookings, key=lambda one: one.works_from):
        on_trip = before is not None and each.starts_at - before.ends_at < SAME_TRIP * MINUTE
        origin = before.area if before is not None and on_trip else resource.area
        minutes = travel.between(origin or resource.area, each.area or resource.area)
        if minutes:
            found.append(Way(each.booking_id, each.starts_at - minutes * MINUTE, each.starts_at, minutes))
        before = each
    return found
