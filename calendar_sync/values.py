"""The value types of iCalendar (RFC 5545 section 3.3) by icalendar, with one error for all that goes wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from icalendar import vDDDTypes, vDuration, vUTCOffset

_LONGEST_VALUE = 100


def parse_time(text: str) -> datetime | date:
    """A DATE, a naive local DATE-TIME, or an aware one in UTC; of a PERIOD its start. Raises ValueError.

    Years at the edge of what datetime holds are refused: no other zone could show them.
    """
    value = _parsed(vDDDTypes, text.partition("/")[0].strip())
    if not isinstance(value, date) or not 2 <= value.year <= 9997:
        raise ValueError(f'"{text[:40]}" is no time')
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo else value


def parse_duration(text: str) -> timedelta:
    """A DURATION, which may be negative. Raises ValueError."""
    value = _parsed(vDuration, text.strip())
    if not isinstance(value, timedelta):
        raise ValueError(f'"{text[:40]}" is no duration')
    return value


def parse_offset(text: str) -> timedelta:
    """A UTC-OFFSET of less than a day. Raises ValueError."""
    value = _parsed(vUTCOffset, text.strip())
    if not isinstance(value, timedelta) or abs(value) >= timedelta(days=1):
        raise ValueError(f'"{text[:40]}" is no offset from UTC')
    return value


def _parsed(kind: type[vDDDTypes] | type[vDuration] | type[vUTCOffset], text: str) -> object:
    if len(text) > _LONGEST_VALUE:
        raise ValueError(f'"{text[:40]}" is too long')
    try:
        return kind.from_ical(text)  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError, TypeError) as error:
        raise ValueError(f'"{text[:40]}" cannot be read') from error
