"""What every provider of tasks must do. A provider passes by subclassing beside a fixture `task_world`."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from calendar_sync.tasks.provider import RemoteTask, TaskProvider
from calendar_sync.tasks.task import Task
from mail_sync.errors import Conflict, ItemGone, OutcomeUnknown
from mail_sync.provider import Changed, Deleted, Folder, FolderRole, ItemKind, MailProvider, Poisoned, Written

BERLIN, AUCKLAND, HONOLULU = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland"), ZoneInfo("Pacific/Honolulu")
AT_NINE = datetime(2026, 3, 29, 7, tzinfo=UTC)
CALL = Task(
    "Call Contoso",
    "They wait for the offer:\nsay when it comes.",
    due=date(2026, 3, 29),  # the night in which clocks change in Berlin
    remind_at=AT_NINE,
    importance="high",
)


class TaskWorld(Protocol):
    """A mailbox with tasks, and its owner's telephone."""

    def connect(self) -> tuple[MailProvider, TaskProvider]:
        """The mailbox over a new connection."""
        ...

    def add(self, task: Task) -> str:
        """The owner writes a task on the telephone; gives its id."""
        ...

    def complete(self, item_id: str) -> None: ...

    def snooze(self, item_id: str, until: datetime) -> None:
        """The reminder is to come again later."""
        ...

    def today(self) -> date:
        """On the server's clock, in Berlin."""
        ...

    def lose_replies(self) -> None:
        """The connection breaks off in the next write, after the server did it."""
        ...


def tasks_folder(mail: MailProvider) -> Folder:
    [found] = [one for one in mail.folders() if one.role is FolderRole.TASKS]
    return found


def read(tasks: TaskProvider, item_id: str, zone: ZoneInfo = BERLIN) -> RemoteTask:
    [found] = tasks.fetch_tasks([item_id], zone)
    assert isinstance(found, RemoteTask), found
    return found


class TaskProviderContract:
    """One mailbox with an empty folder of tasks at the start of every test."""

    def test_task_is_written_read_changed_and_deleted(self, task_world: TaskWorld) -> None:
        mail, tasks = task_world.connect()
        folder = tasks_folder(mail)
        assert (folder.path, folder.holds) == ("Tasks", ItemKind.TASK)
        made = tasks.create_task(folder, CALL, "stamp-1", BERLIN)
        found = read(tasks, made.item_id)
        assert (found.task, found.stamp) == (CALL, "stamp-1")
        assert tasks.find_stamped_task("stamp-1") == found_as(found)
        [page] = mail.changes(folder, None)
        assert page.changes == (Changed(found.item_id, found.change_key),)

        later = replace(CALL, title="Call Litware", due=date(2026, 4, 1), remind_at=AT_NINE + timedelta(days=3))
        written = tasks.update_task(found.item_id, found.change_key, later, ["due", "remind_at"], BERLIN)
        after = read(tasks, found.item_id)
        assert after.task == replace(CALL, due=later.due, remind_at=later.remind_at)
        assert written == found_as(after)
        with pytest.raises(Conflict):
            tasks.update_task(found.item_id, found.change_key, later, ["title"], BERLIN)

        plain = replace(CALL, body="", due=None, remind_at=None, importance="normal")
        tasks.update_task(found.item_id, "", plain, ["body", "due", "remind_at", "importance"], BERLIN)
        assert read(tasks, found.item_id).task == plain
        tasks.update_task(found.item_id, "", replace(plain, done=True), ["done"], BERLIN)
        assert read(tasks, found.item_id).task == replace(plain, done=True, completed_on=task_world.today())
        tasks.update_task(found.item_id, "", CALL, ["done", "remind_at"], BERLIN)
        assert read(tasks, found.item_id).task == replace(plain, remind_at=CALL.remind_at)

        mail.delete(found.item_id)
        assert tasks.find_stamped_task("stamp-1") is None
        [gone] = tasks.fetch_tasks([found.item_id], BERLIN)
        assert isinstance(gone, Poisoned)
        assert isinstance(gone.error, ItemGone)
        [page] = mail.changes(folder, page.cursor)
        assert page.changes == (Deleted(found.item_id),)

    def test_due_date_is_the_same_day_in_every_zone(self, task_world: TaskWorld) -> None:
        mail, tasks = task_world.connect()
        folder = tasks_folder(mail)
        for zone in (BERLIN, AUCKLAND, HONOLULU, ZoneInfo("UTC")):
            made = tasks.create_task(folder, replace(CALL, remind_at=None), "", zone)
            assert (zone.key, read(tasks, made.item_id, zone).task.due) == (zone.key, CALL.due)

    def test_what_the_owner_does_on_the_telephone_is_read(self, task_world: TaskWorld) -> None:
        mail, tasks = task_world.connect()
        folder = tasks_folder(mail)
        item_id = task_world.add(Task("Buy skis", due=date(2026, 3, 30), remind_at=CALL.remind_at))
        assert read(tasks, item_id).task == Task("Buy skis", due=date(2026, 3, 30), remind_at=CALL.remind_at)
        [page] = mail.changes(folder, None)
        task_world.snooze(item_id, AT_NINE + timedelta(hours=1))
        assert read(tasks, item_id).task.remind_at == AT_NINE + timedelta(hours=1)
        task_world.complete(item_id)
        done = read(tasks, item_id)
        assert (done.task.done, done.task.completed_on, done.task.remind_at) == (True, task_world.today(), None)
        [page] = mail.changes(folder, page.cursor)
        assert set(page.changes) == {Changed(item_id, done.change_key)}

    def test_task_whose_answer_was_lost_is_found_by_its_stamp(self, task_world: TaskWorld) -> None:
        mail, tasks = task_world.connect()
        folder = tasks_folder(mail)
        task_world.lose_replies()
        with pytest.raises(OutcomeUnknown):
            tasks.create_task(folder, CALL, "stamp-2", BERLIN)
        found = tasks.find_stamped_task("stamp-2")
        assert found is not None
        assert read(tasks, found.item_id).task == CALL


def found_as(found: RemoteTask) -> Written:
    return Written(found.item_id, found.change_key)
