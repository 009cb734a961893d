"""The copies of contacts in mailboxes: who holds one, and telling those mailboxes what changed here.

A copy is followed as long as its mailbox holds it. A contact that is to be kept in Outlook gets a copy in its owner's
mailbox; taking that wish back deletes nothing there. A contact deleted here is taken out of the mailboxes where we put
it and of its owner's own; elsewhere it stays, and is not brought back from there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, exists, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from store.actor import SYSTEM, Actor
from store.chunks import chunked
from store.outbox.queue import NewOutgoing, OutgoingState, Verb, enqueue
from store.schema.mail import MailboxItem
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox
from store.schema.records import Contact, Record
from store.sync.bases import Base, save_bases
from store.sync.moves import BORN_HERE
from store.sync.notes import note
from store.types import new_uid

#: The fields of a contact that its copies show.
COPIED = (
    "title",
    "given_name",
    "family_name",
    "account",
    "job_title",
    "department",
    "emails",
    "phone",
    "mobile",
    "street",
    "city",
    "country",
    "description",
)
IN_OUTLOOK = "in_outlook"
_FILES = "files"
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ChangedContact:
    """A contact before and after; None where it did not exist or was deleted."""

    record_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A mailbox's copy of a contact. `is_ours`: written by us, or in the mailbox of the contact's owner."""

    item_id: int
    record_id: int
    mailbox_id: int
    title: str
    is_ours: bool


def tell_mailboxes(
    tx: Connection, contacts: Sequence[ChangedContact], *, by: Actor, now: datetime, besides: int | None = None
) -> None:
    """Put into the outboxes what the holders of these contacts have to be told; `besides` is the item that told us."""
    stood = [one for one in contacts if one.before is not None]
    edited = [one.record_id for one in stood if one.after is not None and _differs(one)]
    gone = [one.record_id for one in stood if one.after is None]
    for copy in copies_of(tx, edited):
        if copy.item_id != besides:
            _enqueue(tx, Verb.PUT_CONTACT, copy, by, now)
    for copy in copies_of(tx, gone):
        _recall(tx, Verb.PUT_CONTACT, copy.item_id, now)
        if copy.is_ours:
            _enqueue(tx, Verb.REMOVE_CONTACT, copy, by, now)
    back = [one.record_id for one in contacts if one.before is None and one.after is not None]
    wished = [one.record_id for one in contacts if one.after is not None and _is_wished_anew(one)]
    _keep_in_outlook(tx, wished, by, now)
    _bring_back(tx, back, by, now)


def copies_of(tx: Connection, record_ids: Collection[int]) -> list[Copy]:
    """The copies of these contacts that mailboxes with a server hold, or are to hold, now."""
    found: list[Copy] = []
    for portion in chunked(record_ids):
        rows = tx.execute(
            select(
                MailboxItem.id,
                MailboxItem.record_id,
                MailboxItem.mailbox_id,
                Record.title,
                (MailboxItem.stamp != "") | (Mailbox.owner_id == Record.owner_id),
            )
            .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
            .join(Record, Record.id == MailboxItem.record_id)
            .where(
                MailboxItem.record_id.in_(portion),
                MailboxItem.holds == "contact",
                MailboxItem.buried_at.is_(None),
                Mailbox.provider != _FILES,
            )
            .order_by(MailboxItem.id)
        )
        found += [Copy(row[0], row[1] or 0, row[2], row[3], is_ours=bool(row[4])) for row in rows]
    return found


