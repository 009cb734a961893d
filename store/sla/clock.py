"""The two clocks of a case, first response and resolution, from what happened to it. Pure.

A clock counts working time of the calendar that held while it ran. What it is judged by are the terms of the queue and
the priority that the case has now, or had when the clock ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Literal, NamedTuple

from store.records.fields import CASE_CLOSED
from store.sla.hours import BusinessCalendar, in_utc
from store.sla.terms import Limit, Sla, SlaTerms
from store.sla.watch import Clock, State, Watch

EventKind = Literal[
    "created", "status", "priority", "queue", "customer_mail", "our_mail", "our_call", "reopened", "merged"
]

#: What answers a customer.
ANSWERS = ("our_mail", "our_call")
#: From the worst to the best, of clocks that are open.
_OPEN_STATES: tuple[State, ...] = ("breached", "warned", "running", "paused")
_NO_QUEUES: Mapping[str, Sla] = MappingProxyType({})
_at = attrgetter("at")


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """Something that happened to a case.

    `value` is, by kind: created, the priority it began with (normal if empty); status, the new one; priority, the new
    one; queue, the new one's id, or empty for none; merged, the case that this one became part of. our_mail is a mail
    that a person wrote to the customer, never an acknowledgement; our_call a call that one of us made. customer_mail
    and kinds that are not of EventKind move no clock.
    """

    at: datetime
    kind: EventKind | str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Both clocks; None where nothing is owed: no time is promised, or the case was cancelled or merged in time."""

    first_response: Clock | None
    resolution: Clock | None

    @property
    def state(self) -> State | None:
        """The worst state of the clocks that are open; of ended ones breached or met; None where nothing is owed."""
        both = [clock for clock in (self.first_response, self.resolution) if clock is not None]
        states = {clock.state for clock in both if clock.ended_at is None}
        for state in _OPEN_STATES:
            if state in states:
                return state
        if not both:
            return None
        return "breached" if any(clock.state == "breached" for clock in both) else "met"

    @property
    def next_at(self) -> datetime | None:
        """When a state changes by itself; until then, or until something happens, nothing has to be worked out."""
        one = self.first_response.next_at if self.first_response else None
        other = self.resolution.next_at if self.resolution else None
        return min(one, other) if one and other else one or other


def clocks(
    events: Iterable[CaseEvent],
    terms: SlaTerms,
    calendar: BusinessCalendar,
    now: datetime,
    *,
    queues: Mapping[str, Sla] = _NO_QUEUES,
) -> Clocks:
    """The clocks of a case at `now`, or at its last event where that is later: another computer's clock may be ahead.

    `terms` and `calendar` hold unless the case lies in one of `queues`, which has its own. Events of one moment count
    in the order given. Nothing runs before the case is created.
    """
    case = _Case(Sla(terms, calendar), queues)
    ordered = sorted(events, key=_at)
    for event in ordered:
        case.take(event)
    return case.read(in_utc(max(now, ordered[-1].at) if ordered else now))


class _End(NamedTuple):
    """When a clock ended, and what it is judged by."""

    at: datetime
    sla: Sla
    priority: str


class _Case:
    """A case as its events make it, one after the other."""

    __slots__ = ("_answered", "_closed", "_created", "_dropped", "_own", "_priority", "_queues", "_resolution",
                 "_response", "_sla", "_status")  # fmt: skip

    def __init__(self, sla: Sla, queues: Mapping[str, Sla]) -> None:
        self._own, self._queues, self._sla = sla, queues, sla
        self._created = False
        self._status, self._priority = "new", "normal"
        self._response, self._resolution = Watch(), Watch()
        self._answered: _End | None = None
        self._closed: _End | None = None
        self._dropped = False  # closed without being resolved

    def take(self, event: CaseEvent) -> None:
        kind, value, at = event.kind, event.value, in_utc(event.at)
        if kind == "priority":
            self._priority = value
            return
        if kind == "created":
            self._created, self._priority = True, value or self._priority
        elif kind == "queue":
            self._sla = self._queues.get(value, self._own)
        elif kind == "customer_mail" or not self._created:
            return
        elif kind == "status":
            self._turn(value, at)
        elif kind in ANSWERS:
            self._answered = self._answered or self._end(at)
        elif kind == "merged":
            self._turn("cancelled", at)
        elif kind == "reopened" and self._closed:
            self._turn("in_progress", at)
        self._wind(at)

    def read(self, now: datetime) -> Clocks:
        if not self._created:
            return Clocks(None, None)
        current = self._end(now)
        end = self._answered or self._closed
        judged = end or current
        limit = judged.sla.terms.response_limits.get(judged.priority)
        response = self._read(self._response, limit, end, now, "", dropped=not self._answered and self._dropped)
        judged = self._closed or current
        limit = judged.sla.terms.resolution_limits.get(judged.priority)
        paused_by = self._status if self._status in self._sla.terms.pauses else ""
        resolution = self._read(self._resolution, limit, self._closed, now, paused_by, dropped=self._dropped)
        return Clocks(response, resolution)

    @staticmethod
    def _read(
        watch: Watch, limit: Limit | None, end: _End | None, now: datetime, paused_by: str, *, dropped: bool
    ) -> Clock | None:
        if limit is None or (dropped and watch.used < limit.late):
            return None
        return watch.read(limit, now, paused_by) if end is None else watch.read_ended(limit, end.at, end.sla.calendar)

    def _turn(self, status: str, at: datetime) -> None:
        """Take on a status; what is closed stays as it was closed until it is opened again."""
        self._status = status
        if status not in CASE_CLOSED:
            if self._closed and self._sla.terms.starts_anew:
                self._resolution.clear()
            self._closed, self._dropped = None, False
        elif self._closed is None:
            self._closed, self._dropped = self._end(at), status == "cancelled"
            if not self._dropped:
                self._answered = self._answered or self._closed  # who resolves it has answered

    def _end(self, at: datetime) -> _End:
        return _End(at, self._sla, self._priority)

    def _wind(self, at: datetime) -> None:
        """Let each watch count the calendar's time or rest, as the case now is."""
        calendar = self._sla.calendar if self._created and self._closed is None else None
        wanted = calendar if self._answered is None else None
        if wanted is not self._response.calendar:
            self._response.turn(at, wanted)
        wanted = calendar if self._status not in self._sla.terms.pauses else None
        if wanted is not self._resolution.calendar:
            self._resolution.turn(at, wanted)
