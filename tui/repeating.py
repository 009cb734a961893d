"""How an appointment repeats, as a form says it: RFC 5545 rules to what is typed and back. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo

from calendar_sync.rule_words import CODES, ON, WORK_DAYS, last_day, parts_of
from store.errors import Invalid
from tui.typed_times import day_in
from tui.when import DAYS

#: What a form offers. `other` stands for a rule that the form cannot say; it stays as it is.
CHOICES = ("daily", "weekdays", "weekly", "monthly", "monthly_on_that_weekday", "yearly", "other")

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
    parts = parts_of(rrule)
    freq, on = parts.get("FREQ", ""), parts.get("BYDAY", "")
    rest = parts.keys() - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY"}
    every, until = parts.get("INTERVAL", ""), _until_words(parts, zone)
    plain = all(code in CODES for code in on.split(",") if code)
    if freq == "WEEKLY" and on == WORK_DAYS and every in ("", "1") and not rest:
        return Repetition("weekdays", "", "", until)
    if freq == "WEEKLY" and plain and not rest:
        return Repetition("weekly", every, ", ".join(DAYS[CODES.index(code)] for code in on.split(",") if code), until)
    if freq == "MONTHLY" and ON.fullmatch(on) and not plain and not rest:
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
            parts["BYDAY"] = WORK_DAYS
        case "weekly":
            parts["BYDAY"] = _weekdays(typed.on) or CODES[day.weekday()]
        case "monthly":
            parts["BYMONTHDAY"] = str(day.day)
        case "monthly_on_that_weekday":
            place = (day.day - 1) // 7 + 1
            parts["BYDAY"] = f"{-1 if place > 4 else place}{CODES[day.weekday()]}"
    parts |= _end(typed.until.strip(), start, today)
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _weekdays(typed: str) -> str:
    """ "mon, thu" as MO,TH. Raises Invalid."""
    found = []
    for word in re.split(r"[\s,;]+", typed.strip().lower()):
        if not word:
            continue
        place = next((n for n, name in enumerate(DAYS) if word.startswith(name.lower())), None)
        place = place if place is not None else next((n for n, c in enumerate(CODES) if word == c.lower()), None)
        if place is None:
            raise Invalid(f"{word!r} is no day of the week; write them as mon, thu.")
        found.append(place)
    return ",".join(CODES[place] for place in sorted(set(found)))


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
    last = last_day(parts, zone)
    return "" if last is None else last.isoformat()