def adopt_copies(tx: Connection, mailbox_id: int, held: Mapping[int, str]) -> frozenset[str]:
    """The mailbox turns out to hold these contacts (record: remote id) already: what waits to be made there is that
    copy. Returns the remote ids that found one."""
    adopted: set[str] = set()
    for portion in chunked(held):
        born = tx.execute(
            select(MailboxItem.id, MailboxItem.record_id).where(
                MailboxItem.mailbox_id == mailbox_id,
                MailboxItem.record_id.in_(portion),
                MailboxItem.holds == "contact",
                MailboxItem.remote_id.like(f"{BORN_HERE}%"),
                MailboxItem.buried_at.is_(None),
            )
        ).all()
        for row in born:
            remote_id = held[row.record_id or 0]
            if remote_id not in adopted:
                tx.execute(update(MailboxItem).where(MailboxItem.id == row.id).values(remote_id=remote_id, stamp=""))
                adopted.add(remote_id)
    return frozenset(adopted)


def renew_copy(tx: Connection, item_id: int, *, now: datetime) -> None:
    """The mailbox lost this copy and is to get it anew, under another stamp; nothing was agreed on for it."""
    stamp = new_uid()
    values = {"remote_id": f"{BORN_HERE}{stamp}", "stamp": stamp, "change_key": "", "content_digest": b""}
    present = {"gone_at": None, "gone_cycle": None, "buried_at": None}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(**values, **present))
    save_bases(tx, {item_id: Base()}, now=now)


def unlink_copy(tx: Connection, mailbox_id: int, item_id: int, why: str, *, now: datetime) -> None:
    """The mailbox holds this copy no longer; the contact stays."""
    gone = {"gone_at": now, "buried_at": now, "gone_cycle": None}
    tx.execute(update(MailboxItem).where(MailboxItem.id == item_id).values(**gone))
    note(tx, mailbox_id, item_id, "buried", why, now=now)


def _differs(one: ChangedContact) -> bool:
    before, after = one.before or {}, one.after or {}
    return any(before.get(name) != after.get(name) for name in COPIED)


def _is_wished_anew(one: ChangedContact) -> bool:
    """Marked since, or marked and given to another owner."""
    before, after = one.before or {}, one.after or {}
    was = bool(before.get(IN_OUTLOOK)) and before.get("owner") == after.get("owner")
    return bool(after.get(IN_OUTLOOK)) and not was


def _keep_in_outlook(tx: Connection, record_ids: Sequence[int], by: Actor, now: datetime) -> None:
    """A copy for each of these contacts in its owner's mailbox, where that does not hold one."""
    for record_id in record_ids:
        kept_in = _kept_in(Record.owner_id).correlate(Record).scalar_subquery()
        mailbox = tx.execute(
            select(Mailbox.id, Record.title).join(Record, Mailbox.id == kept_in).where(Record.id == record_id)
        ).one_or_none()
        if mailbox is None or any(copy.mailbox_id == mailbox.id for copy in copies_of(tx, [record_id])):
            continue
        item_id = add_copy(tx, mailbox.id, record_id)
        _enqueue(tx, Verb.PUT_CONTACT, Copy(item_id, record_id, mailbox.id, mailbox.title, is_ours=True), by, now)


def _kept_in(owner_id: InstrumentedAttribute[int | None] | int) -> Select[int]:
    """The mailbox that keeps the contacts of this user: the first one with a server."""
    kept = select(Mailbox.id).where(Mailbox.owner_id == owner_id, Mailbox.provider != _FILES)
    return kept.order_by(Mailbox.id).limit(1)


def fulfil_wishes(tx: Connection, mailbox_id: int, *, now: datetime) -> None:
    """Copies for the contacts that are to be kept in this mailbox and never were in it: their wish is older than the
    connection of the mailbox. Call it when all contacts there were read."""
    owner_id = tx.execute(select(Mailbox.owner_id).where(Mailbox.id == mailbox_id)).scalar()
    if owner_id is None or tx.execute(_kept_in(owner_id)).scalar() != mailbox_id:
        return
    ever = exists().where(MailboxItem.mailbox_id == mailbox_id, MailboxItem.record_id == Record.id)
    wished = (
        select(Record.id)
        .join(Contact, Contact.id == Record.id)
        .where(Contact.in_outlook.is_(True), Record.owner_id == owner_id, Record.deleted_at.is_(None), ~ever)
        .order_by(Record.id)
    )
    _keep_in_outlook(tx, list(tx.execute(wished).scalars()), SYSTEM, now)


