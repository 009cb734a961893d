"""Tasks of Exchange keep the contract, on the sandbox; what only a server of Microsoft's kind does is told here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from exchangelib import EWSDate, EWSDateTime, EWSTimeZone
from exchangelib import Task as OutlookTask
from exchangelib.protocol import close_connections
from exchangelib.recurrence import TaskRecurrence, WeeklyPattern

from calendar_sync.tasks.exchange import ExchangeTasks
from calendar_sync.tasks.task import Task
from mail_sync.errors import Unreadable
from mail_sync.provider import Poisoned, Written
from mail_sync.providers.exchange.connection import ExchangeMailbox
from mail_sync.sandbox.model import Model
from mail_sync.sandbox.server import serve
from tests.calendar_sync.tasks.contract import BERLIN, CALL, TaskProviderContract, read, tasks_folder
from tests.calendar_sync.tasks.telephone import Telephone
from tests.mail_sync.providers.exchange.world import ADDRESS, PASSWORD, ExchangeWorld
from tests.mail_sync.sandbox.stamps import registered

NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the 29th in Berlin


class ExchangeTaskWorld(ExchangeWorld):
    """A `TaskWorld` whose server is the sandbox; the telephone is another client, with habits of its own."""

    @property
    def telephone(self) -> Telephone:
        return Telephone(self.sandbox, ADDRESS, PASSWORD)

    def connect(self, **changes: object) -> tuple[ExchangeMailbox, ExchangeTasks]:  # type: ignore[override]
        mailbox = super().connect(**changes)
        return mailbox, ExchangeTasks(mailbox)

    def add(self, task: Task) -> str:
        return self.telephone.add(task)

    def complete(self, item_id: str) -> None:
        self.telephone.complete(item_id)

    def snooze(self, item_id: str, until: datetime) -> None:
        self.telephone.snooze(item_id, until)

    def today(self) -> date:
        return NOW.astimezone(BERLIN).date()

    def lose_replies(self) -> None:
        self.lose_reply()


@pytest.fixture
def task_world() -> Iterator[ExchangeTaskWorld]:
    model = Model()
    model.clock.offset = NOW - datetime.now(UTC)
    model.add_mailbox(ADDRESS, "Sales", PASSWORD, timezone="Europe/Berlin")
    with registered(OutlookTask), serve(model) as sandbox:
        made = ExchangeTaskWorld(sandbox)
        yield made
        made.close()
        close_connections()


class TestExchangeTasks(TaskProviderContract):
    """The contract, on the sandbox."""


def test_completed_task_of_a_series_is_the_next_one(task_world: ExchangeTaskWorld) -> None:
    _, tasks = task_world.connect()
    weekly = TaskRecurrence(pattern=WeeklyPattern(interval=1, weekdays=["Monday"]), start=EWSDate(2026, 3, 30))
    reminder = EWSDateTime(2026, 3, 30, 7, tzinfo=EWSTimeZone("UTC"))
    series = task_world.telephone.save(
        subject="Weekly call", recurrence=weekly, reminder_is_set=True, reminder_due_by=reminder
    )
    found = read(tasks, series)
    assert (found.task.due, found.task.recurrence) == (date(2026, 3, 30), "FREQ=WEEKLY;BYDAY=MO")
    done = tasks.update_task(series, found.change_key, replace(found.task, done=True), ["done"], BERLIN)
    assert done == Written(series)
    after = read(tasks, series).task
    assert after == replace(found.task, due=date(2026, 4, 6), remind_at=datetime(2026, 4, 6, 7, tzinfo=UTC))


def test_mail_in_the_folder_is_no_task_and_what_is_deleted_is_not_found(task_world: ExchangeTaskWorld) -> None:
    mail, tasks = task_world.connect()
    folder = tasks_folder(mail)
    item_id = task_world.deliver(folder, b"Subject: Flagged\r\n\r\n")
    [found] = tasks.fetch_tasks([item_id], BERLIN)
    assert isinstance(found, Poisoned)
    assert isinstance(found.error, Unreadable)
    made = tasks.create_task(folder, replace(CALL, done=True), "stamp-3", BERLIN)
    assert read(tasks, made.item_id).task.remind_at is None
