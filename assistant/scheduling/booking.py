"""Booking what a search finds: the wish is answered and booked in one transaction, so that nobody comes between."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from assistant.scheduling.asking import Question, Wish, ask
from assistant.scheduling.engine.candidates import places
from assistant.scheduling.engine.minutes import MINUTE
from assistant.scheduling.engine.resting import work_times
from assistant.scheduling.engine.rules import Order, Pick, Slot
from assistant.scheduling.engine.search import first_slot
from store.actor import Actor
from store.errors import Invalid
from store.records.writing import Created
from store.scheduling.booking import Need, book, bookable_start
from store.scheduling.reading import thing_called
from store.scheduling.sorts import RESOURCE, SERVICE


def book_at(
    tx: Connection,
    wish: Wish,
    resources: Collection[str] = (),
    *,
    values: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> Created:
    """Book the wished service at the wish's start, with whom the search chooses, else with these resources.

    Where the resources fill the rule, each works for its part of the service; otherwise, against the rule, for all of
    it. Raises Taken, Invalid, NotFound, Ambiguous.
    """
    bookable_start(wish.start, now)
    service = thing_called(tx, SERVICE, wish.service)
    chosen = [thing_called(tx, RESOURCE, name).id for name in dict.fromkeys(resources)]
    whole = replace(
        wish,
        end=wish.start + timedelta(minutes=service.state["duration"]),
        preferred=tuple(resources),
        order=Order.EARLIEST,
        limit=1,
    )
    question = ask(tx, whole, by=by, now=now)
    slot = first_slot(question.loaded, question.request, now)
    needs = _needs(question, slot)
    if chosen and {need.resource_id for need in needs} != set(chosen):
        needs = _against_the_rule(question, chosen)
    if not needs:
        raise Invalid(
            f"Nobody can do {service.name} at that time; regarding schedule why {service.name!r} --at says why."
        )
    return book(tx, service.id, wish.start, needs, values=values, by=by, now=now)


def _needs(question: Question, slot: Slot | None) -> Sequence[Need]:
    return [] if slot is None or slot.start != question.request.start else needs_of(slot)


def _against_the_rule(question: Question, chosen: Sequence[int]) -> Sequence[Need]:
    """These resources for all of the service; of days each until its own work is done."""
    request, loaded = question.request, question.loaded
    if not request.service.days:
        return [Need(key, units=request.units) for key in chosen]
    [place] = places(replace(request.service, rule=Pick()), request.units)
    start = loaded.span.floor(request.start)
    times = work_times(loaded, tuple((place, key) for key in chosen), place.days, start)
    return [Need(key, 0, end - start, request.units) for key, (_, end) in zip(chosen, times, strict=True)]


def needs_of(slot: Slot) -> Sequence[Need]:
    """Whom and what a slot books."""
    return [
        Need(
            each.resource_id,
            (each.start - slot.start) // MINUTE,
            (each.end - each.start) // MINUTE,
            each.units,
            each.name or ".".join(str(number + 1) for number in each.place),
        )
        for each in slot.assignments
    ]
