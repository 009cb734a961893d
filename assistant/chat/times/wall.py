"""Wall-clock arithmetic on datetimes without a zone: flooring to a grain, adding units, finding weekdays and feasts.

A result outside of years 1 to 9999 raises OverflowError or ValueError.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta

from dateutil.easter import easter

from assistant.chat.times.values import Grain

_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "season": 3, "year": 12, "decade": 120, "century": 1200}
_CLOCK: dict[str, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "weekend": timedelta(weeks=1),
}
FINER: dict[Grain, Grain] = {
    "century": "year",
    "decade": "year",
    "year": "month",
    "quarter": "month",
    "season": "month",
    "month": "day",
    "week": "day",
    "weekend": "day",
    "workday": "day",
    "day": "hour",
    "hour": "minute",
    "minute": "second",
    "second": "second",
}


def add(at: datetime, unit: Grain, count: float) -> datetime:
    """Months are clipped to their last day; fractions of months count 30 days, of years 12 months."""
    if unit == "workday":
        return _add_workdays(at, count)
    if unit in _CLOCK:
        return at + _CLOCK[unit] * count
    months = _MONTHS[unit] * count
    whole = int(months // 1)
    year, month = divmod(at.year * 12 + at.month - 1 + whole, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year}")
    moved = at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
    return moved + timedelta(days=round((months - whole) * 30))


def _add_workdays(at: datetime, count: float) -> datetime:
    """Monday to Friday are counted; a start on a weekend counts as the workday before (ahead) or after (back)."""
    step = timedelta(days=1 if count > 0 else -1)
    weeks, rest = divmod(int(abs(count)), 5)
    while at.weekday() > 4:
        at -= step
    at += step * 7 * weeks
    while rest:
        at += step
        rest -= at.weekday() < 5
    return at


def floor(at: datetime, unit: Grain) -> datetime:
    """The beginning of the unit that holds `at`; weeks begin on Monday, a weekend is floored to its Saturday."""
    if unit in ("second", "minute", "hour"):
        return at.replace(
            microsecond=0,
            second=at.second if unit == "second" else 0,
            minute=0 if unit == "hour" else at.minute,
        )
    day = at.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "weekend":
            return day - timedelta(days=day.weekday()) + timedelta(days=5)
        case "month":
            return day.replace(day=1)
        case "quarter" | "season":
            return day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        case "year":
            return day.replace(day=1, month=1)
        case "decade":
            return day.replace(day=1, month=1, year=max(1, day.year // 10 * 10))
        case "century":
            return day.replace(day=1, month=1, year=max(1, day.year // 100 * 100))
    return day


def weekday_from(day: datetime, weekday: int) -> datetime:
    """The first such weekday on or after the day."""
    return floor(day, "day") + timedelta(days=(weekday - day.weekday()) % 7)


def nth_weekday(start: datetime, end: datetime, weekday: int, nth: int) -> datetime | None:
    """The nth (from 1, or from -1 backwards) such weekday from `start` up to and without `end`."""
    first = weekday_from(start, weekday)
    count = max(0, ((end - first).days + 6) // 7)
    index = nth - 1 if nth > 0 else count + nth
    return first + timedelta(weeks=index) if 0 <= index < count else None


def week_of(year: int, number: int) -> datetime:
    """The Monday of an ISO week; ValueError where the year has no such week."""
    return datetime.fromisocalendar(year, number, 1)


def feast(rule: str, year: int) -> datetime:
    """The day of a feast: "12-25"; "easter+1"; "11 4 3", the 4th Thursday (3) of November; "5 -1 0", the last Monday
    of May; "11 4 3+1", the day after."""
    base, _, days = rule.partition("+")
    if base.startswith("easter"):
        offset = int(base.removeprefix("easter") or 0)
        found: datetime | None = datetime.combine(easter(year), datetime.min.time()) + timedelta(days=offset)
    elif " " in base:
        month, nth, weekday = map(int, base.split())
        start = datetime(year, month, 1)  # noqa: DTZ001 - wall time
        found = nth_weekday(start, add(start, "month", 1), weekday, nth)
    else:
        month, day = map(int, base.split("-"))
        found = datetime(year, month, day)  # noqa: DTZ001 - wall time
    if found is None:
        raise ValueError(rule)
    return found + timedelta(days=int(days or 0))
