"""What is put before somebody and what waits: one follow-up for each customer, the most urgent first, and no more new
ones a day than they want. Reminders that a person wrote are never held back. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from store.following.values import Kind

#: The most urgent first: what went wrong, what is owed to customers, what they owe, what rests.
_ORDER = (
    Kind.SLA,
    Kind.REMINDER,
    Kind.MEETING,
    Kind.PROMISE,
    Kind.OFFER,
    Kind.AWAITING_REPLY,
    Kind.THEIR_PROMISE,
    Kind.CLOSE_DATE,
    Kind.COLD_CASE,
    Kind.COLD_OPPORTUNITY,
    Kind.COLD_ACCOUNT,
)
_PLACES: Mapping[Kind, int] = {kind: place for place, kind in enumerate(_ORDER, start=1)}
_BOUNCED = 0  # nobody got it


class Standing(Protocol):
    """A follow-up that stands, as `store.queries.follow_ups` reads it; `customer` None: about nobody known."""

    @property
    def follow_up_id(self) -> int: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...
    @property
    def comes_at(self) -> datetime: ...
    @property
    def customer(self) -> Hashable | None: ...
    @property
    def brought_on(self) -> date | None: ...


S = TypeVar("S", bound=Standing)


def urgency(one: Standing) -> tuple[int, float, datetime, int]:
    """What sorts follow-ups: the kind, then the greater amount, then what waits longer."""
    place = _BOUNCED if "bounced" in one.facts else _PLACES[one.kind]
    return place, -float(one.facts.get("amount") or 0), one.comes_at, one.follow_up_id


def in_front(rows: Iterable[S]) -> tuple[S, ...]:
    """The most urgent follow-up of each customer, all reminders, and all that is about nobody known; the most urgent
    first. What waits behind another one of its customer is left out."""
    found: list[S] = []
    met: set[Hashable] = set()
    for one in sorted(rows, key=urgency):
        held_back = one.kind is not Kind.REMINDER and one.customer is not None
        if held_back and one.customer in met:
            continue
        if held_back:
            met.add(one.customer)
        found.append(one)
    return tuple(found)


def to_bring(due: Sequence[S], shown: Sequence[S], *, already: int, a_day: int) -> tuple[S, ...]:
    """Which of those that are due and were never put before their user are now. `shown` were and still stand; `already`
    is how many new ones there were today.

    A customer of whom something is shown gets another one only where it is more urgent. Reminders need no day: they
    come back when they are due.
    """
    fresh = {one.follow_up_id for one in due if one.kind is not Kind.REMINDER}
    best = [one for one in in_front([*shown, *due]) if one.follow_up_id in fresh]
    return tuple(best[: max(a_day - already, 0)])
