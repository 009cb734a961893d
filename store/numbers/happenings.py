"""What happened to one case that numbers count: opened, answered, resolved, promises kept or broken. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from store.records.fields import CASE_CLOSED
from store.sla.terms import Sla
from store.sla.watch import Watch

_REOPENED = "reopened"


class What(IntEnum):
    """What counts. A promise is decided once: when it is kept, or when its time runs out."""

    CREATED = 0
    RESOLVED = 1
    CANCELLED = 2
    REOPENED = 3
    ANSWERED = 4
    SOLVED = 5  # the resolution that stands
    RESPONSE_KEPT = 6
    RESPONSE_BROKEN = 7
    RESOLUTION_KEPT = 8
    RESOLUTION_BROKEN = 9


class Step(NamedTuple):
    """A status that a case took on, or `created` or `reopened` (see store.sla.clock)."""

    at: datetime
    kind: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case as the store has it. `steps` are those that count, oldest first; none where nothing was written down.

    `closed_at` is when it was closed last, None for an open one. `group` is whose it is in what is counted.
    """

    created_at: datetime
    status: str = "new"
    closed_at: datetime | None = None
    answered_at: datetime | None = None
    response_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    sla: Sla | None = None
    steps: Sequence[Step] = ()
    group: str = ""


class Happening(NamedTuple):
    """`took` is how long an answer or a resolution took: working time where the case has a promise, else all time."""

    at: datetime
    what: What
    took: timedelta | None = None


def happenings(case: CaseFacts, now: datetime) -> Iterator[Happening]:
    """Everything that happened to a case until `now`, in no order."""
    yield Happening(case.created_at, What.CREATED)
    if case.answered_at is not None:
        yield Happening(case.answered_at, What.ANSWERED, _between(case.sla, case.created_at, case.answered_at))
    yield from _turns(case)
    answered, closed = case.answered_at, case.closed_at
    yield from _decided(case.response_due_at, answered, now, What.RESPONSE_KEPT, What.RESPONSE_BROKEN)
    yield from _decided(case.resolution_due_at, closed, now, What.RESOLUTION_KEPT, What.RESOLUTION_BROKEN)


def _turns(case: CaseFacts) -> Iterator[Happening]:
    """How it was closed and opened again, with the time that its last resolution took."""
    if not case.steps:
        if case.closed_at is not None:
            took = _between(case.sla, case.created_at, case.closed_at)
            yield from _closed(case.status, case.closed_at, took, stands=True)
        return
    clock = _Clock(case)
    last = max((step.at for step in case.steps if _closes(step)), default=None)
    closed = False
    for step in case.steps:
        if _closes(step) and not closed:
            closed = True
            clock.turn(step.at, "")
            stands = case.closed_at is not None and step.at == last
            yield from _closed(step.value, step.at, clock.used, stands=stands)
        elif closed and not _closes(step):
            closed = False
            clock.open_again(step)
            yield Happening(step.at, What.REOPENED)
        elif not closed and step.kind != _REOPENED:
            clock.turn(step.at, "new" if step.kind == "created" else step.value)


def _closes(step: Step) -> bool:
    return step.kind == "status" and step.value in CASE_CLOSED


def _closed(status: str, at: datetime, took: timedelta, *, stands: bool) -> Iterator[Happening]:
    if status != "resolved":
        yield Happening(at, What.CANCELLED)
        return
    yield Happening(at, What.RESOLVED)
    if stands:
        yield Happening(at, What.SOLVED, took)


def _decided(
    due_at: datetime | None, ended_at: datetime | None, now: datetime, kept: What, broken: What
) -> Iterator[Happening]:
    if due_at is None:
        return
    if ended_at is not None and ended_at < due_at:
        yield Happening(ended_at, kept)
    elif due_at <= now:
        yield Happening(due_at, broken)


class _Clock:
    """The time that was spent on a case: as its promise counts it, else all of it."""

    def __init__(self, case: CaseFacts) -> None:
        self._sla = case.sla
        self._watch = Watch()
        self._since: datetime | None = None  # of a case without a promise
        self._used = timedelta(0)

    @property
    def used(self) -> timedelta:
        return self._watch.used if self._sla else self._used

    def turn(self, at: datetime, status: str) -> None:
        """It has this status from now on; '' is a closed one."""
        if self._sla:
            rests = not status or status in self._sla.terms.pauses
            self._watch.turn(at, None if rests else self._sla.calendar)
            return
        if self._since is not None:
            self._used += at - self._since
        self._since = at if status else None

    def open_again(self, step: Step) -> None:
        if self._sla and self._sla.terms.starts_anew:
            self._watch.clear()
        self.turn(step.at, step.value or "in_progress")


def _between(sla: Sla | None, start: datetime, end: datetime) -> timedelta:
    return max(sla.calendar.working_between(start, end) if sla else end - start, timedelta(0))
