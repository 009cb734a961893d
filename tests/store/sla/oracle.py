"""What the clocks of a case say, found by going through its life minute by minute. Slow, and nothing to get wrong.

It shares no code with what it checks: it reads hours and terms as the store keeps them, steps through UTC, looks at the
clock on the wall, and counts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.store.sla.scenarios import MINUTE, Desk, Scenario

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MOST = timedelta(days=400)  # to look ahead

#: (state, due_at, remaining minutes, next_at, ended_at, paused_by)
Told = tuple[str, datetime | None, int, datetime | None, datetime | None, str] | None


class Wall:
    """The walls of a desk: which minutes of which local days are open."""

    def __init__(self, desk: Desk) -> None:
        self.zone = ZoneInfo(desk.zone)
        self.week = [
            _minutes(tuple(desk.hours.get(day, ())), tuple(desk.hours.get(_DAYS[number - 1], ())))
            for number, day in enumerate(_DAYS)
        ]
        self.holidays = {date.fromisoformat(day): _minutes(tuple(hours), ()) for day, hours in desk.holidays.items()}

    def is_open(self, at: datetime) -> bool:
        there = at.astimezone(self.zone)
        minute = there.hour * 60 + there.minute
        if self.holidays and (day := there.date()) in self.holidays:
            return self.holidays[day][minute]
        return self.week[there.weekday()][minute]


@dataclass
class Counter:
    """Minutes counted for one clock, with how many there were at each minute since it began."""

    used: int = 0
    began: datetime | None = None
    history: list[int] = field(default_factory=list)
    end: tuple[datetime, Desk, str] | None = None  # when it ended, the desk and the priority then

    def first_with(self, limit: int) -> datetime | None:
        assert self.began is not None
        for minutes, used in enumerate(self.history):
            if used >= limit:
                return self.began + minutes * MINUTE
        return None


def told(case: Scenario) -> tuple[Told, Told]:
    """First response and resolution at the scenario's now."""
    life = _Life(case)
    at = case.events[0].at
    waiting = list(case.events)
    while True:
        while waiting and waiting[0].at == at:
            event = waiting.pop(0)
            life.happens(event.kind, event.value, at)
        life.note(at)
        if at == case.now:
            break
        life.minute(at)
        at += MINUTE
    return life.told("first_response", life.response, at), life.told("resolution", life.resolution, at)


class _Life:
    def __init__(self, case: Scenario) -> None:
        self.case, self.desk = case, case.desk
        self.status, self.priority = "new", "normal"
        self.closed = ""  # or how
        self.response, self.resolution = Counter(), Counter()
        self.walls: dict[int, Wall] = {}

    def happens(self, kind: str, value: str, at: datetime) -> None:
        if kind == "created":
            self.priority = value or "normal"
        elif kind == "priority":
            self.priority = value
        elif kind == "queue":
            self.desk = self.case.queues.get(value, self.case.desk)
        elif kind == "our_mail" and self.response.end is None:
            self.response.end = at, self.desk, self.priority
        elif kind == "status":
            self.become(value, at)
        elif kind == "reopened" and self.closed:
            self.become("in_progress", at)
        elif kind == "merged":
            self.become("cancelled", at)

    def become(self, status: str, at: datetime) -> None:
        self.status = status
        if status in ("resolved", "cancelled"):
            if not self.closed:
                self.closed = status
                self.resolution.end = at, self.desk, self.priority
                if status == "resolved" and self.response.end is None:
                    self.response.end = self.resolution.end
        elif self.closed:
            self.closed = ""
            self.resolution.end = None
            if self.desk.terms["starts_anew"]:
                self.resolution = Counter()

    def note(self, at: datetime) -> None:
        for counter in (self.response, self.resolution):
            counter.began = counter.began or at
            counter.history.append(counter.used)

    def minute(self, at: datetime) -> None:
        if self.closed or not self.wall(self.desk).is_open(at):
            return
        if self.response.end is None:
            self.response.used += 1
        if self.status not in self.desk.terms["pauses"]:
            self.resolution.used += 1

    def told(self, name: str, counter: Counter, now: datetime) -> Told:
        end = counter.end
        if end is None and self.closed:  # cancelled before it was answered
            assert self.resolution.end is not None
            end = self.resolution.end
        _, desk, priority = end or (now, self.desk, self.priority)
        limit = desk.terms[name].get(priority)
        if limit is None:
            return None
        dropped = self.closed == "cancelled" and (counter is self.resolution or counter.end is None)
        left, late_at = limit - counter.used, counter.first_with(limit)
        ended_at = end[0] if end else None
        paused_by = "" if end or name == "first_response" or self.status not in desk.terms["pauses"] else self.status
        if left <= 0:
            return "breached", late_at, left, None, ended_at, paused_by
        if dropped:
            return None
        if ended_at:
            (due_at,) = self.later(ended_at, desk, left)
            return "met", due_at, left, None, ended_at, ""
        if paused_by:
            return "paused", None, left, None, None, paused_by
        unwarned = -(-limit * desk.warn_tenths // 10) - counter.used
        warns_at, due_at = self.later(now, desk, unwarned, left)
        if unwarned <= 0:
            return "warned", due_at, left, due_at, None, ""
        return "running", due_at, left, warns_at, None, ""

    def later(self, at: datetime, desk: Desk, *minutes: int) -> list[datetime]:
        """When so many open minutes have passed, for each in order; what is not above zero is left at `at`."""
        wall, passed, found = self.wall(desk), 0, []
        for wanted in minutes:
            while passed < wanted:
                passed += wall.is_open(at)
                at += MINUTE
                assert at < self.case.now + _MOST, "it is never due"
            found.append(at)
        return found

    def wall(self, desk: Desk) -> Wall:
        if id(desk) not in self.walls:
            self.walls[id(desk)] = Wall(desk)
        return self.walls[id(desk)]


@cache
def _minutes(own: tuple[str, ...], before: tuple[str, ...]) -> list[bool]:
    """Each minute of a day, with the nights that began the day before."""
    spans = [_span(each) for each in own]
    nights = [end for start, end in map(_span, before) if end <= start]
    return [
        any(start <= minute < (end if end > start else 1440) for start, end in spans)
        or any(minute < end for end in nights)
        for minute in range(1440)
    ]


@cache
def _span(written: str) -> tuple[int, int]:
    start, end = written.split("-")
    return _minute(start), _minute(end)


def _minute(written: str) -> int:
    hour, minute = written.split(":")
    return int(hour) * 60 + int(minute)


def differences(case: Scenario) -> list[str]:
    """Where the product says something else than counting does."""
    said = case.clocks()
    found = []
    for name, clock, counted in zip(
        ("first response", "resolution"), (said.first_response, said.resolution), told(case), strict=True
    ):
        shown: Told = None
        if clock is not None:
            left = clock.remaining // timedelta(minutes=1)
            shown = (clock.state, clock.due_at, left, clock.next_at, clock.ended_at, clock.paused_by)
        if shown != counted:
            found.append(f"{name}: {shown} instead of {counted}")
    return found
