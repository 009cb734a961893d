"""When something comes back, as people type it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time

from assistant.chat.times.reading import whole
from assistant.chat.times.values import Duration, Reading, Recurrence
from assistant.chat.understanding.timing import as_day, as_rule, as_since, as_when, first_of
from store.errors import Ambiguous, Invalid

MORNING = time(9)
_SHORT = re.compile(r"(\d{1,4}) ?(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


@dataclass(frozen=True, slots=True)
class Typed:
    """Naive wall time of whoever typed it; `recurrence` is an RFC 5545 RRULE, '' for once."""

    wall: datetime
    recurrence: str = ""


def typed_time(text: str, now: datetime, *, morning: time = MORNING) -> Typed:
    """The time meant by "tomorrow 8:30", "in two weeks", "3h", "every Monday at 8" or "2026-12-24 14:00"; of a day
    alone its morning, of what is longer its beginning. `now` is aware, in the zone of whoever typed it. Raises
    Invalid, and Ambiguous for 3/4."""
    said = " ".join(text.split())
    reading = _reading(said, now)
    if reading is not None and isinstance(reading.value, Recurrence) and (rule := as_rule(reading)):
        return Typed(_wall(first_of(reading.value, now), morning), rule)
    found = None if reading is None else as_when(reading) or as_since(reading)
    if found is None:
        raise Invalid(f"{said!r} is no time; write it as tomorrow 8:30, in two weeks, or 2026-12-24 14:00.")
    if found.others:
        choices = " or ".join(str(one) for one in (found.value, *found.others))
        raise Ambiguous(f"{said!r} may be {choices}; write it as one of these.")
    wall = _wall(found.value, morning)
    last = as_day(reading) if reading is not None else None
    # "the end of the month" may have begun already; then it is its last day.
    return Typed(_wall(last.value, morning) if last and wall <= now.replace(tzinfo=None) else wall)


def _reading(said: str, now: datetime) -> Reading | None:
    """A length, as "2 days" or "3h", is so long from now."""
    if spelled := _SHORT.fullmatch(said.casefold()):
        said = f"{spelled[1]} {_UNITS[spelled[2]]}"
    found = whole(said, now) if said else None
    return whole(f"in {said}", now) if found is not None and isinstance(found.value, Duration) else found


def _wall(value: str, morning: time) -> datetime:
    wall = datetime.fromisoformat(value)
    return wall if "T" in value else datetime.combine(wall.date(), morning)
