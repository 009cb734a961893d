"""Whether a mail is an automatic answer of somebody who is away, and until when. Pure.

Its words stand in absence.toml, of many languages together: such answers are short and alike, and often in two
languages. Dates are made English and read as everywhere else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from assistant.chat.times.reading import readings
from assistant.chat.times.values import Interval, Moment, Value
from assistant.following.saying.dates import dates_in_english
from mail_sync.mime.noise import is_automatic_subject

_LONGEST = 4_000  # characters that are looked at
_FARTHEST = timedelta(days=400)  # a longer absence is a date of something else
_FARTHEST_YEARLESS = timedelta(days=200)  # a day without a year that has just passed is read as next year's
_YEAR = re.compile(r"\b20\d\d\b")
_NEAR = 60  # characters before a day in which words say what it is
_LEAD = re.compile(r"(?:until|till|til|through|to) ")
_DAYS = ("day", "week", "month")


@dataclass(frozen=True, slots=True)
class _Words:
    away: re.Pattern[str]
    back: re.Pattern[str]
    until: re.Pattern[str]
    closed: re.Pattern[str]


def is_absence(subject: str, text: str) -> bool:
    """Whether this reads as an automatic answer of somebody away. That no person wrote it, its headers tell better
    (mail_sync.mime.noise); together they tell it from other automatic mail."""
    return is_automatic_subject(subject) or _words().away.search(_low(f"{subject}\n{text[:_LONGEST]}")) is not None


def away_until(subject: str, text: str, now: datetime) -> date | None:
    """The last day of the absence that a mail speaks of: of "back on 3 December" the 2nd, of "until 3 December" the
    3rd; None where it speaks of none, or names no day that is still to come.

    `text` is what its writer wrote anew; `now` is when it was written, aware, on its writer's clock."""
    if not is_absence(subject, text):
        return None
    low = dates_in_english(_low(text[:_LONGEST]))  # the subject is that of the mail it answers, with its days
    return max(_days(low, now), default=None)


def _days(text: str, now: datetime) -> Iterator[date]:
    words = _words()
    away = words.away.search(text) is not None
    closed = words.closed.search(text) is not None
    for reading in readings(text, now):
        lead = text[max(0, reading.start - _NEAR) : reading.start] + _lead(text[reading.start : reading.end])
        values = (reading.value, *reading.alternatives)
        if words.back.search(lead):
            days = [_first_day(value) - timedelta(days=1) for value in values]
        elif words.until.search(lead) or closed or (away and _is_span(reading.value)):
            days = [_last_day(value) for value in values]
        else:
            continue
        farthest = _FARTHEST if _YEAR.search(text, reading.start, reading.end) else _FARTHEST_YEARLESS
        if ahead := [day for day in days if now.date() <= day <= now.date() + farthest]:
            yield min(ahead)  # of 3/4 and 4/3 the sooner: to look again too early does less harm


def _lead(inside: str) -> str:
    """The word that a reading begins with when it belongs to what stands before: "until", "through"."""
    found = _LEAD.match(inside)
    return found[0] if found else ""


def _is_span(value: Value) -> bool:
    return isinstance(value, Interval) and value.start is not None and value.end is not None and value.grain in _DAYS


def _last_day(value: Value) -> date:
    if isinstance(value, Interval):
        return value.last_day or (value.first.date() if value.first else date.min)
    return value.date if isinstance(value, Moment) else date.min


def _first_day(value: Value) -> date:
    """The day that is named: of "from 3 December" that day, of "next week" its Monday."""
    if isinstance(value, Interval):
        begins = value.first or value.start
        return begins.date() if begins else date.min + timedelta(days=1)
    return value.date if isinstance(value, Moment) else date.min + timedelta(days=1)


def _low(text: str) -> str:
    return text.lower().replace("'", "’")


@cache
def _words() -> _Words:
    read: dict[str, Any] = tomllib.loads(files(__package__).joinpath("absence.toml").read_text("utf-8"))
    between = "|".join(read["between"])
    tail = rf"(?:[ ,:]*(?:{between})\b\.?)*[ ,:(]*\Z"
    return _Words(
        away=re.compile("|".join(read["away"])),
        closed=re.compile("|".join(read["closed"])),
        back=re.compile(rf"(?:{'|'.join(read['back'])}){tail}"),
        until=re.compile(rf"(?:{'|'.join(read['until'])}){tail}"),
    )
