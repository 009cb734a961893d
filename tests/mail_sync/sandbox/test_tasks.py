"""Tasks over EWS: days of a zone, how far a task is, reminders, and series that go on when a task is done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from exchangelib import Account, EWSDate, EWSDateTime, EWSTimeZone, Task
from exchangelib.errors import (
    ErrorCannotCreateTaskInNonTaskFolder,
    ErrorInvalidPercentCompleteValue,
    ErrorIrresolvableConflict,
)
from exchangelib.recurrence import DailyRegeneration, TaskRecurrence, WeeklyPattern
from exchangelib.services import SyncFolderItems
from icalendar import Calendar, Todo

from mail_sync.sandbox.content import BytesContent
from mail_sync.sandbox.model import Kind, Mailbox, Model
from tests.mail_sync.sandbox.stamps import registered


@pytest.fixture(autouse=True)
def fields() -> Iterator[None]:
    with registered(Task):
        yield


@pytest.fixture(autouse=True)
def clock(model: Model) -> None:
    model.clock.offset = datetime(2026, 3, 9, 9, tzinfo=UTC) - datetime.now(UTC)


def created(account: Account, **fields: object) -> Task:
    return Task(account=account, folder=account.tasks, **{"subject": "Call Contoso", **fields}).save()


def fetched(account: Account, item: str) -> Task:
    [found] = account.fetch([(item, None)])
    assert isinstance(found, Task)
    return found


def at(month: int, day: int, hour: int) -> EWSDateTime:
    return EWSDateTime(2026, month, day, hour, tzinfo=EWSTimeZone("UTC"))


def test_task_is_read_back_and_its_day_is_that_of_the_zone_of_the_request(account: Account) -> None:
    account.default_timezone = EWSTimeZone("Europe/Berlin")
    # The library writes a day as its midnight in UTC, whatever the zone: in New York that is still the day before.
    made = created(
        account, body="Ask for the signed offer", due_date=EWSDate(2026, 3, 10), start_date=EWSDate(2026, 3, 9),
        reminder_is_set=True, reminder_due_by=at(3, 10, 8), importance="High", categories=["Contoso"], stamp="f/1",
        mileage="12 km", companies=["Contoso", "Litware"],
    )  # fmt: skip
    task = fetched(account, made.id)
    assert (task.subject, task.body, task.importance, task.categories, task.stamp, task.mileage, task.companies) == (
        "Call Contoso", "Ask for the signed offer", "High", ["Contoso"], "f/1", "12 km", ["Contoso", "Litware"],
    )  # fmt: skip
    assert (task.status, task.percent_complete, task.is_complete, task.complete_date) == (
        "NotStarted", Decimal(0), False, None,
    )  # fmt: skip
    assert (task.item_class, task.reminder_is_set, task.reminder_due_by) == ("IPM.Task", True, at(3, 10, 8))
    # The midnight of the 10th in Berlin is on the 9th in UTC, where whoever takes its date is a day early.
    assert task.due_date == EWSDate(2026, 3, 9)
    account.default_timezone = EWSTimeZone("America/New_York")
    west = fetched(account, created(account, due_date=EWSDate(2026, 3, 10)).id)
    assert west.due_date == EWSDate(2026, 3, 9)
    assert [one.id for one in account.tasks.filter(stamp="f/1")] == [made.id]


def test_last_word_on_how_far_a_task_is_decides(account: Account) -> None:
    task = created(account, reminder_is_set=True, reminder_due_by=at(3, 10, 8))
    stale = task.changekey
    task.complete()
    done = fetched(account, task.id)
    assert (done.status, done.percent_complete, done.is_complete) == ("Completed", Decimal(100), True)
    assert (done.complete_date.date(), done.reminder_is_set) == (date(2026, 3, 9), False)
    done.percent_complete, done.status = Decimal(50), "InProgress"
    done.save(update_fields=["status", "percent_complete"])
    again = fetched(account, task.id)
    assert (again.status, again.percent_complete, again.complete_date) == ("InProgress", Decimal(50), None)
    again.changekey = stale
    with pytest.raises(ErrorIrresolvableConflict):
        again.save(update_fields=["subject"], conflict_resolution="NeverOverwrite")
    again.percent_complete = Decimal(101)
    again.changekey = None
    with pytest.raises((ErrorInvalidPercentCompleteValue, ValueError)):
        again.save(update_fields=["percent_complete"])
    with pytest.raises(ErrorCannotCreateTaskInNonTaskFolder):
        Task(account=account, folder=account.inbox, subject="Not here").save()


def test_snoozed_reminder_has_another_signal_time_until_it_is_set_anew(account: Account) -> None:
    first, later = at(3, 10, 8), at(3, 10, 9)
    task = fetched(account, created(account, reminder_is_set=True, reminder_due_by=first).id)
    assert task.signal_time == first
    task.signal_time = later
    task.save(update_fields=["signal_time"])
    snoozed = fetched(account, task.id)
    assert (snoozed.signal_time, snoozed.reminder_due_by) == (later, first)
    snoozed.reminder_due_by = later + timedelta(days=1)
    snoozed.save(update_fields=["reminder_due_by"])
    assert fetched(account, task.id).signal_time == later + timedelta(days=1)


def test_completed_task_of_a_series_leaves_it_and_the_series_goes_on(account: Account, anna: Mailbox) -> None:
    # The clocks change on 29 March: the reminder stays at nine in Berlin.
    account.default_timezone = EWSTimeZone("Europe/Berlin")
    weekly = TaskRecurrence(
        pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=EWSDate(2026, 3, 23), number=2
    )
    made = created(account, recurrence=weekly, stamp="f/2", reminder_is_set=True, reminder_due_by=at(3, 23, 8))
    series = fetched(account, made.id)
    assert (series.is_recurring, series.recurrence.boundary.number) == (True, 2)
    sync = SyncFolderItems(account=account)
    told = {"folder": account.tasks, "shape": "IdOnly", "additional_fields": set(), "ignore": None,
            "max_changes_returned": 100, "sync_scope": None}  # fmt: skip
    list(sync.call(**told, sync_state=None))
    series.status, series.percent_complete = "Completed", Decimal(100)
    [(left, _)] = account.bulk_update([(series, ["status"])])
    assert left != made.id
    done, after = fetched(account, left), fetched(account, made.id)
    assert (done.is_complete, done.is_recurring, done.stamp, done.reminder_is_set) == (True, False, "f/2", False)
    assert (after.is_complete, after.is_recurring, after.stamp) == (False, True, "f/2")
    assert (after.due_date + timedelta(days=1), after.reminder_due_by) == (
        EWSDate(2026, 3, 30), at(3, 30, 7),
    )  # fmt: skip
    changes = [(kind, item.id) for kind, item in sync.call(**told, sync_state=sync.sync_state)]
    assert sorted(changes) == sorted([("update", made.id), ("create", left)])
    after.status = "Completed"
    [(last, _)] = account.bulk_update([(after, ["status"])])
    assert (last, fetched(account, made.id).is_complete, len(anna.folder("tasks").items)) == (made.id, True, 2)


def test_moved_task_of_a_series_leaves_it_but_one_that_regenerates_stays(account: Account) -> None:
    start = EWSDate(2026, 3, 9)
    weekly = TaskRecurrence(pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=start)
    task = fetched(account, created(account, recurrence=weekly).id)
    task.due_date = EWSDate(2026, 3, 11)
    [(left, _)] = account.bulk_update([(task, ["due_date"])])
    assert (fetched(account, left).due_date, fetched(account, task.id).due_date) == (
        EWSDate(2026, 3, 11), EWSDate(2026, 3, 16),
    )  # fmt: skip
    again = TaskRecurrence(pattern=DailyRegeneration(interval=3), start=start)
    task = fetched(account, created(account, recurrence=again).id)
    assert task.recurrence.pattern == DailyRegeneration(interval=3)
    task.due_date = EWSDate(2026, 3, 20)
    [(same, _)] = account.bulk_update([(task, ["due_date"])])
    assert same == task.id
    done = fetched(account, task.id)
    done.status = "Completed"
    account.bulk_update([(done, ["status"])])
    assert fetched(account, task.id).due_date == EWSDate(2026, 3, 12)  # three days after it was done on the 9th


def test_delivered_todo_is_a_task_and_a_moved_one_keeps_what_it_says(account: Account, anna: Mailbox) -> None:
    todo = Todo.from_ical(
        f"BEGIN:{Todo.name}\r\nSUMMARY:Tax\r\nDUE;VALUE=DATE:20260315\r\nRRULE:FREQ=YEARLY\r\n"
        f"STATUS:IN-PROCESS\r\nPERCENT-COMPLETE:20\r\nEND:{Todo.name}\r\n"
    )
    source = Calendar()
    source.add_component(todo)
    item = anna.add(anna.folder("tasks"), BytesContent(source.to_ical()), kind=Kind.TASK, item_class="IPM.Task")
    task = fetched(account, item.item_id)
    assert (task.subject, task.due_date, task.status, task.percent_complete, task.is_recurring) == (
        "Tax", EWSDate(2026, 3, 15), "InProgress", Decimal(20), True,
    )  # fmt: skip
    task.move_to_trash()
    [binned] = anna.folder("deleteditems").items
    assert fetched(account, binned.item_id).subject == "Tax"
