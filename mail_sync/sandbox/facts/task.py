"""What Exchange says about a task, read from the to-do of an iCalendar source (RFC 5545 section 3.6.2).

A due date is a day of the zone in which it was written: the store keeps both the day and its midnight in UTC
([MS-OXOTASK] 2.2.2.2.5, PidLidCommonEnd), and shows clients the latter.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache

import icalendar

from mail_sync.sandbox.content import BytesContent, Content
from mail_sync.sandbox.facts.event import unescaped
from mail_sync.sandbox.facts.event_lines import zone_of
from mail_sync.sandbox.facts.recurrence import Pattern, Unrepresentable, pattern
from mail_sync.sandbox.facts.recurrence_rule import rule as rule_of

COMPLETED, NOT_STARTED, IN_PROGRESS = "Completed", "NotStarted", "InProgress"
STATUSES = (NOT_STARTED, IN_PROGRESS, COMPLETED, "WaitingOnOthers", "Deferred")
WORDS = {"NEEDS-ACTION": NOT_STARTED, "IN-PROCESS": IN_PROGRESS, "COMPLETED": COMPLETED}
# The unit of a regenerating pattern: the next task is due so many of it after the last was completed.
REGENERATIONS = ("DailyRegeneration", "WeeklyRegeneration", "MonthlyRegeneration", "YearlyRegeneration")
TEXTS = {"subject": "SUMMARY", "body": "DESCRIPTION", "html": "X-ALT-DESC"}
# Fields that clients write and the server only keeps, by element; lists have a line for each entry.
LISTS = {"Companies": "X-COMPANIES", "Contacts": "X-CONTACTS"}
KEPT = LISTS | {
    "ActualWork": "X-ACTUAL-WORK",
    "BillingInformation": "X-BILLING",
    "Mileage": "X-MILEAGE",
    "TotalWork": "X-WORK",
}
STATUS, ZONE, MADE, SINCE, REGENERATES, REMINDER = (
    f"X-SANDBOX-{name}" for name in ("STATUS", "ZONE", "MADE", "SINCE", "REGENERATES", "REMINDER")
)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`since` is the day that the range starts on; `made` counts the tasks of the series before this one."""

    pattern: Pattern
    since: date
    made: int = 0

    @property
    def regenerates(self) -> bool:
        """Whether the next task is due some time after the last was completed, instead of on the days of a pattern."""
        return self.pattern.name in REGENERATIONS


@dataclass(frozen=True, slots=True)
class Facts:
    """`start`, `due` and `completed` are days of the zone with the Windows id `zone`; `reminder` is aware UTC."""

    subject: str = ""
    body: str = ""
    html: str = ""
    status: str = NOT_STARTED
    percent: float = 0.0
    start: date | None = None
    due: date | None = None
    completed: date | None = None
    zone: str = "UTC"
    reminder: datetime | None = None
    recurrence: Recurrence | None = None
    kept: tuple[tuple[str, str], ...] = ()

    def midnight(self, day: date | None) -> datetime | None:
        """The instant a day of this task begins at."""
        return datetime.combine(day, time(), zone_of(self.zone).rules).astimezone(UTC) if day is not None else None


@lru_cache(maxsize=2048)
def facts(content: Content) -> Facts:
    """The first to-do of a source. Raises ValueError for a source without one."""
    for todo in icalendar.Calendar.from_ical(content.read()).walk(icalendar.Todo.name):
        return _facts(todo)
    raise ValueError("the calendar holds no task")


def source(facts: Facts) -> BytesContent:
    """The to-do that says the same."""
    todo = icalendar.Todo()
    for name, line in TEXTS.items():
        _add(todo, line, getattr(facts, name))
    _add(todo, STATUS, facts.status)
    _add(todo, "PERCENT-COMPLETE", int(facts.percent))
    for line, day in (("DTSTART", facts.start), ("DUE", facts.due), ("X-COMPLETED", facts.completed)):
        if day is not None:
            todo.add(line, day if line != "X-COMPLETED" else icalendar.vText(day.isoformat()))
    _add(todo, ZONE, facts.zone)
    _add(todo, REMINDER, facts.reminder.isoformat() if facts.reminder else "")
    for name, value in facts.kept:
        _add(todo, KEPT[name], value)
    if facts.recurrence is not None:
        _add_recurrence(todo, facts.recurrence)
    calendar = icalendar.Calendar()
    calendar.add_component(todo)
    return BytesContent(calendar.to_ical())


def _facts(todo: icalendar.Component) -> Facts:
    said = str(todo.get(STATUS, ""))
    status = said or WORDS.get(str(todo.get("STATUS", "")).upper(), NOT_STARTED)
    start, due = _day(todo, "DTSTART"), _day(todo, "DUE")
    reminder, completed = str(todo.get(REMINDER, "")), str(todo.get("X-COMPLETED", ""))
    return Facts(
        subject=str(todo.get("SUMMARY", "")),
        body=str(todo.get("DESCRIPTION", "")),
        html=unescaped(todo, "X-ALT-DESC"),
        status=status,
        percent=float(todo.get("PERCENT-COMPLETE", 100 if status == COMPLETED else 0)),
        start=start,
        due=due,
        completed=date.fromisoformat(completed) if completed else _day(todo, "COMPLETED"),
        zone=str(todo.get(ZONE, "UTC")),
        reminder=datetime.fromisoformat(reminder) if reminder else None,
        recurrence=_recurrence(todo, due or start),
        kept=tuple((name, unescaped(todo, line)) for name, line in KEPT.items() if line in todo),
    )


def _add(todo: icalendar.Todo, name: str, value: str | int) -> None:
    if value:
        todo.add(name, icalendar.vText(value) if isinstance(value, str) else value)


def _day(todo: icalendar.Component, name: str) -> date | None:
    found = todo.decoded(name) if name in todo else None
    return found.date() if isinstance(found, datetime) else found


def _add_recurrence(todo: icalendar.Todo, recurrence: Recurrence) -> None:
    shape = recurrence.pattern
    if recurrence.regenerates:
        _add(todo, REGENERATES, f"{shape.name} {dict(shape.fields)['Interval']}")
        shape = replace(shape, name="DailyRecurrence", fields=())
    todo["RRULE"] = rule_of(shape, shape.until)
    _add(todo, SINCE, recurrence.since.isoformat())
    _add(todo, MADE, str(recurrence.made))


def _recurrence(todo: icalendar.Component, first: date | None) -> Recurrence | None:
    rule = todo.get("RRULE")
    if not isinstance(rule, icalendar.vRecur):
        return None
    said = str(todo.get(SINCE, ""))
    since = date.fromisoformat(said) if said else first
    if since is None:
        return None
    try:
        shape = pattern(rule, since)
    except Unrepresentable:
        return None
    name, _, interval = str(todo.get(REGENERATES, "")).partition(" ")
    if name:
        shape = replace(shape, name=name, fields=(("Interval", interval),))
    return Recurrence(shape, since, int(todo.get(MADE, "0")))
