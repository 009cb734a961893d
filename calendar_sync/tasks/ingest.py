"""Tasks of a mailbox into the store: those that stand for follow-ups are merged with them, and what its owner wrote in
Outlook becomes a reminder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from calendar_sync.tasks.fields import due_at
from calendar_sync.tasks.merging import adopt, bring_together, come_back
from calendar_sync.tasks.provider import RemoteTask, TaskProvider
from mail_sync.capture import CaptureRules
from mail_sync.provider import Poisoned
from store.actor import Actor, actor_for
from store.engine import Store
from store.following.in_outlook import Keeper, add_item, keeper_at, mark_told, put_task, task_at
from store.following.values import DISMISSED
from store.sync.items import ItemState, KnownItem, known_items, refresh_copies
from store.sync.mailboxes import FolderRow
from store.sync.moves import Trace

#: What was due longer ago is nothing to be reminded of: lists of years come along when tasks are first read.
_RECENT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PreparedTask:
    """A task ready to be written."""

    remote: RemoteTask

    @property
    def remote_id(self) -> str:
        return self.remote.item_id

    @property
    def raw(self) -> bytes:
        return b""

    @property
    def trace(self) -> Trace:
        return Trace(self.remote_id, self.remote.stamp)


@dataclass(frozen=True, slots=True)
class TaskReader:
    """Reads tasks of one connected mailbox (see `mail_sync.pull.ItemReader`)."""

    store: Store
    provider: TaskProvider
    mailbox_id: int
    capture: CaptureRules

    def read(self, item_ids: Sequence[str]) -> Iterator[PreparedTask | Poisoned | None]:
        with self.store.read() as tx:
            keeper = keeper_at(tx, self.mailbox_id)
        if keeper is None:
            return  # whoever wanted it so does not any more
        for found in self.provider.fetch_tasks(item_ids, ZoneInfo(keeper.zone)):
            yield found if isinstance(found, Poisoned) else PreparedTask(found)

    def write(self, tx: Connection, folder: FolderRow, items: Sequence[PreparedTask], *, now: datetime) -> int:
        """Merge what the store knows; returns how many reminders are new."""
        keeper = keeper_at(tx, self.mailbox_id)
        if keeper is None:
            return 0
        by = actor_for(tx, keeper.email)
        known = known_items(tx, self.mailbox_id, [item.remote_id for item in items])
        return sum(
            _write(tx, keeper, folder, item.remote, known.get(item.remote_id), self._is_kept_out(item), by, now)
            for item in items
        )

    def _is_kept_out(self, item: PreparedTask) -> bool:
        """What is private stays in the mailbox alone, where its owner wants that of mail."""
        return self.capture.excludes_private(item.remote.task.sensitivity)


def _write(
    tx: Connection,
    keeper: Keeper,
    folder: FolderRow,
    remote: RemoteTask,
    known: KnownItem | None,
    kept_out: bool,
    by: Actor,
    now: datetime,
) -> bool:
    state = ItemState(remote.item_id, now, remote.change_key, stamp=remote.stamp)
    if known is None:
        item_id = add_item(tx, keeper.mailbox_id, folder.folder_id, state)
    else:
        item_id = known.item_id
        refresh_copies(tx, folder.folder_id, [(item_id, state)])
    one = task_at(tx, item_id)
    if one is None:
        at = due_at(remote.task, keeper.zone)
        is_reminder = not kept_out and not remote.task.done and at is not None and at > now - _RECENT
        return is_reminder and adopt(tx, item_id, remote.task, keeper.zone, by=by, now=now) is not None
    if known is not None and known.gone_at is not None and one.state == DISMISSED and not remote.task.done:
        come_back(tx, one, by=by, now=now)
    planned = bring_together(tx, one, remote.task, keeper.zone, by=by, now=now)
    if planned is not None:
        if planned.there:
            put_task(tx, item_id, keeper.mailbox_id, now=now)
        mark_told(tx, one.follow_up_id)
    return False
