"""Reading dates that can be read in one way only, and reckoning with instants."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from store.errors import Invalid

Order = Literal["", "day", "month"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar",
            "feb february februar",
            "mar march märz maerz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_TIME = r"(?:[T\s,]+\d{1,2}:\d{2}.*)?"
_ISO = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMERIC = re.compile(rf"(\d{{1,2}})([-/.])\s?(\d{{1,2}})\2\s?(\d{{4}}){_TIME}")
_DAY_NAME = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[\s\-/]+([^\W\d]+)\.?,?[\s\-/]+(\d{{4}}){_TIME}")
_NAME_DAY = re.compile(rf"([^\W\d]+)\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}}){_TIME}")


def parse_date(text: str, *, first: Order = "") -> date:
    """The day meant by "2026-11-30", "30.11.2026", "11/30/2026" or "30 Nov 2026"; a time of day is left out.

    Points mean day before month. With slashes the order must show (a day over 12) or be told by `first`.
    Raises Invalid, also for two-digit years.
    """
    written = text.strip()
    if found := _ISO.fullmatch(written) or _COMPACT.fullmatch(written):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMERIC.fullmatch(written):
        one, mark, two, year = int(found[1]), found[2], int(found[3]), int(found[4])
        return _numeric(text, one, two, year, first or ("day" if mark == "." else ""))
    if found := _DAY_NAME.fullmatch(written):
        return _named(text, found[2], int(found[1]), int(found[3]))
    if found := _NAME_DAY.fullmatch(written):
        return _named(text, found[1], int(found[2]), int(found[3]))
    raise Invalid(f"{text!r} is not a date; write it as 2026-11-30.")


def date_order(texts: list[str]) -> Order:
    """Which of day and month comes first in a column of dates: the one that some row proves, '' when none does."""
    for text in texts:
        found = _NUMERIC.fullmatch(text.strip())
        if found and int(found[1]) > 12:
            return "day"
        if found and int(found[3]) > 12:
            return "month"
    return ""


def _numeric(text: str, one: int, two: int, year: int, first: Order) -> date:
    if first == "day" or (not first and one > 12) or (not first and one == two):
        return _day(text, year, two, one)
    if first == "month" or two > 12:
        return _day(text, year, one, two)
    raise Invalid(
        f"{text!r} can be read as two dates; write it as {year}-{two:02}-{one:02} or {year}-{one:02}-{two:02}."
    )


def _named(text: str, month: str, day: int, year: int) -> date:
    number = _MONTHS.get(month.lower())
    if number is None:
        raise Invalid(f"{text!r} is not a date; write it as 2026-11-30.")
    return _day(text, year, number, day)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Invalid(f"There is no day {text!r} in the calendar.") from None


def shifted(instant: datetime, by: timedelta) -> datetime:
    """The instant that much later, or earlier, as far as the calendar of the program goes."""
    try:
        return instant + by
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC) if by > timedelta(0) else datetime.min.replace(tzinfo=UTC)
