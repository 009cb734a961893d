"""When somebody has time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from assistant.chat.pointing import shown, span
from assistant.chat.registry import Answer, Arguments, Example, Line, Talk, Tool
from assistant.chat.told import nothing
from assistant.chat.understanding.values import Argument

_OPENS, _CLOSES = time(8), time(18)  # hours in which a meeting is thought of
_HALF_AN_HOUR = 30
_MOST = 12


def _read(talk: Talk, arguments: Arguments) -> Answer:
    from assistant.chat.calendars import entries

    start, end = span(talk, arguments.get("period"), days=5)
    least = timedelta(minutes=arguments.get("duration", _HALF_AN_HOUR))
    busy = [
        (each.starts_at, each.ends_at)
        for each in entries(talk, start, end, person=arguments.get("person"))
        if each.books
    ]
    gaps = [gap for gap in _gaps(max(start, talk.now), end, busy) if gap[1] - gap[0] >= least][:_MOST]
    if not gaps:
        return nothing("There is no such time free.")
    return Answer(
        tuple(Line(f"{shown(talk, first)} to {last.astimezone(talk.now.tzinfo):%H:%M}") for first, last in gaps)
    )


def _gaps(start: datetime, end: datetime, busy: list[tuple[datetime, datetime]]) -> Iterator[tuple[datetime, datetime]]:
    """What is free in working hours, from Monday to Friday."""
    day = start.date()
    while datetime.combine(day, time(), start.tzinfo) < end:
        at = max(start, datetime.combine(day, _OPENS, start.tzinfo))
        closes = min(end, datetime.combine(day, _CLOSES, start.tzinfo))
        if day.weekday() < 5:
            for first, last in sorted(busy):
                if first < closes and last > at:
                    if first > at:
                        yield at, first
                    at = max(at, last)
            if at < closes:
                yield at, closes
        day += timedelta(days=1)


TOOL = Tool(
    "free_time",
    "Say when you, or a colleague, have time between 8 and 18 o'clock.",
    (
        Argument("period", "period", "in which time"),
        Argument("duration", "duration", "how long, in minutes"),
        Argument("person", "person", "who", kinds=("colleague", "resource", "contact")),
    ),
    (
        Example("when am I free tomorrow"),
        Example("find two hours with Anna Hofer this week", {"duration": 120, "person": "Anna Hofer"}),
    ),
    read=_read,
)
