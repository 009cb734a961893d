"""Carrying out what follow-ups want of the tasks that stand for them: the server's copy is read, merged, written, and
looked at again.

Nothing here says what to write, so an act may be repeated at any time. A new task is looked for by its stamp first.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from assistant.outbox.handling import LOOK_AGAIN, Delivery, Done, Dropped, Failed, Later, Outcome
from assistant.outbox.marks import moved_away
from calendar_sync.tasks.fields import fields_here, fields_there, task_of, written_fields
from calendar_sync.tasks.merging import Planned, bring_together, come_back, is_edited_here
from calendar_sync.tasks.provider import RemoteTask
from mail_sync.errors import Conflict, ItemGone
from mail_sync.merge import Fields
from mail_sync.provider import FolderRole, Poisoned
from store.actor import Actor, actor_for
from store.following.in_outlook import Keeper, StandingTask, TaskItem, keeper_at, mark_told, task_at, task_item
from store.following.values import OPEN, STANDING
from store.outbox.delivery import OutboxRow
from store.queries.follow_ups import follow_up_row
from store.sync.bases import Base
from store.sync.contact_copies import renew_copy, unlink_copy
from store.sync.written import keep_item, place_item, was_read

#: How often a task that is edited at the same time is read and merged anew.
TRIES = 3
#: An act is tried so often before a person is told that the mailbox keeps something otherwise.
MOST_WRITTEN = 8


@dataclass(frozen=True, slots=True)
class _Work:
    """One task in the mailbox of its user."""

    delivery: Delivery
    one: StandingTask
    keeper: Keeper
    by: Actor

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.keeper.zone)


def put_task(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Bring the task and its follow-up together."""
    work = _work(delivery, row)
    if work is None:
        return Dropped("it is not to stand in Outlook any more")
    if work.one.is_new:
        return _create(work, row)
    if work.one.buried:
        return _gone(work, row, Dropped("the task was deleted in Outlook"))
    for _ in range(TRIES):
        remote = _fetch(work, work.one.remote_id)
        if remote is None:
            return _gone(work, row, moved_away(row))
        planned = _bring_together(work, remote)
        if planned is None:
            return Dropped("it is not to stand in Outlook any more")
        if not planned.there:
            _keep(work, remote, planned.base, "")
            return Done("Both sides say the same.")
        written = _write(work, remote, planned)
        after = _fetch(work, work.one.remote_id) if written else None
        if after is not None and _went_on(remote, after, planned.there):
            return _series_went_on(work, after)
        if after is not None and _shows(after, planned, work.keeper.zone):
            _keep(work, after, planned.base, ", ".join(sorted(planned.there)))
            return Done()
    if row.attempts >= MOST_WRITTEN:
        return Failed("The mailbox does not keep this reminder as it is here.")
    return Later("The task is being edited in Outlook at the same time.")


def remove_task(delivery: Delivery, row: OutboxRow) -> Outcome:
    """Move the task of a follow-up that is nothing to come back to any more to Deleted Items."""
    with delivery.store.read() as tx:
        item, one = task_item(tx, row.item_id), task_at(tx, row.item_id)
    if item is None or item.buried:
        return Dropped("the mailbox holds this task no longer")
    if one is not None and one.state == OPEN:
        return Dropped("it is something to come back to again")
    if item.is_new:
        found = delivery.calendar.tasks.find_stamped_task(item.stamp)
        remote_id = found.item_id if found else ""
    else:
        remote_id = item.remote_id
    try:
        if remote_id:
            delivery.mail.delete(remote_id)
    except ItemGone:
        if not item.is_new and row.attempts < TRIES:
            return moved_away(row)
    _bury(delivery, item)
    return Done()


def _work(delivery: Delivery, row: OutboxRow) -> _Work | None:
    with delivery.store.read() as tx:
        one, keeper = task_at(tx, row.item_id), keeper_at(tx, delivery.mailbox.mailbox_id)
        if one is None or keeper is None or one.user_id != keeper.user_id:
            return None
        return _Work(delivery, one, keeper, actor_for(tx, keeper.email))


def _gone(work: _Work, row: OutboxRow, outcome: Outcome) -> Outcome:
    """It moved, or was deleted there: then what was changed here since makes it anew, and else it is given up."""
    if isinstance(outcome, Later):
        return outcome
    with work.delivery.store.write() as tx:
        if not is_edited_here(tx, work.one, by=work.by):
            return outcome
        renew_copy(tx, work.one.item_id, now=work.delivery.clock())
    anew = _work(work.delivery, row)
    return outcome if anew is None else _create(anew, row)


