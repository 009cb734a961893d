"""Reminders and importance of calendar files."""

from __future__ import annotations

import pytest

from calendar_sync.event import Event
from calendar_sync.ics import read_calendar


def read(*lines: str) -> Event:
    body = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:u1", "DTSTART:20260302T100000Z", "DTEND:20260302T110000Z", *lines]
    return read_calendar("\r\n".join([*body, "END:VEVENT", "END:VCALENDAR", ""])).events[0]


def alarm(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VALARM", *lines, "END:VALARM")


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (("ACTION:DISPLAY", "TRIGGER:-PT15M"), 15),
        (("ACTION:AUDIO", "TRIGGER:-P1DT2H"), 1560),
        (("TRIGGER:-PT10M",), 10),
        (("ACTION:DISPLAY", "TRIGGER:PT0S"), 0),
        (("ACTION:DISPLAY", "TRIGGER:PT10M"), 0),
        (("ACTION:DISPLAY", "TRIGGER;RELATED=END:-PT90M"), 30),
        (("ACTION:DISPLAY", "TRIGGER;VALUE=DATE-TIME:20260302T093000Z"), 30),
        (("ACTION:EMAIL", "TRIGGER:-PT15M"), None),
        (("ACTION:DISPLAY", "TRIGGER:-soon"), None),
        (("ACTION:DISPLAY", "TRIGGER:-P9999D"), None),
        (("ACTION:DISPLAY",), None),
    ],
)
def test_alarm_is_read_as_minutes_before_the_start(lines: tuple[str, ...], minutes: int | None) -> None:
    assert read(*alarm(*lines)).reminder_minutes == minutes


def test_first_of_several_alarms_is_the_reminder() -> None:
    assert read(*alarm("TRIGGER:-PT5M"), *alarm("TRIGGER:-PT30M")).reminder_minutes == 30


@pytest.mark.parametrize(
    ("priority", "importance"), [("1", "high"), ("5", "normal"), ("9", "low"), ("0", "normal"), ("10", "normal")]
)
def test_priority_is_read_as_importance(priority: str, importance: str) -> None:
    assert read(f"PRIORITY:{priority}").importance == importance
