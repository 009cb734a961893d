"""The tasks that stand for follow-ups in their users' mailboxes, for users who want it so.

What is to stand there follows from how a follow-up stands, never from what was done to it: whoever changes it leaves it
at another version than the one that its mailbox was told of, and somebody compares
(`assistant.following.in_outlook`). Tasks that a user wrote in Outlook stand for reminders in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, insert, or_, select, update

from store.actor import SYSTEM, Actor
from store.chunks import chunked
from store.following.acts import dismiss
from store.following.state import read_follow_up, write_follow_up
from store.following.values import CLOSED, DONE, OPEN, STANDING, Kind
from store.history.ledger import Change, record_operation
from store.outbox.queue import NewOutgoing, Verb, enqueue
from store.schema.following import FollowUp, FollowUpSetting, FollowUpTask
from store.schema.mail import MailboxItem
from store.schema.people import Folder, Mailbox, User
from store.sync.contact_copies import renew_copy
from store.sync.items import ItemState
from store.sync.moves import BORN_HERE
from store.types import new_uid

_FILES = "files"
#: What becomes of a follow-up that leaves its task in the mailbox, as one that is done.
_OVER = (DONE, CLOSED)


@dataclass(frozen=True, slots=True)
class Keeper:
    """A user whose reminders stand in Outlook: in the first of their mailboxes that has a server. `zone` is IANA."""

    user_id: int
    email: str
    mailbox_id: int
    zone: str


@dataclass(frozen=True, slots=True)
class StandingTask:
    """A follow-up and the item that stands for it. `is_ours`: written from here; `is_new`: its server does not know it
    yet. `is_told`: nothing happened to the follow-up since its mailbox was told."""

    follow_up_id: int
    item_id: int
    mailbox_id: int
    owner_id: int | None
    user_id: int
    remote_id: str
    stamp: str
    state: str
    is_told: bool
    gone: bool
    buried: bool

    @property
    def is_ours(self) -> bool:
        return self.stamp != ""

    @property
    def is_new(self) -> bool:
        return self.remote_id.startswith(BORN_HERE)


@dataclass(frozen=True, slots=True)
class TaskItem:
    """A task as a mailbox holds it, whatever it stands for."""

    item_id: int
    remote_id: str
    stamp: str
    buried: bool

    @property
    def is_new(self) -> bool:
        return self.remote_id.startswith(BORN_HERE)


def keepers(tx: Connection, mailbox_id: int | None = None) -> tuple[Keeper, ...]:
    """The users whose reminders stand in Outlook, or the one for whom they stand in this mailbox."""
    other = Mailbox.__table__.alias()
    is_first = ~exists().where(other.c.owner_id == User.id, other.c.provider != _FILES, other.c.id < Mailbox.id)
    query = (
        select(User.id, User.email, Mailbox.id, FollowUpSetting.zone)
        .join(FollowUpSetting, FollowUpSetting.user_id == User.id)
        .join(Mailbox, Mailbox.owner_id == User.id)
        .where(FollowUpSetting.in_outlook.is_(True), User.active.is_(True), User.email.is_not(None))
        .where(Mailbox.provider != _FILES, is_first)
        .order_by(User.id)
    )
    if mailbox_id is not None:
        query = query.where(Mailbox.id == mailbox_id)
    return tuple(Keeper(row[0], row[1] or "", row[2], row[3]) for row in tx.execute(query))


def keeper_at(tx: Connection, mailbox_id: int) -> Keeper | None:
    """Whose reminders stand in this mailbox, if anybody's do."""
    return next(iter(keepers(tx, mailbox_id)), None)


def tasks_to_read(tx: Connection, users: Collection[Keeper]) -> dict[int, bool]:
    """The folders of tasks, by key, that are to be read from now on (True) or not any more."""
    wanted = {one.mailbox_id for one in users}
    rows = tx.execute(select(Folder.id, Folder.mailbox_id, Folder.selected).where(Folder.role == "tasks"))
    return {row.id: row.mailbox_id in wanted for row in rows if (row.mailbox_id in wanted) != row.selected}


def read_tasks(tx: Connection, folders: Mapping[int, bool]) -> None:
    """Have these folders be read, or not."""
    for folder_id, selected in folders.items():
        tx.execute(update(Folder).where(Folder.id == folder_id).values(selected=selected))


