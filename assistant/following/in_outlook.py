"""Reminders in Outlook: which tasks have to be made, changed or taken away, through the outbox.

What is to stand in a mailbox is worked out anew from how follow-ups stand, so it may be done at any time, by any
process, and again after one that was killed.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from store.actor import actor_for
from store.engine import Store
from store.following.in_outlook import (
    Keeper,
    StandingTask,
    begin_task,
    follow_task,
    keepers,
    leave_task,
    out_of_step,
    read_tasks,
    task_at,
    tasks_to_read,
    without_task,
)

_MOST = 100  # follow-ups looked at in one go


def tell_outlook(store: Store, *, now: datetime) -> int:
    """Let mailboxes be told of some of the follow-ups that changed; returns how many were looked at. Each is a
    transaction of its own, so that others can write in between."""
    with store.read() as tx:  # without the write lock, which others need
        users = keepers(tx)
        changed = out_of_step(tx, users, limit=_MOST)
        new = without_task(tx, users, limit=_MOST)
        folders = tasks_to_read(tx, users)
    if folders:
        with store.write() as tx:
            read_tasks(tx, folders)
    by_user = {one.user_id: one for one in users}
    for one in changed:
        with store.write() as tx:
            _follow(tx, one, by_user.get(one.user_id), now)
    for follow_up_id, keeper in new:
        with store.write() as tx:
            begin_task(tx, follow_up_id, keeper, now=now)
    return len(changed) + len(new)


def _follow(tx: Connection, seen: StandingTask, keeper: Keeper | None, now: datetime) -> None:
    one = task_at(tx, seen.item_id)
    if one is None or one.follow_up_id != seen.follow_up_id:
        return  # somebody did it meanwhile
    if keeper is None or keeper.mailbox_id != one.mailbox_id:
        leave_task(tx, one, now=now)
    elif one == seen:
        follow_task(tx, one, actor_for(tx, keeper.email), now=now)
