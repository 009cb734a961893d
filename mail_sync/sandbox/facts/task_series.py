"""What follows a task of a series: the same task on the next day of its pattern, or some time after it was completed.

https://learn.microsoft.com/exchange/client-developer/web-service-reference/recurrence-taskrecurrencetype
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrulestr

from mail_sync.sandbox.facts.event_lines import zone_of
from mail_sync.sandbox.facts.recurrence_rule import rule
from mail_sync.sandbox.facts.task import COMPLETED, NOT_STARTED, Facts, Recurrence

STEPS: dict[str, Callable[[int], relativedelta]] = {
    "DailyRegeneration": lambda many: relativedelta(days=many),
    "WeeklyRegeneration": lambda many: relativedelta(weeks=many),
    "MonthlyRegeneration": lambda many: relativedelta(months=many),
    "YearlyRegeneration": lambda many: relativedelta(years=many),
}


def following(facts: Facts, completed: date) -> Facts | None:
    """The task after this one, which was completed on that day; None after the last of its series."""
    recurrence = facts.recurrence
    if recurrence is None:
        return None
    day = facts.due or facts.start or recurrence.since
    after = _next_day(recurrence, day, completed)
    if after is None:
        return None
    moved = replace(
        facts, status=NOT_STARTED, percent=0.0, completed=None,
        recurrence=replace(recurrence, made=recurrence.made + 1),
    )  # fmt: skip
    return shifted(moved, after - day)


def single(facts: Facts) -> Facts:
    """This task by itself, out of its series."""
    return replace(facts, recurrence=None)


def completed_on(facts: Facts, day: date) -> Facts:
    """The task, done on that day."""
    return replace(facts, status=COMPLETED, percent=100.0, completed=day)


def shifted(facts: Facts, days: timedelta) -> Facts:
    """The task so many days later; its reminder keeps the time on the wall."""
    reminder = facts.reminder
    if reminder is not None:
        wall = reminder.astimezone(zone_of(facts.zone).rules)
        reminder = (wall.replace(tzinfo=None) + days).replace(tzinfo=wall.tzinfo).astimezone(reminder.tzinfo)
    return replace(
        facts,
        start=facts.start + days if facts.start else None,
        due=facts.due + days if facts.due else None,
        reminder=reminder,
    )


def _next_day(recurrence: Recurrence, day: date, completed: date) -> date | None:
    shape = recurrence.pattern
    if shape.count and recurrence.made + 1 >= shape.count:
        return None
    if recurrence.regenerates:
        interval = int(dict(shape.fields)["Interval"])
        found = completed + STEPS[shape.name](interval)
    else:
        # How many there are is counted by `made`, because single tasks of a series may be moved out of it.
        endless = rule(replace(shape, count=0, until=None)).to_ical().decode()  # type: ignore[no-untyped-call]
        started = datetime.combine(recurrence.since, time())
        after = rrulestr(endless, dtstart=started).after(datetime.combine(day, time()))
        if after is None:
            return None
        found = after.date()
    return found if shape.until is None or found <= shape.until else None
