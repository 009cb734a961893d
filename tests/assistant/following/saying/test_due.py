"""Deadlines in a week of Monday to Friday, nine to five, in Vienna, with a holiday on 8 December."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from assistant.chat.times.reading import readings
from assistant.chat.times.values import Interval, Moment
from assistant.following.saying.due import deadline_of
from store.sla.hours import BusinessCalendar, Hours

VIENNA = ZoneInfo("Europe/Vienna")
DAY = (Hours(time(9), time(17)),)
HOURS = BusinessCalendar("Europe/Vienna", [DAY, DAY, DAY, DAY, DAY, (), ()], {date(2026, 12, 8): ()})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIENNA)


@pytest.mark.parametrize(
    ("words", "sent", "deadline"),
    [
        ("by Friday", "2026-11-24 10:00", "2026-11-27 17:00"),
        ("on Friday", "2026-11-24 10:00", "2026-11-27 17:00"),
        ("today", "2026-11-24 10:00", "2026-11-24 17:00"),
        ("this afternoon", "2026-11-24 10:00", "2026-11-24 17:00"),
        ("tomorrow at 11", "2026-11-24 10:00", "2026-11-25 11:00"),
        ("next week", "2026-11-24 10:00", "2026-12-04 17:00"),
        ("by Saturday", "2026-11-24 10:00", "2026-11-27 17:00"),  # nobody works on it
        ("by 8 December", "2026-12-04 10:00", "2026-12-07 17:00"),  # a holiday
        ("tonight", "2026-11-24 19:00", "2026-11-25 00:00"),  # after work: as it was said
        ("on 31 March", "2026-03-27 10:00", "2026-03-31 17:00"),  # over the change of the clocks
    ],
)
def test_deadline_lies_in_working_hours(words: str, sent: str, deadline: str) -> None:
    (reading,) = readings(words, at(sent))
    assert isinstance(reading.value, Moment | Interval)
    assert deadline_of(reading.value, at(sent), HOURS) == at(deadline)
