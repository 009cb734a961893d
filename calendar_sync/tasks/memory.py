"""The tasks of a mailbox in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from calendar_sync.tasks.provider import RemoteTask
from calendar_sync.tasks.task import Task
from mail_sync.errors import SendRefused, Unreadable
from mail_sync.provider import Folder, FolderRole, Poisoned, Written
from mail_sync.providers.memory import MemoryMailbox, written
from mail_sync.providers.memory_box import MemoryItem


class MemoryTasks:
    """`TaskProvider` over a mailbox in memory. It repeats nothing."""

    def __init__(self, mailbox: MemoryMailbox) -> None:
        self._mailbox = mailbox

    def fetch_tasks(self, item_ids: Sequence[str], zone: ZoneInfo) -> Iterator[RemoteTask | Poisoned]:
        for item_id in item_ids:
            item = self._mailbox.item(item_id)
            if isinstance(item, Poisoned):
                yield item
            elif isinstance(item.content, Task):
                yield RemoteTask(item_id, item.change_key, item.content, item.stamp)
            else:
                yield Poisoned(item_id, Unreadable(f"{item.item_class} is not a task"))

    def create_task(self, folder: Folder, task: Task, stamp: str, zone: ZoneInfo) -> Written:
        box = self._mailbox.box
        kept = self._settled(replace(task, completed_on=None, recurrence=""), zone)
        return self._mailbox.write(
            lambda: written(box.add(folder, kept, stamp=self._mailbox.kept(stamp), item_class="IPM.Task"))
        )

    def update_task(
        self, item_id: str, change_key: str, task: Task, fields: Collection[str], zone: ZoneInfo
    ) -> Written:
        def act() -> Written:
            before = self._task(self._mailbox.expect(item_id, change_key))
            values: dict[str, Any] = {name: getattr(task, name) for name in fields}
            after = self._settled(replace(before, **values), zone)
            return written(self._mailbox.box.change(item_id, content=after))

        return self._mailbox.write(act)

    def find_stamped_task(self, stamp: str) -> Written | None:
        self._mailbox.request()
        box = self._mailbox.box
        held = (one for one in box.items() if stamp and one.stamp == stamp and isinstance(one.content, Task))
        return next((written(one) for one in held if box.role(one) is not FolderRole.DELETED), None)

    def _settled(self, task: Task, zone: ZoneInfo) -> Task:
        """What is done reminds of nothing any more, and what is not was completed on no day."""
        if not task.done:
            return replace(task, completed_on=None)
        today = self._mailbox.server.clock().astimezone(zone).date()
        return replace(task, completed_on=task.completed_on or today, remind_at=None)

    def _task(self, item: MemoryItem) -> Task:
        if not isinstance(item.content, Task):
            raise SendRefused(f"{item.item_class} is not a task")
        return item.content
