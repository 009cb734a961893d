"""A year of 1,000 series: ours, plain python-dateutil in naive local time, and recurring-ical-events, in one run.

`python -m tests.benchmarks.recurrence` prints seconds (the best of three) and ratios to plain dateutil.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

from calendar_sync.event import Event
from calendar_sync.recurrence import occurrences

SERIES = 1_000
ZONE = "Europe/Berlin"
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
RULES = (  # what people's calendars hold: mostly weekly meetings, some daily, monthly and yearly ones
    "FREQ=WEEKLY",
    "FREQ=WEEKLY;BYDAY=MO,WE,FR",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU",
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=MONTHLY;BYDAY=1MO",
    "FREQ=MONTHLY;BYMONTHDAY=-1",
    "FREQ=YEARLY",
    "FREQ=WEEKLY;COUNT=30",
    "FREQ=DAILY;UNTIL=20260630T000000Z",
)


def series(index: int) -> Event:
    """A meeting of one hour that began in the last days of the year before."""
    first = datetime(2025, 12, 1 + index % 28, 8 + index % 9, tzinfo=ZoneInfo(ZONE))
    return Event(
        str(index), "Meeting", first, first + timedelta(hours=1), timezone=ZONE, rrule=RULES[index % len(RULES)]
    )


def by_us(events: list[Event]) -> int:
    return sum(len(occurrences(event, START, END, limit=10_000)) for event in events)


def by_dateutil(events: list[Event]) -> int:
    """The naive wall times alone: no zone, no end, no exceptions."""
    naive_start, naive_end = START.replace(tzinfo=None), END.replace(tzinfo=None)
    found = 0
    for event in events:
        assert isinstance(event.start, datetime)
        rule = rrulestr(event.rrule.replace("T000000Z", ""), dtstart=event.start.replace(tzinfo=None))
        found += len(rule.between(naive_start, naive_end))
    return found


def by_recurring_ical_events(events: list[Event]) -> int:
    calendar = icalendar.Calendar()
    for event in events:
        component = icalendar.Event()
        component.add("uid", event.uid)
        component.add("dtstart", event.start)
        component.add("dtend", event.end)
        component.add("rrule", icalendar.vRecur.from_ical(event.rrule))
        calendar.add_component(component)
    return len(recurring_ical_events.of(calendar).between(START, END))


def best_of_three(run: Callable[[list[Event]], int], events: list[Event]) -> tuple[float, int]:
    seconds, found = [], 0
    for _ in range(3):
        began = time.perf_counter()
        found = run(events)
        seconds.append(time.perf_counter() - began)
    return min(seconds), found


def main() -> None:
    events = [series(index) for index in range(SERIES)]
    plain, _ = best_of_three(by_dateutil, events)
    for name, run in (
        ("plain dateutil, naive", by_dateutil),
        ("occurrences", by_us),
        ("recurring-ical-events", by_recurring_ical_events),
    ):
        seconds, found = best_of_three(run, events)
        print(f"{name:24} {seconds:7.3f} s  {seconds / plain:6.2f}x  {found:,} occurrences")


if __name__ == "__main__":
    main()
