"""What a mailbox can do with tasks. Same cursors, same errors as its mail; tasks are deleted as mail is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo

from calendar_sync.tasks.task import Task
from mail_sync.provider import Folder, Poisoned, Written


@dataclass(frozen=True, slots=True)
class RemoteTask:
    """A task as one mailbox holds it. A task that left its series, because it was completed or moved, carries the stamp
    of the series as well."""

    item_id: str
    change_key: str
    task: Task
    stamp: str = ""


class TaskProvider(Protocol):
    """Tasks over an already connected mailbox. Errors of writes as in `mail_sync.provider.MailProvider`.

    `zone` is that of the mailbox's owner: due dates are days in it.
    """

    def fetch_tasks(self, item_ids: Sequence[str], zone: ZoneInfo) -> Iterator[RemoteTask | Poisoned]:
        """The tasks with these ids; a gone item is a Poisoned with ItemGone."""
        ...

    def create_task(self, folder: Folder, task: Task, stamp: str, zone: ZoneInfo) -> Written:
        """A new task that carries our stamp."""
        ...

    def update_task(
        self, item_id: str, change_key: str, task: Task, fields: Collection[str], zone: ZoneInfo
    ) -> Written:
        """Write these fields (of `WRITABLE`) of the task and leave everything else as it is. Of a series the current
        task is meant: completing it makes the item the next one, and the answer names no change key.
        Raises Conflict when it changed since `change_key`, ItemGone."""
        ...

    def find_stamped_task(self, stamp: str) -> Written | None:
        """The task that carries this stamp, None when there is none outside of Deleted Items."""
        ...
