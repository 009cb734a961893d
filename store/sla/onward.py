"""The clock of a case to watch, and what it says a while later as long as nothing happens. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from store.sla.clock import Clocks
from store.sla.hours import BusinessCalendar
from store.sla.open_times import ZERO
from store.sla.watch import Clock


def onward(clock: Clock | None, calendar: BusinessCalendar, since: datetime, now: datetime) -> Clock | None:
    """What a clock that was read at `since` says now; one that ended, or stands, says what it said.

    `calendar` is the one whose time it counts.
    """
    if clock is None or clock.ended_at is not None or clock.paused_by or clock.state == "paused":
        return clock
    remaining = clock.remaining - calendar.working_between(since, now)
    if remaining <= ZERO:
        return replace(clock, state="breached", remaining=remaining, next_at=None)
    if clock.state == "running" and clock.next_at is not None and clock.next_at <= now:
        return replace(clock, state="warned", remaining=remaining, next_at=clock.due_at)
    return replace(clock, remaining=remaining)


def pressing(clocks: Clocks) -> Clock | None:
    """The clock to watch: of those that are open the one with the least time left, one that stands after all others."""
    both = (clocks.first_response, clocks.resolution)
    opened = [clock for clock in both if clock is not None and clock.ended_at is None]
    return min(opened, key=lambda clock: (clock.state == "paused", clock.remaining), default=None)
