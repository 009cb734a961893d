"""One clock as it stands, and the stopwatch of working time behind it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from store.sla.hours import BusinessCalendar
from store.sla.open_times import ZERO
from store.sla.terms import Limit

State = Literal["running", "paused", "warned", "breached", "met"]

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """How a clock stands.

    It is breached from `due_at` on, also when it ended after it, and met when it ended before. While it is paused
    `due_at` is None. `remaining` is working time, negative once it is late. `next_at` is when its state changes by
    itself. `paused_by` is the status for which it stands, also of one that is breached.
    """

    state: State
    due_at: datetime | None
    remaining: timedelta
    next_at: datetime | None = None
    ended_at: datetime | None = None
    paused_by: str = ""


class Watch:
    """A stopwatch of working time."""

    __slots__ = ("calendar", "past", "since", "used")

    def __init__(self) -> None:
        self.calendar: BusinessCalendar | None = None  # whose time is counted; None while it rests
        self.since = _NEVER  # from when on it counts that, meaningless while it rests
        self.used = ZERO  # in the stretches before
        self.past: list[tuple[datetime, timedelta, BusinessCalendar]] = []  # their starts, and what was used by then

    def turn(self, at: datetime, calendar: BusinessCalendar | None) -> None:
        """Count this calendar's time from now on, or rest."""
        if self.calendar is not None and self.since != at:  # a case comes and goes to its queue in one moment
            self.past.append((self.since, self.used, self.calendar))
            self.used += self.calendar.working_between(self.since, at)
        self.since, self.calendar = at, calendar

    def clear(self) -> None:
        self.used = ZERO
        self.past.clear()

    def passed(self, limit: timedelta) -> datetime | None:
        """When the limit was reached, or will be; None for a watch that rests before it."""
        for since, used, calendar in reversed(self.past):
            if used < limit <= self.used:
                return calendar.add_working(since, limit - used)
        return self.calendar.add_working(self.since, limit - self.used) if self.calendar else None

    def read(self, limit: Limit, now: datetime, paused_by: str) -> Clock:
        since, used, calendar = self.since, self.used, self.calendar
        spent = used + calendar.working_between(since, now) if calendar else used
        remaining = limit.late - spent
        if remaining <= ZERO:
            return Clock("breached", self.passed(limit.late), remaining, None, None, paused_by)
        if calendar is None:
            return Clock("paused", None, remaining, None, None, paused_by)
        due_at = calendar.add_working(since, limit.late - used)
        if spent >= limit.warn:
            return Clock("warned", due_at, remaining, due_at)
        return Clock("running", due_at, remaining, calendar.add_working(since, limit.warn - used))

    def read_ended(self, limit: Limit, ended_at: datetime, calendar: BusinessCalendar) -> Clock:
        remaining = limit.late - self.used
        if remaining <= ZERO:
            return Clock("breached", self.passed(limit.late), remaining, None, ended_at)
        return Clock("met", calendar.add_working(ended_at, remaining), remaining, None, ended_at)
