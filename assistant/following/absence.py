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
from mail_sync.mime.noise import is_automatic_subject

_LONGEST = 4_000  # characters that are looked at
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_NUMBERED = re.compile(rf"\b(\d{{1,2}})\.\s?(?={_MONTHS})")  # "5. january"
_OF = re.compile(rf"(?<=\d )de (?={_MONTHS})")  # "7 de january"
_FARTHEST = timedelta(days=400)  # a longer absence is a date of something else
_DOTTED = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.(?:\s?(\d{4}|\d{2})\b)?")
_LEAD = re.compile(r"(?:until|till|til|through|to) ")
_DAYS = ("day", "week", "month")
_ENGLISH_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


@dataclass(frozen=True, slots=True)
class _Words:
    away: re.Pattern[str]
    back: re.Pattern[str]
    until: re.Pattern[str]
    named: re.Pattern[str]  # months and weekdays of other languages
    english: dict[str, str]


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
    low = _in_english(_low(f"{text[:_LONGEST]}\n{subject}"))
    return max(_days(low, now), default=None)


def _days(text: str, now: datetime) -> Iterator[date]:
    words = _words()
    for reading in readings(text, now):
        lead = text[: reading.start] + _lead(text[reading.start : reading.end])
        values = (reading.value, *reading.alternatives)
        if words.back.search(lead):
            days = [_first_day(value) - timedelta(days=1) for value in values]
        elif words.until.search(lead) or _is_span(reading.value):
            days = [_last_day(value) for value in values]
        else:
            continue
        if ahead := [day for day in days if now.date() <= day <= now.date() + _FARTHEST]:
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


def _in_english(text: str) -> str:
    words = _words()
    text = words.named.sub(lambda found: words.english[found[0]], text)
    text = _OF.sub("", text)
    text = _DOTTED.sub(_written_out, text)
    return _NUMBERED.sub(r"\1 ", text)


def _written_out(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    if not 1 <= int(month) <= 12:
        return found[0]
    return f"{day} {_ENGLISH_MONTHS[int(month) - 1]}{f' 20{year[-2:]}' if year else ''}"


@cache
def _words() -> _Words:
    read: dict[str, Any] = tomllib.loads(files("assistant.following").joinpath("absence.toml").read_text("utf-8"))
    english = {
        name: month for table in ("months", "weekdays") for month, names in read[table].items() for name in names
    }
    between = "|".join(read["between"])
    tail = rf"(?:[ ,:]*(?:{between})\b\.?)*[ ,:(]*\Z"
    return _Words(
        away=re.compile("|".join(read["away"])),
        back=re.compile(rf"(?:{'|'.join(read['back'])}){tail}"),
        until=re.compile(rf"(?:{'|'.join(read['until'])}){tail}"),
        named=re.compile(rf"\b(?:{'|'.join(sorted(english, key=len, reverse=True))})\b"),
        english=english,
    )
