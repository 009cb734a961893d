"""Tasks in memory keep the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.tasks.memory import MemoryTasks
from calendar_sync.tasks.task import Task
from mail_sync.errors import Unreadable
from mail_sync.provider import FolderRole, Poisoned
from mail_sync.providers.memory import MemoryMailbox
from mail_sync.providers.memory_server import MemoryServer
from tests.calendar_sync.tasks.contract import BERLIN, TaskProviderContract

NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the 29th in Berlin


class MemoryTaskWorld:
    """A `TaskWorld` whose server is the twin itself."""

    def __init__(self) -> None:
        self.mailbox = MemoryMailbox("sales@alpine.example", server=MemoryServer(lambda: NOW))
        self.tasks = MemoryTasks(self.mailbox)

    def connect(self) -> tuple[MemoryMailbox, MemoryTasks]:
        return self.mailbox, self.tasks

    def add(self, task: Task) -> str:
        return self.mailbox.deliver(self.mailbox.box.folder(FolderRole.TASKS), task)

    def complete(self, item_id: str) -> None:
        task = self._task(item_id)
        self.mailbox.replace(item_id, replace(task, done=True, completed_on=self.today(), remind_at=None))

    def snooze(self, item_id: str, until: datetime) -> None:
        self.mailbox.replace(item_id, replace(self._task(item_id), remind_at=until))

    def today(self) -> date:
        return NOW.astimezone(BERLIN).date()

    def lose_replies(self) -> None:
        self.mailbox.faults.lose_replies()

    def _task(self, item_id: str) -> Task:
        task = self.mailbox.box.item(item_id).content
        assert isinstance(task, Task)
        return task


@pytest.fixture
def task_world() -> MemoryTaskWorld:
    return MemoryTaskWorld()


class TestMemoryTasks(TaskProviderContract):
    """The contract, on the twin."""


def test_a_mail_among_tasks_is_no_task() -> None:
    world = MemoryTaskWorld()
    mail = world.mailbox.deliver(world.mailbox.box.folder(FolderRole.TASKS), b"Subject: no task\r\n\r\n")
    [found] = world.tasks.fetch_tasks([mail], ZoneInfo("UTC"))
    assert isinstance(found, Poisoned)
    assert isinstance(found.error, Unreadable)
