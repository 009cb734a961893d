"""A record's timeline: its own activities and those rolled up from what belongs to it, newest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select

from store.access import sees_record, sees_timeline_activity
from store.actor import Actor
from store.errors import NotFound
from store.queries.paging import AnyRow, AnySelect, Order, Page, Window, cut, windowed
from store.queries.refs import RecordRef, regarding
from store.schema.activities import Activity, Task
from store.schema.links import Timeline
from store.schema.mail import Email, MailboxItem
from store.schema.people import Folder
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """An activity as lists show it. `direction` is in, out, internal or ''; `noise` says why a mail is not for reading.

    `completed` is meant for tasks only. `buried`: no folder that is read holds it any more; `deleted`: and one of the
    mailboxes which held it has it in Deleted Items.
    """

    activity_id: int
    uid: str
    kind: str
    occurred_at: datetime
    ends_at: datetime | None
    subject: str
    who: str
    preview: str
    direction: str
    attachments: int
    private: bool
    noise: str
    regarding: RecordRef | None
    completed: bool
    buried: bool = False
    deleted: bool = False


_HELD = MailboxItem.activity_id == Activity.id
_IN_DELETED_ITEMS = MailboxItem.folder_id.in_(select(Folder.id).where(Folder.role == "deleted"))

COLUMNS = (
    Activity.id,
    Activity.uid,
    Activity.kind,
    Activity.occurred_at,
    Activity.ends_at,
    Activity.subject,
    Activity.who,
    Activity.preview,
    Activity.direction,
    Activity.attachments,
    Activity.private,
    Email.noise,
    Task.completed_at,
    and_(
        exists().where(_HELD).correlate(Activity),
        ~exists().where(_HELD, MailboxItem.buried_at.is_(None), ~_IN_DELETED_ITEMS).correlate(Activity),
    ).label("buried"),
    exists().where(_HELD, _IN_DELETED_ITEMS).correlate(Activity).label("deleted"),
)

_NEWEST_FIRST = Order((Timeline.occurred_at, Timeline.activity_id), descending=True)


def timeline(
    tx: Connection,
    record_id: int,
    *,
    by: Actor,
    kind: str | None = None,
    after: TimelineRow | None = None,
    before: TimelineRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[TimelineRow]:
    """A page of the timeline, of one kind of activity or of all. Raises NotFound for a record `by` cannot see."""
    _require_record(tx, record_id, by)
    statement = (
        with_details(select(*COLUMNS).select_from(Timeline).join(Activity, Activity.id == Timeline.activity_id))
        .where(Timeline.subject_id == record_id)
        .where(Activity.deleted_at.is_(None), sees_timeline_activity(by))
    )
    if kind is not None:
        statement = statement.where(Timeline.kind == kind)
    window = Window(_position(after), _position(before), from_end, limit)
    rows = tx.execute(windowed(statement, _NEWEST_FIRST, window)).all()
    page = cut(rows, window)
    return Page(timeline_rows(tx, page.rows, by=by), page.more)


def with_details(statement: AnySelect) -> AnySelect:
    """Add what `COLUMNS` needs beside `activity`."""
    return statement.outerjoin(Email, Email.id == Activity.id).outerjoin(Task, Task.id == Activity.id)


def timeline_rows(tx: Connection, rows: Iterable[AnyRow], *, by: Actor) -> tuple[TimelineRow, ...]:
    """Rows of `COLUMNS` with what they are regarding."""
    held = list(rows)
    about = regarding(tx, [row.id for row in held], by=by)
    return tuple(_timeline_row(row, about.get(row.id)) for row in held)


def _timeline_row(row: AnyRow, about: tuple[RecordRef, str] | None) -> TimelineRow:
    return TimelineRow(
        activity_id=row.id,
        uid=row.uid,
        kind=row.kind,
        occurred_at=row.occurred_at,
        ends_at=row.ends_at,
        subject=row.subject,
        who=row.who,
        preview=row.preview,
        direction=row.direction,
        attachments=row.attachments,
        private=row.private,
        noise=row.noise or "",
        regarding=about[0] if about and about[1] == "linked" else None,
        completed=row.completed_at is not None,
        buried=bool(row.buried),
        deleted=bool(row.buried and row.deleted),
    )


def _position(row: TimelineRow | None) -> tuple[datetime, int] | None:
    return None if row is None else (row.occurred_at, row.activity_id)


def _require_record(tx: Connection, record_id: int, by: Actor) -> None:
    seen = tx.execute(select(Record.id).where(Record.id == record_id, sees_record(by))).scalar()
    if seen is None:
        raise NotFound