def task_at(tx: Connection, item_id: int | None) -> StandingTask | None:
    """What an item of a mailbox stands for; None for nothing."""
    return next(iter(_standing(tx, _tasks().where(MailboxItem.id == item_id))), None)


def task_item(tx: Connection, item_id: int | None) -> TaskItem | None:
    """An item by its key."""
    buried = MailboxItem.buried_at.is_not(None)
    query = select(MailboxItem.id, MailboxItem.remote_id, MailboxItem.stamp, buried).where(MailboxItem.id == item_id)
    row = tx.execute(query).one_or_none()
    return None if row is None else TaskItem(row[0], row[1], row[2], bool(row[3]))


def without_task(tx: Connection, users: Collection[Keeper], *, limit: int) -> list[tuple[int, Keeper]]:
    """Follow-ups that are before their users and have no task yet, the first to be due first."""
    by_user = {one.user_id: one for one in users}
    found: list[tuple[int, Keeper]] = []
    for portion in chunked(by_user):
        brought = or_(FollowUp.kind == Kind.REMINDER, FollowUp.brought_on.is_not(None))
        stands = exists().where(FollowUpTask.follow_up_id == FollowUp.id)
        query = select(FollowUp.id, FollowUp.user_id).where(
            FollowUp.user_id.in_(portion), FollowUp.state == OPEN, brought, ~stands
        )
        rows = tx.execute(query.order_by(FollowUp.due_at, FollowUp.id).limit(limit))
        found += [(row.id, by_user[row.user_id]) for row in rows]
    return found[:limit]


def out_of_step(tx: Connection, users: Collection[Keeper], *, limit: int) -> list[StandingTask]:
    """Tasks that their mailboxes have to be told of, that were deleted there, or that stand in the wrong mailbox."""
    places = {(one.user_id, one.mailbox_id) for one in users}
    told = FollowUpTask.told_version == FollowUp.version
    deleted = MailboxItem.buried_at.is_not(None) & FollowUp.state.in_(STANDING)
    moved = or_(Mailbox.owner_id.is_(None), Mailbox.owner_id != FollowUp.user_id)
    on = exists().where(FollowUpSetting.user_id == FollowUp.user_id, FollowUpSetting.in_outlook.is_(True))
    misplaced = or_(moved, ~on & (MailboxItem.stamp != ""))
    query = _tasks().where(or_(misplaced, on & or_(~told, deleted))).order_by(FollowUp.id).limit(limit)
    found = _standing(tx, query)
    return [
        one
        for one in found
        if (one.user_id, one.mailbox_id) in places or one.owner_id != one.user_id or one.is_ours
    ]  # fmt: skip


def begin_task(tx: Connection, follow_up_id: int, keeper: Keeper, *, now: datetime) -> None:
    """From now on a task in the user's mailbox stands for it; nothing happens where one does already."""
    held = select(FollowUp.version, FollowUp.text).where(FollowUp.id == follow_up_id, FollowUp.state == OPEN)
    row = tx.execute(held.with_for_update()).one_or_none()
    stands = select(FollowUpTask.item_id).where(FollowUpTask.follow_up_id == follow_up_id)
    if row is None or tx.execute(stands).first() is not None:
        return
    stamp = new_uid()
    state = ItemState(f"{BORN_HERE}{stamp}", now, stamp=stamp)
    folder = select(Folder.id).where(Folder.mailbox_id == keeper.mailbox_id, Folder.role == "tasks")
    item_id = add_item(tx, keeper.mailbox_id, tx.execute(folder.order_by(Folder.id).limit(1)).scalar(), state)
    link_task(tx, follow_up_id, item_id)
    put_task(tx, item_id, keeper.mailbox_id, now=now)


def add_item(tx: Connection, mailbox_id: int, folder_id: int | None, state: ItemState) -> int:
    """A task that a mailbox holds, or is to hold; returns its key."""
    values = {
        "mailbox_id": mailbox_id,
        "folder_id": folder_id,
        "remote_id": state.remote_id,
        "change_key": state.change_key,
        "holds": "task",
        "occurred_at": state.occurred_at,
        "stamp": state.stamp,
    }
    return tx.execute(insert(MailboxItem).values(values).returning(MailboxItem.id)).scalar_one()


