"""Which events of a case have to be written so that they tell how it stands. Pure.

Whatever way a case is changed, its events are brought to what it is. What is undone is not written down as a change
back: the events that told of it stop counting, so that clocks are as if it had not happened, and count again when it is
done again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from store.records.fields import CASE_CLOSED
from store.sla.clock import ANSWERS, CaseEvent

#: What tells how a case stands -> the kinds of events that change it. The last one is written, the others are read.
SORTS: Mapping[str, tuple[str, ...]] = {
    "priority": ("created", "priority"),
    "queue": ("queue",),
    "status": ("reopened", "status"),
    "owner": ("owner",),
    "merged": ("merged",),
}
KINDS = tuple(dict.fromkeys(kind for kinds in SORTS.values() for kind in kinds))
#: How a case came to what it is: it was changed, the change was taken back, or done again.
Way = Literal["on", "back", "again"]

_AT_FIRST = {"priority": "normal", "status": "new"}


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: queue and owner by their keys as text, `merged` the uid of what it became part of."""

    priority: str = "normal"
    queue: str = ""
    status: str = "new"
    owner: str = ""
    merged: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """An event that is kept; those of one moment are told apart by their keys."""

    event_id: int
    at: datetime
    kind: str
    value: str
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Fresh:
    """An event to be written."""

    at: datetime
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be written: new events, and those that count no more, or again."""

    fresh: tuple[Fresh, ...] = ()
    uncounted: tuple[int, ...] = ()
    counted: tuple[int, ...] = ()


@dataclass(slots=True)
class _Making:
    fresh: list[Fresh] = field(default_factory=list)
    uncounted: list[int] = field(default_factory=list)
    counted: list[int] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        return Plan(tuple(self.fresh), tuple(self.uncounted), tuple(self.counted))


def begun(standing: Standing, at: datetime, *, closed_at: datetime | None = None) -> tuple[Fresh, ...]:
    """The events of a case that has none: how it began at a moment; what it is by now it became at once, or
    `closed_at` where it is closed."""
    first = Fresh(at, "created", standing.priority)
    rest = _differing(Standing(priority=standing.priority), standing)
    return (
        first,
        *(Fresh(closed_at or at if sort == "status" else at, SORTS[sort][-1], value) for sort, value in rest),
    )


def follow(standing: Standing, events: Sequence[Kept], at: datetime, way: Way = "on") -> Plan:
    """What brings the events (oldest first, at least the beginning among them) to how the case stands since `at`."""
    making = _Making()
    moment = max(at, *(event.at for event in events if event.counts)) if events else at
    for sort, wanted in _differing(told(events), standing):
        own = [event for event in events if event.kind in SORTS[sort]]
        done = way == "back" and _took_back(sort, wanted, own, making)
        done = done or (way == "again" and _did_again(sort, wanted, own, making))
        if not done:
            making.fresh += _became(sort, wanted, own, moment)
    return making.plan


def told(events: Iterable[Kept]) -> Standing:
    """How a case stands by its events."""
    standing = Standing()
    for event in events:
        if event.counts:
            for sort, kinds in SORTS.items():
                if event.kind in kinds:
                    standing = replace(standing, **{sort: _value(sort, event)})
    return standing


def first_response(events: Iterable[CaseEvent]) -> datetime | None:
    """When somebody first answered: a mail that a person wrote, a call that they made, or the resolution. Of what
    counts, oldest first."""
    is_begun = False
    for event in events:
        if event.kind == "created":
            is_begun = True
        elif is_begun and (event.kind in ANSWERS or (event.kind == "status" and event.value == "resolved")):
            return event.at
    return None


def _differing(one: Standing, other: Standing) -> list[tuple[str, str]]:
    return [(sort, getattr(other, sort)) for sort in SORTS if getattr(one, sort) != getattr(other, sort)]


def _value(sort: str, event: Kept) -> str:
    return event.value or _AT_FIRST.get(sort, "")


def _became(sort: str, wanted: str, own: Sequence[Kept], at: datetime) -> list[Fresh]:
    was = next((event.value for event in reversed(own) if event.counts), "")
    if sort != "status" or was not in CASE_CLOSED or wanted in CASE_CLOSED:
        return [Fresh(at, SORTS[sort][-1], wanted)]
    opened = Fresh(at, "reopened", "in_progress")
    return [opened] if wanted == opened.value else [opened, Fresh(at, "status", wanted)]


def _took_back(sort: str, wanted: str, own: Sequence[Kept], making: _Making) -> bool:
    """Let what told of the change stop counting; False where no event did."""
    counting = [event for event in own if event.counts]
    gone = [event for event in counting if event.kind != "created" and event.at == counting[-1].at]
    for count in range(1, len(gone) + 1):
        left = counting[:-count]
        if (_value(sort, left[-1]) if left else _AT_FIRST.get(sort, "")) == wanted:
            making.uncounted += [event.event_id for event in gone[-count:]]
            return True
    return False


def _did_again(sort: str, wanted: str, own: Sequence[Kept], making: _Making) -> bool:
    """Let what told of the change count again; False where no event did. What was taken back last stands first."""
    last = next((place for place in reversed(range(len(own))) if own[place].counts), -1)
    for place, event in enumerate(own[last + 1 :], last + 1):
        if _value(sort, event) == wanted:
            making.counted += [each.event_id for each in own[last + 1 : place + 1] if each.at == event.at]
            return True
    return False
