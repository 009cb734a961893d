"""When something comes back to somebody: always in their working hours, as far as what was said allows. Pure.

All moments are aware; those returned are UTC.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from assistant.chat.times.values import Moment
from assistant.following.saying.due import deadline_of
from assistant.following.saying.values import Due
from store.following.facts import Wishes
from store.sla.hours import BusinessCalendar, in_utc

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_FULL_DAY = timedelta(hours=8)
#: A habit is not seen in fewer answers, and is told by the time within which so many of them came.
HABIT_FROM, _USUAL = 5, 0.8
_SHORTEST, _LONGEST = 0.5, 10.0  # working days until an unanswered mail comes back, whatever the habit
_TIMED = ("second", "minute", "hour")


def working_day(hours: BusinessCalendar) -> timedelta:
    """How long a working day is: the average over a week's open days."""
    open_days = [day for day in hours.week if day]
    monday = datetime(2001, 1, 1, tzinfo=UTC)  # of a week far from any holiday
    worked = hours.working_between(monday, monday + 7 * _DAY)
    return worked / len(open_days) if worked else _FULL_DAY


def working_days_after(hours: BusinessCalendar, at: datetime, days: float) -> datetime:
    """The first open moment when so many working days went by."""
    return hours.next_open(hours.add_working(in_utc(at), days * working_day(hours)))


def usual_wait(answers: Collection[tuple[datetime, datetime]], hours: BusinessCalendar) -> timedelta | None:
    """The working time within which four of five answers came, each told by when it was asked and answered; None for
    too few. It is never so short that it nags, nor so long that a mail is forgotten."""
    if len(answers) < HABIT_FROM:
        return None
    waits = sorted(max(hours.working_between(asked, answered), timedelta()) for asked, answered in answers)
    found = waits[ceil(_USUAL * len(waits)) - 1]
    day = working_day(hours)
    return min(max(found, _SHORTEST * day), _LONGEST * day)


def without_answer(
    sent: datetime, wishes: Wishes, *, by: Due | None, usual: timedelta | None, away: date | None
) -> datetime:
    """When a mail that was not answered comes back: after the day it asked for, else after the customer's usual time,
    else after the user's patience; not before a working day after the absence of whoever was asked."""
    hours = wishes.hours
    if by is not None:
        due = hours.next_open(deadline_of(by, sent, hours))
    elif usual is not None:
        due = hours.next_open(hours.add_working(in_utc(sent), usual))
    else:
        due = working_days_after(hours, sent, wishes.patience)
    if away is not None:
        due = max(due, working_days_after(hours, midnight(away + _DAY, wishes.zone), 1))
    return due


def to_keep(promised: Due | None, sent: datetime, wishes: Wishes) -> datetime:
    """When a promise of one's own comes back: early on the day by which it is to be kept, so that there is a day left
    to do it, or at the time that was said. Without a day it is to be kept by the end of the next working day, which is
    what people expect who were told no day, and comes back an hour before that."""
    hours = wishes.hours
    if isinstance(promised, Moment) and promised.grain in _TIMED and hours.is_open(promised.at):
        return in_utc(promised.at)
    if promised is None:
        return max(_closing(hours, _next_day(hours, sent, wishes.zone)) - _HOUR, in_utc(sent))
    deadline = deadline_of(promised, sent, hours)
    opening = hours.next_open(midnight(deadline.astimezone(ZoneInfo(wishes.zone)).date(), wishes.zone))
    if in_utc(sent) < opening < deadline:
        return opening
    return max(deadline - _HOUR, hours.next_open(sent))


def to_be_kept(promised: Due | None, sent: datetime, wishes: Wishes) -> datetime:
    """When a customer's promise comes back: once its day is over, or after the user's patience where none was said."""
    hours = wishes.hours
    if promised is None:
        return working_days_after(hours, sent, wishes.patience)
    return hours.next_open(deadline_of(promised, sent, hours))


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a day in an IANA zone, as UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _next_day(hours: BusinessCalendar, at: datetime, zone: str) -> datetime:
    """The opening of the first working day after the day of `at`."""
    today = at.astimezone(ZoneInfo(zone)).date()
    return hours.next_open(midnight(today + _DAY, zone))


def _closing(hours: BusinessCalendar, opening: datetime) -> datetime:
    """The last moment of the day that opens then."""
    worked = hours.working_between(opening, opening + _DAY / 2)  # within half a day, so that no other one opens
    return hours.add_working(opening, worked) if worked else opening
