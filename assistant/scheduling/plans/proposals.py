"""What a what-if or an optimiser proposes to do to the schedule: bookings that move, requests that are booked. Pure.

A proposal is a value that screens and commands show; staged, the store keeps it as JSON (`as_body`, `from_body`), with
others named by uid and instants in UTC. Nothing is done before it is applied (assistant.scheduling.plans.applying).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from assistant.scheduling.engine.minutes import MINUTE


class PlanKind(StrEnum):
    """What worked the plan out."""

    WHATIF = "whatif"
    OPTIMISE = "optimise"


@dataclass(frozen=True, slots=True)
class Seat:
    """A resource, by uid, that is needed from `offset` minutes after the start for so many `minutes`. `part` is its
    place in the service's rule."""

    resource: str
    name: str
    offset: int
    minutes: int
    units: int = 1
    part: str = ""


@dataclass(frozen=True, slots=True)
class Stand:
    """When a booking is, for so many minutes, and whom and what it needs."""

    start: datetime
    minutes: int
    seats: tuple[Seat, ...]

    @property
    def end(self) -> datetime:
        return self.start + self.minutes * MINUTE

    @property
    def who(self) -> str:
        """The names of its resources."""
        return ", ".join(dict.fromkeys(each.name for each in self.seats))


@dataclass(frozen=True, slots=True)
class Step:
    """One booking that moves, or one request of the wait list that is booked.

    `uid` is that of the booking, or of the entry of the wait list; `number` is '' for the latter. `was` is how the
    booking stands (None: it is made), `to` how it will (None: no way was found), `reasons` are why it cannot stay, or
    what would place it. What it `rests_on` is how the booking or the entry was when this was worked out. A step that is
    `asked` is the change itself and cannot be left out.
    """

    uid: str
    number: str
    title: str
    to: Stand | None
    was: Stand | None = None
    reasons: tuple[str, ...] = ()
    rests_on: Mapping[str, Any] | None = None
    asked: bool = False

    @property
    def is_new(self) -> bool:
        """Whether it makes a booking."""
        return self.number == ""

    @property
    def moved(self) -> int:
        """By how many minutes it moves, back where that is less than 0."""
        return 0 if self.was is None or self.to is None else (self.to.start - self.was.start) // MINUTE

    @property
    def leave(self) -> tuple[str, ...]:
        """The names of the resources that do it no more."""
        return _without(self.was, self.to)

    @property
    def come(self) -> tuple[str, ...]:
        """The names of the resources that do it instead."""
        return _without(self.to, self.was)

    @property
    def tells(self) -> bool:
        """Whether its customer has to be told: it is at another time, or new."""
        return self.to is not None and (self.was is None or self.moved != 0 or self.to.minutes != self.was.minutes)


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan compared with today: how many of what is `wanted` are `placed`, and the minutes on the way of those it is
    about, `travel_today` with what is booked now and `travel` after."""

    wanted: int
    placed: int
    travel_today: int
    travel: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed, worked out at `worked_at`, in the words of `name`; times are shown on the clocks of `zone`.

    `change` is what was asked of a what-if (assistant.scheduling.plans.changes.as_json), `notes` is what speaks
    against it.
    """

    kind: PlanKind
    name: str
    zone: str
    worked_at: datetime
    steps: tuple[Step, ...] = ()
    change: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()
    figures: Figures | None = None

    @property
    def done(self) -> tuple[Step, ...]:
        """The steps that can be taken."""
        return tuple(each for each in self.steps if each.to is not None)

    @property
    def left(self) -> tuple[Step, ...]:
        """Those for which no way was found: they stay as they are."""
        return tuple(each for each in self.steps if each.to is None)

    @property
    def told(self) -> int:
        """How many customers have to be told."""
        return sum(each.tells for each in self.steps)

    def without(self, uids: Collection[str]) -> Proposal:
        """The same with these steps left out, other than what was asked for."""
        return replace(self, steps=tuple(each for each in self.steps if each.asked or each.uid not in uids))


def as_body(proposal: Proposal) -> dict[str, Any]:
    """The proposal as JSON."""
    body = asdict(proposal) | {"worked_at": proposal.worked_at.isoformat()}
    body["steps"] = [asdict(each) | _stands(each) for each in proposal.steps]
    return body


def from_body(body: Mapping[str, Any]) -> Proposal:
    """The proposal that `as_body` wrote."""
    figures = body["figures"]
    return Proposal(
        PlanKind(body["kind"]),
        body["name"],
        body["zone"],
        datetime.fromisoformat(body["worked_at"]),
        tuple(_step(each) for each in body["steps"]),
        body["change"],
        tuple(body["notes"]),
        None if figures is None else Figures(**figures),
    )


def _without(one: Stand | None, other: Stand | None) -> tuple[str, ...]:
    if one is None or other is None:
        return ()
    stays = {each.resource for each in other.seats}
    return tuple(dict.fromkeys(each.name for each in one.seats if each.resource not in stays))


def _stands(step: Step) -> dict[str, Any]:
    return {
        name: None if stand is None else asdict(stand) | {"start": stand.start.isoformat()}
        for name, stand in (("was", step.was), ("to", step.to))
    }


def _step(body: Mapping[str, Any]) -> Step:
    stands = {name: None if body[name] is None else _stand(body[name]) for name in ("was", "to")}
    return Step(**{**body, **stands, "reasons": tuple(body["reasons"])})


def _stand(body: Mapping[str, Any]) -> Stand:
    seats = tuple(Seat(**each) for each in body["seats"])
    return Stand(datetime.fromisoformat(body["start"]), body["minutes"], seats)