def _create(work: _Work, row: OutboxRow) -> Outcome:
    delivery, one = work.delivery, work.one
    folder = next((each for each in delivery.mail.folders() if each.role is FolderRole.TASKS), None)
    if folder is None:
        return Failed("This mailbox has no folder for tasks.")
    with delivery.store.read() as tx:
        is_read = was_read(tx, delivery.mailbox.mailbox_id, folder.folder_id)
        said = follow_up_row(tx, one.follow_up_id, by=work.by)
    if said is None or said.state not in STANDING:
        return Dropped("it is nothing to come back to any more")
    if not is_read:
        return Later("The tasks of this mailbox are read first.", LOOK_AGAIN)
    task = task_of(said, work.keeper.zone, delivery.clock())
    found = delivery.calendar.tasks.find_stamped_task(one.stamp)
    made = found or delivery.calendar.tasks.create_task(folder, task, one.stamp, work.zone)
    remote = _fetch(work, made.item_id)
    if remote is None:
        if row.attempts >= MOST_WRITTEN:
            return Failed("The task was made, and the mailbox does not let it be read.")
        return Later("The task was made and cannot be read yet.")
    with delivery.store.write() as tx:
        place_item(tx, one.item_id, folder.folder_id)
    mine = fields_here(said)
    theirs = fields_there(remote.task, mine, work.keeper.zone)
    _keep(work, remote, {name: value for name, value in mine.items() if theirs.get(name) == value}, "created")
    # One that was made before may be edited on either side since.
    return put_task(delivery, row) if found else Done()


def _bring_together(work: _Work, remote: RemoteTask) -> Planned | None:
    with work.delivery.store.write() as tx:
        now = work.delivery.clock()
        planned = bring_together(tx, work.one, remote.task, work.keeper.zone, by=work.by, now=now)
        mark_told(tx, work.one.follow_up_id)
    return planned


def _write(work: _Work, remote: RemoteTask, planned: Planned) -> bool:
    """False where somebody was faster."""
    task = task_of(planned.row, work.keeper.zone, work.delivery.clock())
    fields = written_fields(planned.there)
    try:
        work.delivery.calendar.tasks.update_task(remote.item_id, remote.change_key, task, fields, work.zone)
    except Conflict:
        return False
    return True


def _shows(after: RemoteTask, planned: Planned, zone: str) -> bool:
    """Whether the task holds what was written: a server may take a stale change key and lose half of it."""
    theirs = fields_there(after.task, planned.base, zone)
    return all(theirs[name] == value for name, value in planned.there.items())


def _went_on(before: RemoteTask, after: RemoteTask, there: Fields) -> bool:
    """Whether Outlook made the next task of a series out of one that was done."""
    return bool(there.get("done")) and before.task.recurrence != "" and not after.task.done


def _series_went_on(work: _Work, after: RemoteTask) -> Outcome:
    """What Outlook repeats comes back here as well, with its next day."""
    theirs = fields_there(after.task, {}, work.keeper.zone)
    with work.delivery.store.write() as tx:
        now = work.delivery.clock()
        come_back(tx, work.one, theirs["when"], by=work.by, now=now)
        mark_told(tx, work.one.follow_up_id)
    _keep(work, after, theirs, "done, and the next one is there")
    return Done()


def _keep(work: _Work, remote: RemoteTask, base: Fields, detail: str) -> None:
    with work.delivery.store.write() as tx:
        now = work.delivery.clock()
        keep_item(tx, work.one.item_id, remote.item_id, remote.change_key, Base(base), detail=detail, now=now)


def _bury(delivery: Delivery, item: TaskItem) -> None:
    with delivery.store.write() as tx:
        now = delivery.clock()
        unlink_copy(tx, delivery.mailbox.mailbox_id, item.item_id, "it is nothing to come back to", now=now)


def _fetch(work: _Work, remote_id: str) -> RemoteTask | None:
    """The task as the server has it now; None when it is gone. Raises SyncError for one that cannot be read."""
    for found in work.delivery.calendar.tasks.fetch_tasks([remote_id], work.zone):
        if not isinstance(found, Poisoned):
            return found
        if not isinstance(found.error, ItemGone):
            raise found.error
    return None
