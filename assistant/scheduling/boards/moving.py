"""A booking on its way to another time or other resources: what stands against it, known before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from assistant.scheduling.asking import Question, Wish, ask, uncollected
from assistant.scheduling.engine.candidates import Kind
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.reasons import about
from assistant.scheduling.engine.rules import All, Part, Pick
from assistant.scheduling.engine.whynot import Explaining
from store.actor import Actor
from store.queries.scheduling.board import BoardBooking
from store.queries.scheduling.bookings import booking_facts
from store.queries.scheduling.setup import setup as read_setup
from store.scheduling.booking import Need

_MARGIN = timedelta(days=1)
#: What no time changes: whether a resource can do the service at all.
_NEVER = frozenset({Kind.NOT_IN_RULE, Kind.EXCLUDED, Kind.NOT_QUALIFIED, Kind.NO_HOURS})
#: What the store refuses whoever asks; the rest a scheduler may decide against.
_FIRM = frozenset({Kind.BOOKED, Kind.CAPACITY, Kind.NO_HOURS})


@dataclass(frozen=True)
class Moving:
    """A booking with whom it needs, and all that is known from `start` until before `end` of where it could go."""

    booking: BoardBooking
    starts_at: datetime
    minutes: int
    needs: tuple[Need, ...]
    start: datetime
    end: datetime
    question: Question

    def with_instead(self, old: int, new: int) -> tuple[Need, ...]:
        """What it needs with one resource in the place of another."""
        return tuple(replace(each, resource_id=new) if each.resource_id == old else each for each in self.needs)


@dataclass(frozen=True, slots=True)
class Hindrance:
    """What stands against it, in words; `firm` is what the store would refuse."""

    words: str
    firm: bool


def begin_move(
    tx: Connection, booking: BoardBooking, start: datetime, end: datetime, *, by: Actor, now: datetime
) -> Moving:
    """What has to be known to move a booking within [start, end). Raises NotFound for a service that is gone."""
    with uncollected():
        facts = booking_facts(tx, [booking.booking_id])[booking.booking_id]
        zone = next(iter(read_setup(tx, by=by).sites.values())).state["zone"]
        until = end + (facts.ends_at - facts.starts_at) + _MARGIN
        wish = Wish(facts.service, start - _MARGIN, until, booking.area, zone=zone, but=(booking.booking_id,))
        needs = tuple(
            Need(
                each.resource_id,
                (each.works_from - facts.starts_at) // MINUTE,
                None if each.works_until == facts.ends_at else (each.works_until - each.works_from) // MINUTE,
                each.units,
                each.part,
            )
            for each in facts.resources
        )
        minutes = (facts.ends_at - facts.starts_at) // MINUTE
        return Moving(booking, facts.starts_at, minutes, needs, start, end, ask(tx, wish, by=by, now=now))


def hindrances(
    moving: Moving, starts_at: datetime, minutes: int, needs: Sequence[Need], *, now: datetime
) -> tuple[Hindrance, ...]:
    """All that stands against the booking being there, resource by resource; nothing where it can be."""
    loaded, request = moving.question.loaded, moving.question.request
    rests = bool(request.service.days)
    seats = tuple(
        Pick(resources=(each.resource_id,), units=each.units, part=_part(each, minutes, rests)) for each in needs
    )
    service = replace(request.service, rule=All(seats))
    there = Explaining(loaded, replace(request, service=service), now)
    asked = Explaining(loaded, request, now)
    before = {each.resource_id for each in moving.needs}
    found: list[Hindrance] = []
    for place, each in enumerate(needs):
        reasons = list(there.in_place(each.resource_id, (place,), starts_at))
        if each.resource_id not in before:
            never = asked.at(each.resource_id, starts_at).reasons
            reasons = [*(one for one in never if one.kind in _NEVER), *reasons]
        name = loaded.world.resources[each.resource_id].name
        said = dict.fromkeys((about(name, one.kind, one.words), one.kind in _FIRM) for one in reasons)
        found += [Hindrance(words, firm) for words, firm in said]
    return tuple(found)


def _part(need: Need, minutes: int, rests: bool) -> Part:
    return Part(need.offset, minutes - need.offset if need.minutes is None else need.minutes, rests)
