"""Times that were read in a text as the values of arguments: local ISO texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from assistant.chat.times.values import Duration, Grain, Interval, Moment, Reading, Recurrence, Value

_FINE: tuple[Grain, ...] = ("second", "minute", "hour")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_EVERY = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY", "hour": "HOURLY"}
_MINUTE = 60
_A_MONTH = 31  # days
_A_DAY = 8 * _MINUTE * _MINUTE  # seconds from which a stretch is no length of a meeting


@dataclass(frozen=True, slots=True)
class Timed:
    """A value for an argument. `sure` is False where another value is as honest."""

    value: Any
    others: tuple[Any, ...] = ()


def local(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def day(moment: datetime) -> str:
    return moment.date().isoformat()


def is_exact(reading: Reading) -> bool:
    """Whether it names a time of day."""
    return isinstance(reading.value, Moment) and reading.value.grain in _FINE


def as_when(reading: Reading) -> Timed | None:
    """A point: with an hour where one is said, else the day; None for what is neither."""
    return _each(reading, _when)


def as_day(reading: Reading) -> Timed | None:
    return _each(reading, _last_day)


def as_period(reading: Reading, now: datetime) -> Timed | None:
    return _each(reading, lambda value: _period(value, now))


def in_the_past(period: Timed, now: datetime) -> Timed:
    """The same period a year before, where it has not begun yet and is one that comes every year."""
    start, end = (
        (datetime.fromisoformat(period.value[each]) for each in ("start", "end"))
        if "end" in period.value
        else (None, None)
    )
    if start is None or end is None or start <= now.replace(tzinfo=None) + timedelta(days=_A_MONTH):
        return period
    back = {
        each: local(at.replace(year=at.year - 1, day=min(at.day, 28))) for each, at in (("start", start), ("end", end))
    }
    return Timed(back, period.others)


def already(when: Timed, now: datetime, *, floats: bool) -> Timed:
    """When something was that has happened: a time of day that `floats` the last time it was that late, a day of the
    week the last one."""
    at = datetime.fromisoformat(when.value)
    ahead = at - now.replace(tzinfo=None)
    if when.others or ahead <= timedelta() or ahead > timedelta(days=7):
        return when
    back = at - timedelta(days=1 if floats else 7)
    return Timed(local(back) if "T" in when.value else day(back))


def day_already(period: Timed, now: datetime) -> Timed:
    """A day of the week as the last one where it is yet to come."""
    edges = [datetime.fromisoformat(each) for each in period.value.values()]
    ahead = edges[0] - now.replace(tzinfo=None)
    if len(edges) < 2 or not timedelta() < ahead <= timedelta(days=7) or edges[1] - edges[0] > timedelta(days=1):
        return period
    back = {name: local(at - timedelta(days=7)) for name, at in zip(period.value, edges, strict=True)}
    return Timed(back, period.others)


def as_since(reading: Reading) -> Timed | None:
    return _each(reading, _beginning)


def as_minutes(reading: Reading) -> int | None:
    value = reading.value
    if isinstance(value, Duration) and value.seconds < _A_DAY:
        return round(value.seconds / _MINUTE)
    if isinstance(value, Interval) and value.start and value.end and value.grain in _FINE:
        seconds = (value.end - value.start).total_seconds()
        return round(seconds / _MINUTE) if seconds < _A_DAY else None
    return None


def as_rule(reading: Reading) -> str | None:
    """The RFC 5545 rule of a recurrence."""
    value = reading.value
    if not isinstance(value, Recurrence) or value.unit not in _EVERY:
        return None
    weekly = value.unit == "week" or (value.unit == "day" and value.weekdays)
    rule = f"FREQ={'WEEKLY' if weekly else _EVERY[value.unit]}"
    if value.interval > 1:
        rule += f";INTERVAL={value.interval}"
    if value.weekdays:
        rule += f";BYDAY={','.join(_DAYS[each] for each in value.weekdays)}"
    return rule + (f";BYMONTHDAY={value.month_day}" if value.month_day else "")


def first_of(value: Recurrence, now: datetime) -> str:
    """When what recurs is due first, after `now`."""
    for ahead in range(367):
        at = now + timedelta(days=ahead)
        if value.weekdays and at.weekday() not in value.weekdays:
            continue
        if value.month_day and at.day != value.month_day:
            continue
        if value.at is None:
            if ahead:
                return day(at)
            continue
        due = at.replace(hour=value.at.hour, minute=value.at.minute, second=0, microsecond=0)
        if due > now:
            return local(due)
    return day(now)


def _each(reading: Reading, convert: Any) -> Timed | None:
    found = [made for value in (reading.value, *reading.alternatives) if (made := convert(value)) is not None]
    if not found:
        return None
    others = tuple(dict.fromkeys(str(one) for one in found[1:] if one != found[0]))
    return Timed(found[0], tuple(one for one in found[1:] if str(one) in others))


def _when(value: Value) -> str | None:
    if isinstance(value, Moment):
        if value.grain in _FINE:
            return local(value.at)
        return day(value.at) if value.grain == "day" else None
    if not isinstance(value, Interval):
        return None
    if value.first is not None and value.grain in _FINE:
        return local(value.first)  # "from 2 to 4" begins at 2
    if value.start is not None and value.start.second == 0 and value.last and value.start.date() == value.last.date():
        return local(value.start)  # "nine to ten"; where only an end is said, it starts now, to the second
    if value.last is not None and value.first is None:
        # "till the 3rd" names a day, which ends later than it was said to begin; "till 3pm" an hour.
        return day(value.last) if value.last.time() == time() and value.last != value.end else local(value.last)
    if value.start is not None and value.end is None:
        return day(value.start)  # "after the weekend"
    return None


def _last_day(value: Value) -> str | None:
    """The day by which something is due: the last one of what is longer."""
    if isinstance(value, Moment):
        return day(_end(value) - timedelta(microseconds=1))
    if isinstance(value, Interval) and (last := value.last_day) is not None:
        return day(value.last) if value.last else last.isoformat()
    return None


def _beginning(value: Value) -> str | None:
    at = value.at if isinstance(value, Moment) else value.start if isinstance(value, Interval) else None
    if at is None:
        return None
    return local(at) if at.hour or at.minute else day(at)


def _period(value: Value, now: datetime) -> dict[str, str] | None:
    if isinstance(value, Moment):
        return {"start": local(value.at), "end": local(_end(value))}
    if isinstance(value, Interval) and (value.start or value.end):
        start = value.start or now.replace(hour=0, minute=0, second=0, microsecond=0)
        found = {"start": local(start)}
        return found | ({"end": local(value.end)} if value.end else {})
    return None


def _end(moment: Moment) -> datetime:
    at = moment.at
    match moment.grain:
        case "second" | "minute" | "hour":
            return at + timedelta(hours=1)
        case "day":
            return at + timedelta(days=1)
        case "weekend":
            return at + timedelta(days=2)
        case "week":
            return at + timedelta(days=7)
        case "month" | "quarter" | "season":
            return _months_on(at, 1 if moment.grain == "month" else 3)
        case _:
            return _months_on(at, 12)


def _months_on(at: datetime, count: int) -> datetime:
    years, month = divmod(at.month - 1 + count, 12)
    return at.replace(year=at.year + years, month=month + 1, day=1)
