"""Repetition rules spelled in one way, so that two programs' spellings of one rule compare equal. Pure."""

from __future__ import annotations

from datetime import date, datetime

from calendar_sync.values import parse_time

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def canonical_rule(rrule: str, start: datetime | date) -> str:
    """A repetition rule spelled out as Exchange would write it back: RFC 5545 section 3.3.10 lets the first start
    stand for missing parts, and leaves order and defaults open."""
    parts = {}
    for part in rrule.upper().split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and value:
            parts[name] = ",".join(sorted({each.strip() for each in value.split(",")}))
    if parts.get("INTERVAL") == "1":
        del parts["INTERVAL"]
    _fill_in(parts, start)
    if parts.get("FREQ") != "WEEKLY" or "INTERVAL" not in parts:
        parts.pop("WKST", None)
    if parts.get("WKST") == "MO":
        del parts["WKST"]
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], start)
    return ";".join(f"{name}={value}" for name, value in sorted(parts.items()))


def _fill_in(parts: dict[str, str], start: datetime | date) -> None:
    days = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO"} & parts.keys()
    match parts.get("FREQ"):
        case "WEEKLY" if not days:
            parts["BYDAY"] = _DAYS[start.weekday()]
        case "MONTHLY" if not days:
            parts["BYMONTHDAY"] = str(start.day)
        case "YEARLY" if not days:
            parts.setdefault("BYMONTH", str(start.month))
            parts["BYMONTHDAY"] = str(start.day)
    position, day = parts.get("BYSETPOS", ""), parts.get("BYDAY", "")
    if position and day in _DAYS and "," not in position:
        parts["BYDAY"] = f"{int(position)}{day}" if position.lstrip("+-").isdigit() else day
        del parts["BYSETPOS"]


def _until(value: str, start: datetime | date) -> str:
    """The last day, in the event's own zone: an end given as an instant means the day it lies on there."""
    try:
        found = parse_time(value)
    except ValueError:
        return value
    if isinstance(found, datetime) and found.tzinfo is not None and isinstance(start, datetime):
        found = found.astimezone(start.tzinfo)
    return found.strftime("%Y%m%d")
