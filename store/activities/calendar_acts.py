"""What the servers of the calendars that hold an appointment must be told about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from store.actor import Actor
from store.outbox.queue import NewOutgoing, OutgoingState, Verb, enqueue, recall
from store.schema.mail import MailboxItem
from store.schema.merging import SyncBase
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox
from store.sync.mailboxes import FILES
from store.sync.moves import BORN_HERE
from store.types import new_uid

_OPEN = (OutgoingState.WAITING.value, OutgoingState.WORKING.value, OutgoingState.UNSURE.value)
#: Nobody is mailed.
SILENTLY: Mapping[str, Any] = {"notify": "nobody"}


@dataclass(frozen=True, slots=True)
class CalendarCopy:
    """An appointment as one mailbox holds it; `response` is what its owner answered (see MailboxItem)."""

    item_id: int
    mailbox_id: int
    address: str
    provider: str
    owner_id: int | None
    remote_id: str
    response: str
    gone: bool

    @property
    def has_server(self) -> bool:
        return self.provider != FILES


def copies_of(tx: Connection, activity_id: int) -> tuple[CalendarCopy, ...]:
    """The copies of an appointment, those that left their calendar included, oldest first."""
    rows = tx.execute(
        select(
            MailboxItem.id,
            MailboxItem.mailbox_id,
            Mailbox.address,
            Mailbox.provider,
            Mailbox.owner_id,
            MailboxItem.remote_id,
            MailboxItem.response,
            MailboxItem.gone_at.is_not(None).label("gone"),
        )
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .where(MailboxItem.activity_id == activity_id)
        .order_by(MailboxItem.id)
    )
    return tuple(CalendarCopy(*row) for row in rows)


def place_new(
    tx: Connection, mailbox_id: int, activity_id: int, *, occurred_at: datetime, categories: tuple[str, ...] = ()
) -> int:
    """Show a new appointment in a mailbox's calendar before its server knows it; returns the item's key."""
    folder_id = tx.execute(
        select(Folder.id)
        .where(Folder.mailbox_id == mailbox_id, Folder.holds == "appointment")
        .order_by(Folder.role != "calendar", Folder.id)
        .limit(1)
    ).scalar()
    stamp = new_uid()
    values = {
        "mailbox_id": mailbox_id,
        "folder_id": folder_id,
        "remote_id": f"{BORN_HERE}{stamp}",
        "stamp": stamp,
        "holds": "appointment",
        "activity_id": activity_id,
        "occurred_at": occurred_at,
        "categories": list(categories),
        "response": "organizer",
    }
    return tx.execute(insert(MailboxItem).values(values).returning(MailboxItem.id)).scalar_one()


def tell_server(
    tx: Connection,
    copy: CalendarCopy,
    verb: Verb,
    summary: str,
    payload: Mapping[str, Any],
    *,
    activity_id: int,
    mails: bool = False,
    not_before: datetime | None = None,
    operation_uid: str = "",
    by: Actor,
    now: datetime,
) -> str:
    """Enqueue one act about a copy; returns its uid. A new copy takes its stamp from the first act about it, and from
    no later one: what the first one made, or is making, carries it."""
    uid = enqueue(
        tx,
        NewOutgoing(
            copy.mailbox_id,
            verb,
            summary,
            payload,
            item_id=copy.item_id,
            activity_id=activity_id,
            mails=mails,
            not_before=not_before,
            operation_uid=operation_uid,
        ),
        by=by,
        now=now,
    )
    is_first = verb is Verb.PUT_EVENT and copy.remote_id.startswith(BORN_HERE) and not _other_acts(tx, copy, uid)
    if is_first:
        tx.execute(
            update(MailboxItem)
            .where(MailboxItem.id == copy.item_id, MailboxItem.remote_id == copy.remote_id)
            .values(remote_id=f"{BORN_HERE}{uid}", stamp=uid)
        )
    return uid


def _other_acts(tx: Connection, copy: CalendarCopy, uid: str) -> bool:
    others = select(Outgoing.id).where(Outgoing.item_id == copy.item_id, Outgoing.uid != uid)
    return tx.execute(others.limit(1)).first() is not None


def put_everywhere(tx: Connection, activity_id: int, summary: str, *, by: Actor, now: datetime) -> None:
    """Have every calendar's server brought to how the appointment stands, without mailing anybody."""
    for copy in copies_of(tx, activity_id):
        if copy.has_server and not copy.gone:
            tell_server(tx, copy, Verb.PUT_EVENT, summary, SILENTLY, activity_id=activity_id, by=by, now=now)


def remove_everywhere(tx: Connection, activity_id: int, summary: str, *, by: Actor, now: datetime) -> None:
    """Take the appointment out of every calendar, without mailing anybody. What no server knows yet, none is told."""
    payload = {**SILENTLY, "comment": "", "original_start": ""}
    for copy in copies_of(tx, activity_id):
        if copy.gone or not copy.has_server or never_told(tx, copy, activity_id, now=now):
            continue
        tell_server(tx, copy, Verb.REMOVE_EVENT, summary, payload, activity_id=activity_id, by=by, now=now)


def never_told(tx: Connection, copy: CalendarCopy, activity_id: int, *, now: datetime) -> bool:
    """Take back what waits to tell a server of a new copy; whether it knows nothing of it then, and will not."""
    if not copy.remote_id.startswith(BORN_HERE):
        return False
    _recall(tx, activity_id, (Verb.PUT_EVENT, Verb.REMOVE_EVENT), now=now)
    open_act = (Outgoing.item_id == copy.item_id, Outgoing.state.in_(_OPEN))
    return tx.execute(select(Outgoing.id).where(*open_act)).first() is None


def bring_back(tx: Connection, activity_id: int, summary: str, *, by: Actor, now: datetime) -> None:
    """Put a deleted appointment into its calendars again: as it was where its removal still waited, else anew."""
    recalled = _recall(tx, activity_id, (Verb.REMOVE_EVENT,), now=now)
    for copy in copies_of(tx, activity_id):
        if copy.gone or (copy.has_server and copy.item_id not in recalled):
            be_born_again(tx, copy.item_id)
    put_everywhere(tx, activity_id, summary, by=by, now=now)


def be_born_again(tx: Connection, item_id: int) -> None:
    """Its server removed it: it is a new item with nothing agreed on."""
    stamp = new_uid()
    values: dict[str, Any] = {"remote_id": f"{BORN_HERE}{stamp}", "stamp": stamp, "change_key": "", "gone_at": None}
    values |= {"gone_cycle": None, "buried_at": None, "doubtful": False}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(values))
    tx.execute(delete(SyncBase).where(SyncBase.item_id == item_id))


def _recall(tx: Connection, activity_id: int, verbs: tuple[Verb, ...], *, now: datetime) -> set[int | None]:
    """Cancel what waits; the items it was about."""
    waiting = tx.execute(
        select(Outgoing.uid, Outgoing.item_id).where(
            Outgoing.activity_id == activity_id,
            Outgoing.verb.in_([verb.value for verb in verbs]),
            Outgoing.state == OutgoingState.WAITING.value,
        )
    ).all()
    return {row.item_id for row in waiting if recall(tx, row.uid, now=now)}
