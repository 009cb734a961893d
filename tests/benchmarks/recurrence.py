"""A year of 1,000 series: ours, plain python-dateutil in naive local time, and recurring-ical-events, in one run.

`python -m tests.benchmarks.recurrence` prints seconds of processor time (the best of four rounds) and the ratios to
plain dateutil.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr

from calendar_sync.event import Event
from calendar_sync.recurrence import occurrences

SERIES = 1_000
ROUNDS = 4
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


def main() -> None:
    events = [series(index) for index in range(SERIES)]
    runs = {
        "plain dateutil, naive": by_dateutil,
        "occurrences": by_us,
        "recurring-ical-events": by_recurring_ical_events,
    }
    best = dict.fromkeys(runs, float("inf"))
    found = dict.fromkeys(runs, 0)
    for _ in range(ROUNDS):  # in turns, so that a busy machine slows all of them
        for name, run in runs.items():
            began = time.process_time()
            found[name] = run(events)
            best[name] = min(best[name], time.process_time() - began)
    for name, seconds in best.items():
        print(
            f"{name:24} {seconds:7.3f} s  {seconds / best['plain dateutil, naive']:6.2f}x  {found[name]:,} occurrences"
        )


if __name__ == "__main__":
    main()
