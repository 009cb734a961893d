"""How an appointment repeats, as a form says it and as people read it: RFC 5545 rules to words and back. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from store.errors import Invalid
from tui.typed_times import day_in
from tui.when import DAYS, MONTHS

#: What a form offers. `other` stands for a rule that the form cannot say; it stays as it is.
CHOICES = ("daily", "weekdays", "weekly", "monthly", "monthly_on_that_weekday", "yearly", "other")

_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORK_DAYS = "MO,TU,WE,TH,FR"
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "second to last"}
_ON = re.compile(r"([+-]?\d{0,2})([A-Z]{2})")
_TIMES = re.compile(r"(\d{1,4})\s*(?:x|times?|mal)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Repetition:
    """As typed: `choice` is one of CHOICES or '' for once, `every` a number, `on` weekdays, `until` a date or count."""

    choice: str = ""
    every: str = ""
    on: str = ""
    until: str = ""


def repetition(rrule: str, zone: tzinfo) -> Repetition:
    """A rule as the form shows it."""
    if not rrule:
        return Repetition()
    parts = _parts(rrule)
    freq, on = parts.get("FREQ", ""), parts.get("BYDAY", "")
    rest = parts.keys() - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"}
    every, until = parts.get("INTERVAL", ""), _until_words(parts, zone)
    plain = all(code in _CODES for code in on.split(",") if code)
    if freq == "WEEKLY" and on == _WORK_DAYS and every in ("", "1") and not rest:
        return Repetition("weekdays", "", "", until)
    if freq == "WEEKLY" and plain and not rest:
        return Repetition("weekly", every, ", ".join(DAYS[_CODES.index(code)] for code in on.split(",") if code), until)
    if freq == "MONTHLY" and _ON.fullmatch(on) and not plain and not rest:
        return Repetition("monthly_on_that_weekday", every, "", until)
    if freq == "MONTHLY" and not on and rest <= {"BYMONTHDAY"} and "," not in parts.get("BYMONTHDAY", ""):
        return Repetition("monthly", every, "", until)
    if freq in ("DAILY", "YEARLY") and not on and not rest:
        return Repetition(freq.lower(), every, "", until)
    return Repetition("other", "", "", "")


def rule(typed: Repetition, start: datetime | date, today: date) -> str:
    """The rule that a form says for something that starts at `start` (aware, or a day); '' for once.

    Raises Invalid.
    """
    if not typed.choice:
        return ""
    parts = {
        "FREQ": {"weekdays": "WEEKLY", "monthly_on_that_weekday": "MONTHLY"}.get(typed.choice, typed.choice.upper())
    }
    if typed.every.strip() not in ("", "1"):
        if not typed.every.strip().isdecimal() or not 0 < int(typed.every) < 1000:
            raise Invalid(f"Every {typed.every!r} cannot be read; write a number, as 2 for every second.")
        parts["INTERVAL"] = str(int(typed.every))
    day = start.date() if isinstance(start, datetime) else start
    match typed.choice:
        case "weekdays":
            parts["BYDAY"] = _WORK_DAYS
        case "weekly":
            parts["BYDAY"] = _weekdays(typed.on) or _CODES[day.weekday()]
        case "monthly":
            parts["BYMONTHDAY"] = str(day.day)
        case "monthly_on_that_weekday":
            place = (day.day - 1) // 7 + 1
            parts["BYDAY"] = f"{-1 if place > 4 else place}{_CODES[day.weekday()]}"
    parts |= _end(typed.until.strip(), start, today)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def in_words(rrule: str) -> str:
    """A rule for people: "every 2 weeks on Mon, Thu until 3 Dec 2026"; what has no words is shown as it is."""
    parts = _parts(rrule)
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None or parts.keys() - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH"}:
        return rrule
    every = parts.get("INTERVAL", "1")
    said = [f"every {unit}" if every == "1" else f"every {every} {unit}s"]
    if parts.get("BYDAY") == _WORK_DAYS and unit == "week":
        said = ["every weekday"]
    elif "BYDAY" in parts:
        said.append("on " + ", ".join(_on_words(code) for code in parts["BYDAY"].split(",")))
    if "BYMONTHDAY" in parts:
        said.append(f"on day {parts['BYMONTHDAY'].replace(',', ', ')}")
    if "BYMONTH" in parts:
        months = [int(number) for number in parts["BYMONTH"].split(",") if number.isdecimal()]
        said.append("in " + ", ".join(MONTHS[month - 1] for month in months if 0 < month < 13))
    if "COUNT" in parts:
        said.append(f"{parts['COUNT']} times")
    if last := _until_day(parts, UTC):
        said.append(f"until {last.day} {MONTHS[last.month - 1]} {last.year}")
    return " ".join(said)


def _parts(rrule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rrule.upper().split(";"))
    return {name: value for name, _, value in pairs if value}


def _on_words(code: str) -> str:
    found = _ON.fullmatch(code)
    if found is None or found[2] not in _CODES:
        return code
    place = int(found[1]) if found[1] not in ("", "+", "-") else 0
    name = DAYS[_CODES.index(found[2])]
    return f"the {_PLACES.get(place, f'{place}.')} {name}" if place else name


def _weekdays(typed: str) -> str:
    """ "mon, thu" as MO,TH. Raises Invalid."""
    found = []
    for word in re.split(r"[\s,;]+", typed.strip().lower()):
        if not word:
            continue
        place = next((n for n, name in enumerate(DAYS) if word.startswith(name.lower())), None)
        place = place if place is not None else next((n for n, c in enumerate(_CODES) if word == c.lower()), None)
        if place is None:
            raise Invalid(f"{word!r} is no day of the week; write them as mon, thu.")
        found.append(place)
    return ",".join(_CODES[place] for place in sorted(set(found)))


def _end(typed: str, start: datetime | date, today: date) -> dict[str, str]:
    """COUNT or UNTIL. UNTIL is in UTC where the start is a time of day (RFC 5545 section 3.3.10)."""
    if not typed:
        return {}
    if found := _TIMES.fullmatch(typed):
        return {"COUNT": str(int(found[1]))}
    last = day_in(typed, today)
    if not isinstance(start, datetime):
        return {"UNTIL": f"{last:%Y%m%d}"}
    evening = datetime.combine(last, time(23, 59, 59), start.tzinfo).astimezone(UTC)
    return {"UNTIL": f"{evening:%Y%m%dT%H%M%SZ}"}


def _until_words(parts: dict[str, str], zone: tzinfo) -> str:
    if "COUNT" in parts:
        return f"{parts['COUNT']} times"
    last = _until_day(parts, zone)
    return "" if last is None else last.isoformat()


def _until_day(parts: dict[str, str], zone: tzinfo) -> date | None:
    written = parts.get("UNTIL", "")
    try:
        if written.endswith("Z"):
            return datetime.strptime(written, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(zone).date()
        return datetime.strptime(written[:8], "%Y%m%d").replace(tzinfo=UTC).date() if written else None
    except ValueError:
        return None
