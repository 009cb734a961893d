"""Repetition rules spelled in one way, so that two programs' spellings of one rule compare equal. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

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
    """The last day on which the series may take place, in its own zone: the day on which an end given as an instant
    lies there, or the day before where it lies too early for that day's occurrence."""
    try:
        found = parse_time(value)
    except ValueError:
        return value
    if isinstance(found, datetime) and isinstance(start, datetime):
        if found.tzinfo is not None:
            found = found.astimezone(start.tzinfo)
        if found.time() < start.time():
            found -= timedelta(days=1)
    return found.strftime("%Y%m%d")
