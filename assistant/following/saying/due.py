"""When a sentence says that something is to be done, and what hour that is for somebody with working hours. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant.chat.times.reading import readings
from assistant.chat.times.values import Interval, Moment, Reading
from assistant.following.saying.dates import dates_in_english
from assistant.following.saying.values import Due
from assistant.following.saying.wording import Wording, folded
from store.sla.hours import BusinessCalendar, in_utc

_FARTHEST = timedelta(days=200)  # a day without a year that has just passed is read as next year's
_LEAD = 25  # characters before a date in which a word may say that it is a deadline


def due_in(sentence: str, words: Wording, now: datetime, *, deadline: bool = False) -> Due | None:
    """The first day or time after `now`, which is aware and on the writer's clock; with `deadline` only one by which
    something is wanted ("by Friday", not "on Friday")."""
    text = in_english(sentence, words)
    for reading in readings(text, now):
        if deadline and not words.deadline.search(folded(text[max(0, reading.start - _LEAD) : reading.end])):
            continue
        due = _due(reading)
        if due is not None and now < end_of(due) <= now + _FARTHEST:
            return due
    return None


def in_english(sentence: str, words: Wording) -> str:
    """The sentence with its dates as English says them, where another language says them otherwise."""
    if not words.dates:
        return sentence
    text = folded(sentence)
    for phrase, english in words.dates:
        text = phrase.sub(english, text)
    return dates_in_english(text)


def end_of(due: Due) -> datetime:
    """The moment at which it is over: of a day its midnight, of a range its end."""
    if isinstance(due, Moment):
        return due.at if due.grain in ("second", "minute", "hour") else _midnight_after(due.at)
    assert due.end is not None, "an open range is nothing that is due"
    return due.end


def deadline_of(due: Due, sent: datetime, hours: BusinessCalendar) -> datetime:
    """The last working moment of what is due, in UTC: "by Friday" is the end of Friday's working hours, and of the
    last open day before it where Friday is a holiday. A time of day is meant as it is said; so is a day when nobody
    works from `sent` (aware) until its end."""
    end = end_of(due)
    if isinstance(due, Moment) and due.grain in ("second", "minute", "hour"):
        return in_utc(end)
    left = hours.working_between(sent, end)
    return hours.add_working(sent, left) if left > timedelta() else in_utc(end)


def _due(reading: Reading) -> Due | None:
    value = reading.value
    if isinstance(value, Moment):
        return value
    return value if isinstance(value, Interval) and value.end is not None else None


def _midnight_after(at: datetime) -> datetime:
    return (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
