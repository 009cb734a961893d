"""What is promised: how soon a case is answered and resolved, by its priority. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import NamedTuple

from store.errors import Invalid
from store.records.fields import PRIORITIES
from store.sla.hours import BusinessCalendar

#: The statuses in which a case can be held without its clock running on.
CAN_PAUSE = ("waiting", "on_hold")


class Limit(NamedTuple):
    """After how much working time a clock warns, and after how much it is late."""

    warn: timedelta
    late: timedelta


@dataclass(frozen=True)
class SlaTerms:
    """Working time promised by priority; a priority that is missing, or has None, is promised nothing.

    `warn_share` of the time a clock warns, 0 to 1 (1: not before it is late). In the statuses of `pauses` the
    resolution clock stands. A case that is opened again goes on with the time it used, or with `starts_anew` from
    nothing. Raises Invalid for what is not a promise.
    """

    first_response: Mapping[str, timedelta | None] = field(default_factory=dict)
    resolution: Mapping[str, timedelta | None] = field(default_factory=dict)
    warn_share: float = 0.8
    pauses: frozenset[str] = frozenset({"waiting"})
    starts_anew: bool = False
    response_limits: Mapping[str, Limit] = field(init=False, repr=False, compare=False)
    resolution_limits: Mapping[str, Limit] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not 0 < self.warn_share <= 1:
            raise Invalid("The share of the time after which a clock warns lies above 0 and is at most 1.")
        if wrong := sorted(self.pauses.difference(CAN_PAUSE)):
            raise Invalid(f"A clock can stand while a case is waiting or on_hold, not while it is {_listed(wrong)}.")
        object.__setattr__(self, "response_limits", _limits(self.first_response, self.warn_share))
        object.__setattr__(self, "resolution_limits", _limits(self.resolution, self.warn_share))


@dataclass(frozen=True, slots=True)
class Sla:
    """Terms, and the calendar whose open hours count."""

    terms: SlaTerms
    calendar: BusinessCalendar


def _limits(promised: Mapping[str, timedelta | None], warn_share: float) -> dict[str, Limit]:
    if wrong := sorted(set(promised).difference(PRIORITIES)):
        raise Invalid(f"There is no priority {_listed(wrong)}; there are {_listed(PRIORITIES)}.")
    limits = {priority: Limit(late * warn_share, late) for priority, late in promised.items() if late is not None}
    if short := sorted(priority for priority, limit in limits.items() if limit.late <= timedelta(0)):
        raise Invalid(f"A promised time must be longer than nothing; that of {_listed(short)} is not.")
    return limits


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
