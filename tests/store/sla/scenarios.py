"""Random cases in plain values: zones, hours and terms as the store keeps them, moments on whole minutes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from store.sla.clock import CaseEvent, Clocks, clocks
from store.sla.stored import calendar_from, terms_from
from store.sla.terms import Sla

MINUTE = timedelta(minutes=1)
_ZONES = (
    "Europe/Berlin", "America/New_York", "America/Havana", "America/Santiago", "Africa/Casablanca", "Asia/Tehran",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Antarctica/Troll", "Atlantic/Azores", "UTC",
)  # fmt: skip
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFTS = (
    ["09:00-17:00"], ["08:30-12:00", "13:15-18:00"], ["22:00-06:00"], ["00:00-24:00"], ["00:30-02:30"],
    ["01:15-03:30", "20:00-23:00"], ["02:00-02:45", "12:00-24:00"], ["06:00-14:00", "14:00-22:00"], ["23:30-23:15"],
)  # fmt: skip
_PRIORITIES = ("low", "normal", "high", "urgent")
_STATUSES = ("in_progress", "in_progress", "waiting", "waiting", "on_hold", "resolved", "cancelled")


@dataclass(frozen=True)
class Desk:
    """A zone, hours and holidays as the store keeps them, and terms with their share to warn at in tenths."""

    zone: str
    hours: dict[str, list[str]]
    holidays: dict[str, list[str]]
    terms: dict[str, Any]
    warn_tenths: int

    def sla(self) -> Sla:
        return Sla(terms_from(self.terms, self.warn_tenths / 10), calendar_from(self.zone, self.hours, self.holidays))


@dataclass(frozen=True)
class Scenario:
    """A case, the desk it has by itself, and those of queues."""

    desk: Desk
    queues: dict[str, Desk]
    events: tuple[CaseEvent, ...]
    now: datetime

    def clocks(self) -> Clocks:
        own = self.desk.sla()
        queues = {name: desk.sla() for name, desk in self.queues.items()}
        return clocks(self.events, own.terms, own.calendar, self.now, queues=queues)


def scenario(rng: random.Random) -> Scenario:
    """A case that lives some days, half of them around a night in which the clocks change."""
    start = _start(rng)
    queues = {name: _desk(rng, start) for name in ("1", "2")[: rng.choice((0, 0, 1, 2))]}
    events = [CaseEvent(start, "created", rng.choice(("", *_PRIORITIES)))]
    at = start
    for _ in range(rng.randrange(9)):
        at += rng.choice((0, 1, 10, 60, 200, 300)) * MINUTE + rng.randrange(90) * MINUTE
        events.append(_event(rng, at))
    return Scenario(_desk(rng, start), queues, tuple(events), at + rng.choice((0, 30, 400, 900)) * MINUTE)


def _event(rng: random.Random, at: datetime) -> CaseEvent:
    kind = rng.choices(
        ("status", "our_mail", "priority", "queue", "reopened", "customer_mail", "merged"), (10, 3, 3, 3, 2, 1, 0.3)
    )[0]
    values = {"status": _STATUSES, "priority": _PRIORITIES, "queue": ("", "1", "2"), "merged": ("C-9",)}
    return CaseEvent(at, kind, rng.choice(values.get(kind, ("",))))


def _desk(rng: random.Random, start: datetime) -> Desk:
    days = rng.choice((_DAYS, _DAYS[:5], _DAYS[:5], tuple(rng.sample(_DAYS, 3))))
    one = rng.choice(_SHIFTS)
    hours = {day: rng.choice((one, one, rng.choice(_SHIFTS))) for day in days}
    near = [(start + timedelta(days=rng.randrange(-1, 6))).date() for _ in range(rng.randrange(3))]
    holidays = {str(day): rng.choice(([], ["09:00-12:00"], ["20:00-24:00"])) for day in near}
    terms = {
        "first_response": {each: 10 * rng.choice((1, 3, 6, 24, 48)) for each in rng.sample(_PRIORITIES, 3)},
        "resolution": {each: 10 * rng.choice((1, 6, 24, 48, 72)) for each in rng.sample(_PRIORITIES, 3)},
        "pauses": rng.choice((["waiting"], ["waiting", "on_hold"], [])),
        "starts_anew": rng.random() < 0.3,
    }
    return Desk(rng.choice(_ZONES), hours, holidays, terms, rng.choice((2, 5, 8, 10)))


def _start(rng: random.Random) -> datetime:
    if rng.random() < 0.5:
        changes = changing_days(rng.choice(_ZONES[:-1]))
        if changes:
            return rng.choice(changes) + rng.randrange(-2 * 1440, 1440) * MINUTE
    return datetime(2019, 1, 1, tzinfo=UTC) + rng.randrange(10 * 365 * 1440) * MINUTE


@cache
def changing_days(zone: str) -> tuple[datetime, ...]:
    """The midnights of UTC before which the zone's clocks changed within a day, from 2019 to 2028."""
    midnights = [datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(3650)]
    ahead = [midnight.astimezone(ZoneInfo(zone)).utcoffset() for midnight in midnights]
    return tuple(midnights[day] for day in range(1, len(midnights)) if ahead[day] != ahead[day - 1])
