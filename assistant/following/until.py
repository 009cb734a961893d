"""Until when something is put off, as people say it. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.following.typed import MORNING, typed_time
from store.errors import StoreError

_EVENING = 17  # o'clock, from which "later today" is not worth it
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


def usual(now: datetime) -> tuple[tuple[str, datetime], ...]:
    """What is offered first, with the moments that are meant; `now` is aware, in the user's zone."""
    today = now.date()
    later = (now + 3 * _HOUR).replace(minute=0, second=0, microsecond=0)
    offered = [("in an hour", now + _HOUR)]
    if now.hour < _EVENING and later.date() == today:
        offered.append(("later today", later))
    offered.append(("tomorrow", _morning(now + _DAY)))
    monday = now + (7 - now.weekday()) * _DAY
    if monday.date() != (now + _DAY).date():
        offered.append(("next week", _morning(monday)))
    return (*offered, ("in a month", _morning(now + 30 * _DAY)))


def moment_meant(text: str, now: datetime) -> datetime | None:
    """The moment that is meant by one of these, or as `typed_time` reads it. None for what is no single time, or is
    over."""
    found = next((at for said, at in usual(now) if said == " ".join(text.lower().split())), None)
    if found is not None:
        return found
    try:
        typed = typed_time(text, now)
    except StoreError:
        return None
    at = typed.wall.replace(tzinfo=now.tzinfo)
    return at if at > now and not typed.recurrence else None


def _morning(day: datetime) -> datetime:
    return datetime.combine(day.date(), MORNING, day.tzinfo)