def add_copy(tx: Connection, mailbox_id: int, record_id: int) -> int:
    """A copy that the mailbox's server does not know yet; its stamp is what it will be recognised by."""
    stamp = new_uid()
    folder = select(Folder.id).where(Folder.mailbox_id == mailbox_id, Folder.role == "contacts").order_by(Folder.id)
    values = {
        "mailbox_id": mailbox_id,
        "folder_id": tx.execute(folder.limit(1)).scalar(),
        "remote_id": f"{BORN_HERE}{stamp}",
        "holds": "contact",
        "record_id": record_id,
        "occurred_at": _UNDATED,
        "stamp": stamp,
    }
    key: int = tx.execute(insert(MailboxItem).values(values).returning(MailboxItem.id)).scalar_one()
    return key


def _bring_back(tx: Connection, record_ids: Sequence[int], by: Actor, now: datetime) -> None:
    """Contacts whose deletion is taken back: their copies follow again, and those that we removed are made anew."""
    for portion in chunked(record_ids):
        removals = tx.execute(
            select(Outgoing.item_id, Outgoing.record_id, Outgoing.mailbox_id, Outgoing.state, Record.title)
            .join(Record, Record.id == Outgoing.record_id)
            .where(Outgoing.record_id.in_(portion), Outgoing.verb == Verb.REMOVE_CONTACT.value)
        ).all()
        for row in removals:
            if row.item_id is not None and row.state == OutgoingState.DONE.value:
                _put_anew(tx, Copy(row.item_id, row.record_id, row.mailbox_id, row.title, is_ours=True), by, now)
    for copy in copies_of(tx, record_ids):
        _recall(tx, Verb.REMOVE_CONTACT, copy.item_id, now)
        _enqueue(tx, Verb.PUT_CONTACT, copy, by, now)


def _put_anew(tx: Connection, copy: Copy, by: Actor, now: datetime) -> None:
    if any(each.mailbox_id == copy.mailbox_id for each in copies_of(tx, [copy.record_id])):
        return
    item_id = add_copy(tx, copy.mailbox_id, copy.record_id)
    _enqueue(tx, Verb.PUT_CONTACT, Copy(item_id, copy.record_id, copy.mailbox_id, copy.title, True), by, now)


def _enqueue(tx: Connection, verb: Verb, copy: Copy, by: Actor, now: datetime) -> None:
    said = "Contact" if verb is Verb.PUT_CONTACT else "Delete contact"
    outgoing = NewOutgoing(
        copy.mailbox_id, verb, f"{said} {copy.title}", item_id=copy.item_id, record_id=copy.record_id
    )
    enqueue(tx, outgoing, by=by, now=now)


def put_contact(tx: Connection, item_id: int, *, by: Actor, now: datetime) -> None:
    """Have the server's copy follow the contact when its turn comes."""
    row = tx.execute(
        select(MailboxItem.record_id, MailboxItem.mailbox_id, Record.title)
        .join(Record, Record.id == MailboxItem.record_id)
        .where(MailboxItem.id == item_id)
    ).one_or_none()
    if row is not None:
        _enqueue(tx, Verb.PUT_CONTACT, Copy(item_id, row.record_id, row.mailbox_id, row.title, True), by, now)


def _recall(tx: Connection, verb: Verb, item_id: int, now: datetime) -> None:
    """What still waits and was decided otherwise meanwhile is not done."""
    waiting = (
        Outgoing.item_id == item_id,
        Outgoing.verb == verb.value,
        Outgoing.state == OutgoingState.WAITING.value,
        Outgoing.stage == "",
    )
    values = {"state": OutgoingState.CANCELLED.value, "done_at": now}
    tx.execute(update(Outgoing).where(*waiting).values(**values))
