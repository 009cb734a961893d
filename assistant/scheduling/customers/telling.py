"""What a customer has to be told of a booking now, from what was told last and what holds. Pure.

A customer is told of what lies ahead: once that it was booked or is held, again whenever its time, place or status is
another one than was told, and once that it is off. Nobody is told how it went. A reminder goes out in work hours, so
long before as the site says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from store.scheduling.lifecycle import OPEN

#: That there is nothing to tell.
NOTHING = ""

_FROM, _UNTIL = time(8), time(18)  # when a mail disturbs nobody, on the clocks of the site
_EVENING = time(17)
_LEAST = timedelta(hours=1)  # before the booking; a later reminder helps nobody


@dataclass(frozen=True, slots=True)
class Facts:
    """What a customer knows, or should know, of a booking: its time (UTC), place and status. `customer` is the uid of
    whom it is for, `name` and `email` how they are called and written to; '' where nobody knows it."""

    starts_at: datetime
    ends_at: datetime
    place: str
    status: str
    customer: str = ""
    name: str = ""
    email: str = ""

    def as_json(self) -> dict[str, str]:
        """As the store keeps what was told."""
        times = {"starts_at": self.starts_at.isoformat(), "ends_at": self.ends_at.isoformat()}
        to = {"customer": self.customer, "name": self.name, "email": self.email}
        return {**times, "place": self.place, "status": self.status, **to}

    def is_elsewhere(self, other: Facts) -> bool:
        """Whether the other one is at another time or place."""
        return (self.starts_at, self.ends_at, self.place) != (other.starts_at, other.ends_at, other.place)


def facts_from(stored: Mapping[str, Any]) -> Facts:
    """What was told, from what the store keeps."""
    starts_at, ends_at = (datetime.fromisoformat(stored[name]) for name in ("starts_at", "ends_at"))
    to = (stored.get(name, "") for name in ("customer", "name", "email"))
    return Facts(starts_at, ends_at, stored["place"], stored["status"], *to)


def notice_wanted(told: Facts | None, holds: Facts, *, offered: bool = False, now: datetime) -> str:
    """The kind of notice (store.scheduling.notices) that is due, NOTHING where the customer knows what holds.

    `told` is what was told last, None for nothing. `offered` says that it is held for somebody on the wait list.
    """
    knows = told is not None and told.status != "cancelled"
    if holds.status == "cancelled":
        return "cancellation" if told is not None and knows and told.starts_at > now else NOTHING
    if holds.status not in OPEN or holds.starts_at <= now:
        return NOTHING
    if told is None or not knows:
        return _first(holds, offered)
    if holds.is_elsewhere(told):
        return "change"
    if holds.status == told.status:
        return NOTHING
    return "invitation" if holds.status == "confirmed" else "change"


def _first(holds: Facts, offered: bool) -> str:
    if holds.status == "confirmed":
        return "invitation"
    return "offer" if offered else "hold"


@dataclass(frozen=True, slots=True)
class Reminding:
    """A confirmed booking whose customer is reminded `ahead` of it, on the clocks of the zone. `settled_at` is when it
    was made, moved or confirmed last, or its customer told of it."""

    starts_at: datetime
    ahead: timedelta
    zone: str
    settled_at: datetime

    @property
    def at(self) -> datetime:
        """When the reminder goes out: where that is no decent hour in the next one, or the evening before."""
        due = (self.starts_at - self.ahead).astimezone(ZoneInfo(self.zone))
        if _FROM <= due.time() < _UNTIL:
            return due
        morning = _clock(due if due.time() < _FROM else due + timedelta(days=1), _FROM)
        if morning <= self.starts_at - self.least:
            return morning
        return _clock(due if due.time() >= _UNTIL else due - timedelta(days=1), _EVENING)

    @property
    def least(self) -> timedelta:
        """So long before at least; later nobody is reminded any more."""
        return min(self.ahead, _LEAST)


def reminder_wanted(one: Reminding, now: datetime) -> bool:
    """Whether the customer is to be reminded now: not of what they just heard, not at night, and not too late."""
    if one.settled_at > min(one.at, one.starts_at - one.ahead):
        return False
    is_decent = _FROM <= now.astimezone(ZoneInfo(one.zone)).time() < _UNTIL
    return is_decent and one.at <= now <= one.starts_at - one.least


def _clock(day: datetime, at: time) -> datetime:
    """That time of the day, where the clocks show it twice the first."""
    return datetime.combine(day.date(), at, day.tzinfo)
