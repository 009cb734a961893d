"""Since when, as people type it: so many days back, or a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from store.dates import parse_date, shifted
from store.errors import Invalid

_SPAN = re.compile(r"(\d{1,5})d", re.ASCII)


def instant_since(text: str, now: datetime) -> datetime:
    """An instant from `30d` or a date, which begins at midnight in the zone of `now`. Raises Invalid."""
    if found := _SPAN.fullmatch(text.strip()):
        return shifted(now, -timedelta(days=int(found[1])))
    try:
        day = parse_date(text)
    except Invalid as error:
        raise Invalid(f"{error.sentence.rstrip('.')}, or so many days back, as 30d.") from error
    return datetime.combine(day, time(), now.tzinfo or UTC)
