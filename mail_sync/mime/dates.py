"""Dates of mail headers, in every form that senders write, as aware UTC instants."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES.split(), start=1)}
_RFC5322 = re.compile(
    r"\s*(?:[A-Za-z]{2,9}\.?,?\s*)?(\d{1,2})[\s-]+([A-Za-z]{3})[a-z]*\.?,?[\s-]+(\d{2,4}),?\s+"
    r"(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?(?:[.,]\d+)?\s*([+-]\s?\d{1,2}:?\d{2}|[A-Za-z]{1,5})?"
)
_ISO = re.compile(r"\s*(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d{1,6})?)\d*\s*(Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)
# RFC 5322 section 4.3; any other name carries no offset that could be trusted and counts as -0000.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_ZONES |= {"CET": 1, "MET": 1, "CEST": 2, "MEST": 2, "EET": 2, "EEST": 3, "WEST": 1, "BST": 1, "JST": 9, "MSK": 3}
_UTC_NAMES = frozenset({"GMT", "UT", "UTC", "Z", "WET"})
_MAX_OFFSET = timedelta(hours=16)
_EARLIEST, _LATEST = 1971, 2100  # a mail from outside this span has a broken clock, not a date


def parse_date(text: str) -> tuple[datetime | None, str]:
    """The instant in UTC and what had to be assumed; None where the text holds no credible date. Never raises."""
    if not text:
        return None, ""
    text = text[:200]
    try:
        found = _rfc5322(text) or _iso(text) or _by_library(text)
    except (ValueError, OverflowError, TypeError):
        found = None
    if found is None:
        return None, f"unreadable date {text[:60]!r}"
    moment, defect = found
    if not _EARLIEST <= moment.year <= _LATEST:
        return None, f"a date that cannot be: {text[:60]!r}"
    return moment, defect


def _rfc5322(text: str) -> tuple[datetime, str] | None:
    match = _RFC5322.match(text)
    month = _MONTHS.get(match[2].lower()) if match else None
    if match is None or month is None:
        return None
    offset, defect = _offset(match[7])
    moment = datetime(
        _year(match[3]),
        month,
        int(match[1]),
        int(match[4]),
        int(match[5]),
        min(int(match[6] or 0), 59),  # a leap second is shown as the second before it
        tzinfo=offset,
    )
    return moment.astimezone(UTC), defect


def _year(text: str) -> int:
    """RFC 5322 section 4.3: two digits below 50 are 20xx, two or three digits otherwise count from 1900."""
    year = int(text)
    if len(text) == 2 and year < 50:
        return 2000 + year
    return 1900 + year if len(text) < 4 else year


def _offset(text: str | None) -> tuple[timezone, str]:
    if text is None:
        return UTC, "a date without time zone"
    if text[0] in "+-":
        digits = text[1:].replace(":", "").strip().zfill(4)
        span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        if span > _MAX_OFFSET:
            return UTC, f"a time zone that cannot be: {text}"
        return timezone(-span if text[0] == "-" else span), ""
    name = text.upper()
    if name in _UTC_NAMES:
        return UTC, ""
    if name in _ZONES:
        return timezone(timedelta(hours=_ZONES[name])), ""
    return UTC, f"unknown time zone {name}"


def _iso(text: str) -> tuple[datetime, str] | None:
    match = _ISO.match(text)
    if match is None:
        return None
    moment = datetime.fromisoformat(match[1])
    offset, defect = _offset(match[2])
    return moment.replace(tzinfo=offset).astimezone(UTC), defect or "a date in ISO form"


def _by_library(text: str) -> tuple[datetime, str] | None:
    parsed = parsedate_tz(text)
    if parsed is None:
        return None
    seconds = parsed[9]
    defect = "a date in an unusual form" if seconds is not None else "a date without time zone"
    span = timedelta(seconds=seconds or 0)
    if abs(span) > _MAX_OFFSET:
        span = timedelta(0)
    moment = datetime(*parsed[:5], min(parsed[5], 59), tzinfo=timezone(span))
    return moment.astimezone(UTC), defect
