"""When something happened, as tables of other programs write it. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from store.dates import Order, parse_date
from store.errors import Invalid

_NOON = time(12)  # of what only names its day: the same day on every wall between here and twelve hours away
_TIME = re.compile(r"[T\s,](\d{1,2}):(\d{2})(?::(\d{2}))?(?:[.,]\d+)?\s*([AaPp])?\.?[Mm]?\.?", re.ASCII)


def parse_moment(text: str, *, first: Order = "") -> datetime:
    """The instant meant by "2026-03-04T10:00:00Z", "4.3.2026 10:00" or "3/13/2026 2:05 PM"; in UTC where it names no
    zone, at noon where it names no time. Raises Invalid."""
    written = text.strip()
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        pass
    else:
        if len(written) > len("2026-03-04"):
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return datetime.combine(parse_date(written, first=first), _time(written), UTC)


def _time(written: str) -> time:
    found = _TIME.search(written)
    if found is None:
        return _NOON
    hour, half = int(found[1]), (found[4] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(found[2]), int(found[3] or 0))
    except ValueError:
        raise Invalid(f"{written!r} names no time of the day.") from None
