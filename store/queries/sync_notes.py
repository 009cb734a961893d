"""What sync did lately in a mailbox, note by note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, literal, select

from store.actor import Actor
from store.queries.paging import Order, Page, Window, cut, windowed
from store.schema.activities import Activity
from store.schema.mail import MailboxItem
from store.schema.merging import SyncNote
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One thing that sync did with an item, None where it was with none.

    `title` is the item's, '' for an administrator who may not read the mailbox.
    """

    note_id: int
    at: datetime
    what: str
    detail: str
    item_id: int | None
    holds: str
    title: str


def recent_notes(
    tx: Connection, mailbox_id: int, *, by: Actor, after: NoteRow | None = None, limit: int = 50
) -> Page[NoteRow]:
    """The notes of a mailbox that `by` may read, newest first; none for anybody else."""
    reads = by.sees_everything or mailbox_id in by.mailbox_ids
    if not (reads or by.role == "admin"):
        return Page((), more=False)
    title = func.coalesce(Record.title, Activity.subject, "") if reads else literal("")
    statement = (
        select(
            SyncNote.id,
            SyncNote.at,
            SyncNote.what,
            SyncNote.detail,
            SyncNote.item_id,
            func.coalesce(MailboxItem.holds, ""),
            title.label("title"),
        )
        .outerjoin(MailboxItem, MailboxItem.id == SyncNote.item_id)
        .outerjoin(Record, Record.id == MailboxItem.record_id)
        .outerjoin(Activity, Activity.id == MailboxItem.activity_id)
        .where(SyncNote.mailbox_id == mailbox_id)
    )
    window = Window(after=(after.note_id,) if after else None, limit=limit)
    page = cut(tx.execute(windowed(statement, Order((SyncNote.id,), descending=True), window)).all(), window)
    return Page(tuple(NoteRow(*row) for row in page.rows), page.more)
