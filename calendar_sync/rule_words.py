"""How something repeats, as people read it: RFC 5545 rules in words. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORK_DAYS = "MO,TU,WE,TH,FR"
#: A weekday of a rule, with its place in the month, as -1FR.
ON = re.compile(r"([+-]?\d{0,2})([A-Z]{2})")

_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}


def in_words(rrule: str) -> str:
    """A rule for people: "every 2 weeks on Mon, Thu until 3 Dec 2026"; what has no words is shown as it is."""
    parts = parts_of(rrule)
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None or parts.keys() - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"}:
        return rrule
    every = parts.get("INTERVAL", "1")
    said = [f"every {unit}" if every == "1" else f"every {every} {unit}s"]
    if parts.get("BYDAY") == WORK_DAYS and unit == "week":
        said = ["every weekday"]
    elif "BYDAY" in parts:
        said.append("on " + ", ".join(_on_words(code) for code in parts["BYDAY"].split(",")))
    if "BYMONTHDAY" in parts:
        said.append(f"on day {parts['BYMONTHDAY'].replace(',', ', ')}")
    if "BYMONTH" in parts:
        months = [int(number) for number in parts["BYMONTH"].split(",") if number.isdecimal()]
        said.append("in " + ", ".join(_month(month) for month in months if 0 < month < 13))
    if "COUNT" in parts:
        said.append(f"{parts['COUNT']} times")
    if last := last_day(parts, UTC):
        said.append(f"until {last.day} {_month(last.month)} {last.year}")
    return " ".join(said)


def parts_of(rrule: str) -> dict[str, str]:
    """The parts of a rule by their names, in capitals."""
    pairs = (part.partition("=") for part in rrule.upper().split(";"))
    return {name: value for name, _, value in pairs if value}


def _on_words(code: str) -> str:
    found = ON.fullmatch(code)
    if found is None or found[2] not in CODES:
        return code
    place = int(found[1]) if found[1] not in ("", "+", "-") else 0
    name = _day(CODES.index(found[2]))
    return f"the {_PLACES.get(place, f'{place}.')} {name}" if place else name


def _day(place: int) -> str:
    return f"{date(2024, 1, 1 + place):%a}"  # a Monday


def _month(number: int) -> str:
    return f"{date(2024, number, 1):%b}"


def last_day(parts: dict[str, str], zone: tzinfo) -> date | None:
    """The day until which it repeats, None for no such day."""
    written = parts.get("UNTIL", "")
    try:
        if written.endswith("Z"):
            return datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()
        return datetime.strptime(written[:8], "%Y%m%d").replace(tzinfo=UTC).date() if written else None
    except ValueError:
        return None
