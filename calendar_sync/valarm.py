"""The reminder of an event (RFC 5545 section 3.6.6): minutes before its start."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from calendar_sync.values import parse_duration, parse_time
from mail_sync.content_lines import Block, ContentLine

_NAMES = frozenset({"ACTION", "TRIGGER"})
_SHOWN = ("DISPLAY", "AUDIO")
_MINUTE = timedelta(minutes=1)
#: Four weeks and a day, the longest that Outlook lets people choose, is far below; what is longer is a mistake.
_LONGEST = timedelta(days=400)


def reminder_minutes(event: Block, start: datetime | date, end: datetime | date) -> int | None:
    """How long before the start a person is reminded first; None where no readable alarm shows itself in time.

    An alarm after the start counts as one at the start.
    """
    found = [_before_start(alarm, start, end) for alarm in event.blocks if alarm.name == "VALARM"]
    known = [each for each in found if each is not None]
    return max(known) if known else None


def _before_start(alarm: Block, start: datetime | date, end: datetime | date) -> int | None:
    lines = {line.name: line for line in alarm.properties(_NAMES) if line is not None}
    if "TRIGGER" not in lines or ("ACTION" in lines and lines["ACTION"].value.strip().upper() not in _SHOWN):
        return None
    try:
        ahead = _ahead(lines["TRIGGER"], start, end)
    except (ValueError, OverflowError):
        return None
    if ahead is None or ahead > _LONGEST:
        return None
    return max(round(ahead / _MINUTE), 0)


def _ahead(trigger: ContentLine, start: datetime | date, end: datetime | date) -> timedelta | None:
    """How far before the start the trigger lies. Raises ValueError, OverflowError."""
    value = trigger.value.strip()
    if value[:1] in ("+", "-", "P"):
        offset = parse_duration(value)
        return -offset - (_length(start, end) if trigger.param("RELATED").upper() == "END" else timedelta())
    at = parse_time(value)
    if not isinstance(at, datetime) or not isinstance(start, datetime):
        return None
    return start.astimezone(UTC) - (at if at.tzinfo else at.replace(tzinfo=start.tzinfo)).astimezone(UTC)


def _length(start: datetime | date, end: datetime | date) -> timedelta:
    if isinstance(start, datetime) and isinstance(end, datetime):
        return end - start
    return timedelta(days=end.toordinal() - start.toordinal())
