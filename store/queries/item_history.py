"""The history of one item: from its server's id to the link, everything that sync did with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.outbox.queue import OutgoingState
from store.queries.paging import AnyRow
from store.schema.activities import Activity
from store.schema.ledger import Operation, OperationChange, Quarantine
from store.schema.links import Link
from store.schema.mail import MailboxItem
from store.schema.merging import SyncNote
from store.schema.outbox import Outgoing
from store.schema.people import Folder, Mailbox, User
from store.schema.records import Record
from store.schema.triage import Rule

_MOST = 500  # events of one kind

_LINKED = {"linked": "linked to", "suggested": "suggested for", "rejected": "not about"}


@dataclass(frozen=True, slots=True)
class ItemEvent:
    """One thing that happened; `what` is a word (met, moved, merged, written, linked ...), `detail` says more."""

    at: datetime
    what: str
    detail: str


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """Where an item lies and everything that happened to it, oldest first."""

    item_id: int
    mailbox: str
    folder: str
    remote_id: str
    change_key: str
    stamp: str
    gone_at: datetime | None
    buried_at: datetime | None
    events: tuple[ItemEvent, ...]


def histories(
    tx: Connection, *, activity_id: int | None = None, record_id: int | None = None, by: Actor
) -> tuple[ItemHistory, ...]:
    """The histories of a mail, an appointment or a contact in every mailbox that `by` may read, as first met there."""
    about = MailboxItem.activity_id == activity_id if activity_id is not None else MailboxItem.record_id == record_id
    rows = tx.execute(select(MailboxItem.id, MailboxItem.mailbox_id).where(about).order_by(MailboxItem.id)).all()
    return tuple(item_history(tx, row.id, by=by) for row in rows if _may_read(by, row.mailbox_id))


def item_history(tx: Connection, item_id: int, *, by: Actor) -> ItemHistory:
    """The history of an item in a mailbox that `by` may read. Raises NotFound."""
    row = tx.execute(
        select(
            MailboxItem.id,
            MailboxItem.mailbox_id,
            MailboxItem.activity_id,
            MailboxItem.record_id,
            MailboxItem.remote_id,
            MailboxItem.change_key,
            MailboxItem.stamp,
            MailboxItem.gone_at,
            MailboxItem.buried_at,
            Mailbox.address,
            func.coalesce(Folder.path, "").label("path"),
            func.coalesce(Activity.created_at, Record.created_at).label("created_at"),
            func.coalesce(Activity.uid, Record.uid, "").label("subject_uid"),
        )
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .outerjoin(Folder, Folder.id == MailboxItem.folder_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .where(MailboxItem.id == item_id)
    ).one_or_none()
    if row is None or not _may_read(by, row.mailbox_id):
        raise NotFound("no such item")
    events = [ItemEvent(row.created_at, "stored", "first met in a mailbox")]
    events += _notes(tx, row) + _acts(tx, row) + _links(tx, row, by) + _quarantine(tx, row) + _tombstone(row)
    events += _operations(tx, row)
    return ItemHistory(
        item_id=row.id,
        mailbox=row.address,
        folder=row.path,
        remote_id=row.remote_id,
        change_key=row.change_key,
        stamp=row.stamp,
        gone_at=row.gone_at,
        buried_at=row.buried_at,
        events=tuple(sorted(events, key=lambda event: event.at)),
    )


def _notes(tx: Connection, item: AnyRow) -> list[ItemEvent]:
    query = select(SyncNote.at, SyncNote.what, SyncNote.detail).where(SyncNote.item_id == item.id)
    newest = tx.execute(query.order_by(SyncNote.id.desc()).limit(_MOST)).all()
    return [ItemEvent(*row) for row in reversed(newest)]


def _acts(tx: Connection, item: AnyRow) -> list[ItemEvent]:
    """What was written to the server, or is to be."""
    about = [Outgoing.item_id == item.id]
    if item.activity_id is not None:
        about.append(and_(Outgoing.item_id.is_(None), Outgoing.activity_id == item.activity_id))
    if item.record_id is not None:
        about.append(and_(Outgoing.item_id.is_(None), Outgoing.record_id == item.record_id))
    query = select(Outgoing.created_at, Outgoing.done_at, Outgoing.state, Outgoing.summary, Outgoing.last_error).where(
        Outgoing.mailbox_id == item.mailbox_id, or_(*about), Outgoing.state != OutgoingState.DRAFT.value
    )
    return [
        ItemEvent(
            row.done_at or row.created_at,
            "written" if row.state == OutgoingState.DONE else f"outbox: {row.state}",
            f"{row.summary}: {row.last_error}" if row.last_error else row.summary,
        )
        for row in tx.execute(query.order_by(Outgoing.id.desc()).limit(_MOST))
    ]


def _links(tx: Connection, item: AnyRow, by: Actor) -> list[ItemEvent]:
    """What the activity is regarding as far as `by` may see it, by which rule, and the evidence for it."""
    query = (
        select(Link.decided_at, Link.state, Link.rule, Link.decided_by, Link.evidence, Record.number, Record.title)
        .join(Record, Record.id == Link.record_id)
        .where(Link.activity_id == item.activity_id, Record.deleted_at.is_(None), sees_record(by))
    )
    return [
        ItemEvent(row.decided_at, row.state, _decision(row)) for row in tx.execute(query.order_by(Link.id).limit(_MOST))
    ]


def _decision(row: AnyRow) -> str:
    said = f"{_LINKED.get(row.state, row.state)} {row.number} {row.title} by {row.decided_by} ({row.rule})"
    evidence = "; ".join(f"{each.get('source', '')} “{each.get('quote', '')}”" for each in row.evidence)
    return f"{said}: {evidence}" if evidence else said


def _quarantine(tx: Connection, item: AnyRow) -> list[ItemEvent]:
    mine = (Quarantine.mailbox_id == item.mailbox_id, Quarantine.remote_id == item.remote_id)
    query = select(Quarantine.first_at, Quarantine.reason, Quarantine.resolved_at).where(*mine)
    events = []
    for row in tx.execute(query.limit(_MOST)):
        events.append(ItemEvent(row.first_at, "quarantine", row.reason))
        if row.resolved_at is not None:
            events.append(ItemEvent(row.resolved_at, "quarantine", "it was read"))
    return events


def _operations(tx: Connection, item: AnyRow) -> list[ItemEvent]:
    """What people did with it here, and with the item in the mailbox."""
    # An item in a mailbox has no uid of its own; its marks are written down under its key.
    marked = and_(OperationChange.uid == str(item.id), OperationChange.table_name == "mailbox_item")
    touched = select(OperationChange.operation_id).where(or_(OperationChange.uid == item.subject_uid, marked))
    query = (
        select(Operation.at, Operation.summary, func.coalesce(User.name, "rule " + Rule.name, "").label("who"))
        .outerjoin(User, User.id == Operation.user_id)
        .outerjoin(Rule, Rule.id == Operation.rule_id)
        .where(Operation.id.in_(touched))
    )
    return [
        ItemEvent(row.at, "person", f"{row.who}: {row.summary}" if row.who else row.summary)
        for row in tx.execute(query.order_by(Operation.id.desc()).limit(_MOST))
    ]


def _may_read(by: Actor, mailbox_id: int) -> bool:
    return by.sees_everything or by.role == "admin" or mailbox_id in by.mailbox_ids


def _tombstone(item: AnyRow) -> list[ItemEvent]:
    return [] if item.gone_at is None else [ItemEvent(item.gone_at, "gone", f"it left {item.path}")]
