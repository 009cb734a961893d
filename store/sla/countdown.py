"""A clock in words for a screen. Pure.

All of it is working time: what is left stands still while the desk is closed, which is then said too.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from store.sla.hours import BusinessCalendar
from store.sla.open_times import ZERO
from store.sla.watch import Clock

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_COARSE = 10 * _HOUR  # from here on minutes are left out
_PAUSED = {"waiting": "paused: waiting for the customer", "on_hold": "paused: on hold"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def countdown(clock: Clock | None, calendar: BusinessCalendar, now: datetime) -> str:
    """ "2 h 10 min left", "late by 3 h", "paused: waiting for the customer"; '' where nothing is owed.

    `now` is the moment the clock was worked out for, in the reader's zone. While the desk is closed it says until when:
    "2 h 10 min left, closed until Mon 09:00". An ended clock says "kept with 20 min left" or "missed by 3 h".
    """
    if clock is None:
        return ""
    if clock.ended_at is not None:
        late = clock.state == "breached"
        return f"missed by {length(-clock.remaining)}" if late else f"kept with {length(clock.remaining)} left"
    if clock.state == "paused":
        return _PAUSED[clock.paused_by]
    if clock.paused_by:
        return f"{_left(clock.remaining)}, {_PAUSED[clock.paused_by]}"
    return f"{_left(clock.remaining)}{closed(calendar, now)}"


def countdown_to(due_at: datetime, calendar: BusinessCalendar, now: datetime) -> str:
    """The same words for a clock that runs, of which only the moment it is due is at hand, as in a list."""
    return f"{_left(calendar.working_between(now, due_at))}{closed(calendar, now)}"


def closed(calendar: BusinessCalendar, now: datetime) -> str:
    """ ", closed until Mon 09:00" on the reader's wall, with the date where that is a week ahead; '' if it is open."""
    opens = calendar.next_open(now)
    if opens == now:
        return ""
    there = opens.astimezone(now.tzinfo)
    days = (there.date() - now.date()).days
    day = "" if not days else f"{_DAYS[there.weekday()]} " if days < 7 else f"{there.date()} "
    return f", closed until {day}{there:%H:%M}"


def length(time: timedelta) -> str:
    """Working time as "under 1 min", "40 min", "2 h 10 min", "3 h", "26 h": rounded down, so that none is promised."""
    if time < _MINUTE:
        return "under 1 min"
    hours, minutes = time // _HOUR, time % _HOUR // _MINUTE
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes and time < _COARSE else f"{hours} h"


def _left(remaining: timedelta) -> str:
    return f"{length(remaining)} left" if remaining > ZERO else f"late by {length(-remaining)}"
