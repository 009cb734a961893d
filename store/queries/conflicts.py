"""Conflicts that wait for a choice: what both sides say, and who said it here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from store.actor import Actor
from store.chunks import chunked
from store.queries.paging import AnyRow, AnySelect, Order, Page, Window, cut, windowed
from store.schema.activities import Activity
from store.schema.ledger import Operation, OperationChange
from store.schema.mail import MailboxItem
from store.schema.merging import SyncConflict
from store.schema.people import Mailbox, User
from store.schema.records import Record
from store.sync.conflicts import Sides, may_see


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A field in conflict. `field` is the merged map's name, `mine_by` and `mine_at` tell of the last edit here ('' and
    None where nobody edited it here), `found_at` when the conflict was met."""

    conflict_id: int
    item_id: int
    uid: str
    holds: str
    title: str
    number: str  # of a contact
    mailbox: str
    activity_id: int | None
    record_id: int | None
    field: str
    sides: Sides
    found_at: datetime
    mine_by: str
    mine_at: datetime | None


def open_conflicts(
    tx: Connection, *, by: Actor, item_id: int | None = None, after: ConflictRow | None = None, limit: int = 50
) -> Page[ConflictRow]:
    """The conflicts of what `by` may see, or of one item of it, newest first."""
    statement: AnySelect = (
        select(
            SyncConflict.id,
            SyncConflict.item_id,
            SyncConflict.uid,
            MailboxItem.holds,
            func.coalesce(Record.title, Activity.subject, "").label("title"),
            func.coalesce(Record.number, "").label("number"),
            Mailbox.address,
            MailboxItem.activity_id,
            MailboxItem.record_id,
            SyncConflict.field,
            SyncConflict.sides,
            SyncConflict.found_at,
            func.coalesce(Record.uid, Activity.uid, "").label("subject_uid"),
        )
        .join(MailboxItem, MailboxItem.id == SyncConflict.item_id)
        .join(Mailbox, Mailbox.id == MailboxItem.mailbox_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
        .where(SyncConflict.choice == "", may_see(by))
    )
    if item_id is not None:
        statement = statement.where(SyncConflict.item_id == item_id)
    window = Window(after=(after.conflict_id,) if after else None, limit=limit)
    page = cut(tx.execute(windowed(statement, Order((SyncConflict.id,), descending=True), window)).all(), window)
    edits = _last_edits(tx, {row.subject_uid for row in page.rows})
    return Page(tuple(_row(row, edits) for row in page.rows), page.more)


def _row(row: AnyRow, edits: Mapping[str, tuple[str, datetime | None]]) -> ConflictRow:
    name, at = edits.get(row.subject_uid, ("", None))
    return ConflictRow(
        conflict_id=row.id,
        item_id=row.item_id,
        uid=row.uid,
        holds=row.holds,
        title=row.title,
        number=row.number,
        mailbox=row.address,
        activity_id=row.activity_id,
        record_id=row.record_id,
        field=row.field,
        sides=Sides(**row.sides),
        found_at=row.found_at,
        mine_by=name,
        mine_at=at,
    )


def count_conflicts(tx: Connection, *, by: Actor) -> int:
    """How many conflicts wait for a choice of `by`."""
    statement = (
        select(func.count())
        .select_from(SyncConflict)
        .join(MailboxItem, MailboxItem.id == SyncConflict.item_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
    )
    return tx.execute(statement.where(SyncConflict.choice == "", may_see(by))).scalar_one()


def conflicts_by_mailbox(tx: Connection, *, by: Actor) -> Mapping[int, int]:
    """How many conflicts wait for a choice of `by` in each mailbox, by the mailbox's id; none where none waits."""
    statement = (
        select(MailboxItem.mailbox_id, func.count())
        .select_from(SyncConflict)
        .join(MailboxItem, MailboxItem.id == SyncConflict.item_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
        .where(SyncConflict.choice == "", may_see(by))
        .group_by(MailboxItem.mailbox_id)
    )
    return {row[0]: row[1] for row in tx.execute(statement)}


def _last_edits(tx: Connection, uids: Collection[str]) -> Mapping[str, tuple[str, datetime | None]]:
    """Who edited these last here, and when."""
    found: dict[str, tuple[str, datetime | None]] = {}
    for portion in chunked(uids):
        rows = tx.execute(
            select(OperationChange.uid, User.name, Operation.at)
            .join(Operation, Operation.id == OperationChange.operation_id)
            .join(User, User.id == Operation.user_id)
            .where(OperationChange.uid.in_(portion))
            .order_by(OperationChange.id)
        )
        found.update({row.uid: (row.name, row.at) for row in rows})
    return found