def link_task(tx: Connection, follow_up_id: int, item_id: int) -> None:
    """The item stands for the follow-up, and says what it says."""
    version = select(FollowUp.version).where(FollowUp.id == follow_up_id).scalar_subquery()
    tx.execute(insert(FollowUpTask).values(follow_up_id=follow_up_id, item_id=item_id, told_version=version))


def mark_told(tx: Connection, follow_up_id: int) -> None:
    """Its mailbox was told, or the outbox was, of the follow-up as it is now."""
    version = select(FollowUp.version).where(FollowUp.id == follow_up_id).scalar_subquery()
    statement = update(FollowUpTask).where(FollowUpTask.follow_up_id == follow_up_id)
    tx.execute(statement.values(told_version=version))


def follow_task(tx: Connection, one: StandingTask, by: Actor, *, now: datetime) -> None:
    """Let the mailbox be told how the follow-up stands. What was deleted there and not changed here since is dismissed;
    what was, is put there anew."""
    if one.buried and one.state in STANDING and one.is_told:
        dismiss(tx, one.follow_up_id, by=by, now=now)
    elif one.state == OPEN or (one.state in _OVER and not one.buried):
        if one.buried:
            renew_copy(tx, one.item_id, now=now)
        put_task(tx, one.item_id, one.mailbox_id, now=now)
    elif not one.buried and one.state not in _OVER:
        remove_task(tx, one.item_id, one.mailbox_id, now=now)
    mark_told(tx, one.follow_up_id)


def leave_task(tx: Connection, one: StandingTask, *, now: datetime) -> None:
    """The task stands for it no longer: its user does not want it so any more, or it is somebody else's now. What is
    still to be done is taken out of the mailbox."""
    tx.execute(delete(FollowUpTask).where(FollowUpTask.follow_up_id == one.follow_up_id))
    if one.state not in _OVER and not one.buried:
        remove_task(tx, one.item_id, one.mailbox_id, now=now)


def put_task(tx: Connection, item_id: int, mailbox_id: int, *, now: datetime) -> None:
    """Have the task follow the follow-up when its turn comes."""
    enqueue(tx, NewOutgoing(mailbox_id, Verb.PUT_TASK, "Reminder in Outlook", item_id=item_id), by=SYSTEM, now=now)


def remove_task(tx: Connection, item_id: int, mailbox_id: int, *, now: datetime) -> None:
    """Have the task moved to Deleted Items when its turn comes."""
    summary = "Take a reminder out of Outlook"
    enqueue(tx, NewOutgoing(mailbox_id, Verb.REMOVE_TASK, summary, item_id=item_id), by=SYSTEM, now=now)


def take_over(tx: Connection, follow_up_id: int, values: Mapping[str, Any], *, by: Actor, now: datetime) -> str:
    """What its user did in Outlook, as one operation that can be undone; returns its uid."""
    stored = read_follow_up(tx, follow_up_id)
    assert stored is not None
    write_follow_up(tx, follow_up_id, values)
    about = stored.state["text"] or stored.state["kind"].replace("_", " ")
    change = Change("follow_up", stored.uid, {key: stored.state[key] for key in values}, dict(values))
    return record_operation(tx, "follow_up_in_outlook", f"In Outlook: {about}", [change], by=by, now=now)


def _tasks() -> Any:
    return (
        select(
            FollowUp.id,
            MailboxItem.id,
            MailboxItem.mailbox_id,
            Mailbox.owner_id,
            FollowUp.user_id,
            MailboxItem.remote_id,
            MailboxItem.stamp,
            FollowUp.state,
            FollowUpTask.told_version == FollowUp.version,
            MailboxItem.gone_at.is_not(None),
            MailboxItem.buried_at.is_not(None),
        )
        .join(FollowUpTask, FollowUpTask.follow_up_id == FollowUp.id)
        .join(MailboxItem, MailboxItem.id == FollowUpTask.item_id)
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
    )


def _standing(tx: Connection, query: Any) -> list[StandingTask]:
    return [StandingTask(*row[:8], *map(bool, row[8:])) for row in tx.execute(query)]
