"""What takes place in a span of time, and the tasks that are due."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from store.access import sees_activity
from store.actor import Actor
from store.queries.refs import RecordRef, regarding
from store.schema.activities import Activity, Occurrence, Task
from store.schema.mail import MailboxItem
from store.schema.people import User

_MOST = 2_000  # rows of one span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AgendaRow:
    """An occurrence of an appointment; `on_date` and `until_date` (exclusive) are set when it lasts whole days."""

    activity_id: int
    starts_at: datetime
    ends_at: datetime
    on_date: date | None
    until_date: date | None
    title: str
    location: str
    status: str
    private: bool
    regarding: RecordRef | None


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task that is not completed; `owner` is a name, '' for none."""

    activity_id: int
    uid: str
    due_on: date | None
    subject: str
    priority: str
    owner: str
    private: bool
    regarding: RecordRef | None


def agenda(
    tx: Connection, mailbox_ids: Collection[int] | None = None, *, by: Actor, start: datetime, end: datetime
) -> tuple[AgendaRow, ...]:
    """What overlaps the span from `start` until `end` in these calendars (None: in all that `by` may see), in order;
    whole days count in the time zone of `start`."""
    rows = tx.execute(
        select(
            Occurrence.activity_id,
            Occurrence.starts_at,
            Occurrence.ends_at,
            Occurrence.on_date,
            Occurrence.until_date,
            Occurrence.title,
            Occurrence.location,
            Occurrence.status,
            Activity.private,
        )
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(_within(start, end), Activity.deleted_at.is_(None), _stands_in(mailbox_ids), sees_activity(by))
        .order_by(Occurrence.starts_at, Occurrence.ends_at, Occurrence.activity_id)
        .limit(_MOST)
    ).all()
    about = regarding(tx, {row.activity_id for row in rows}, by=by)
    return tuple(AgendaRow(*row, _linked(about.get(row.activity_id))) for row in rows)


def tasks_due(tx: Connection, *, by: Actor, until: date, mine_only: bool = True) -> tuple[TaskRow, ...]:
    """Open tasks due on or before a date, the longest overdue first: one's own and nobody's, or all."""
    statement = (
        select(
            Activity.id,
            Activity.uid,
            Task.due_on,
            Activity.subject,
            Task.priority,
            User.name.label("owner"),
            Activity.private,
        )
        .join(Task, Task.id == Activity.id)
        .outerjoin(User, User.id == Activity.owner_id)
        .where(Task.completed_at.is_(None), Task.due_on <= until, Activity.deleted_at.is_(None), sees_activity(by))
        .order_by(Task.due_on, Activity.id)
        .limit(_MOST)
    )
    if mine_only and not by.sees_everything:
        statement = statement.where(or_(Activity.owner_id == by.user_id, Activity.owner_id.is_(None)))
    rows = tx.execute(statement).all()
    about = regarding(tx, {row.id for row in rows}, by=by)
    return tuple(
        TaskRow(
            activity_id=row.id,
            uid=row.uid,
            due_on=row.due_on,
            subject=row.subject,
            priority=row.priority,
            owner=row.owner or "",
            private=row.private,
            regarding=_linked(about.get(row.id)),
        )
        for row in rows
    )


def _stands_in(mailbox_ids: Collection[int] | None) -> ColumnElement[bool]:
    """One of the calendars holds it and did not delete it."""
    items = MailboxItem.activity_id == Activity.id
    stands = exists().where(items, MailboxItem.buried_at.is_(None))
    if mailbox_ids is None:
        return or_(stands, ~exists().where(items))
    return stands.where(MailboxItem.mailbox_id.in_(mailbox_ids))


def _within(start: datetime, end: datetime) -> ColumnElement[bool]:
    first, last = start.date(), (end - timedelta(microseconds=1)).date()
    timed = and_(Occurrence.on_date.is_(None), Occurrence.starts_at < end, Occurrence.ends_at > start)
    whole_days = and_(Occurrence.on_date <= last, Occurrence.until_date > first)
    # Instants of a whole day depend on somebody's zone; a day more on both sides finds it through the index.
    near = and_(Occurrence.starts_at < end + _DAY, Occurrence.ends_at > start - _DAY)
    return and_(near, or_(timed, whole_days))


def _linked(about: tuple[RecordRef, str] | None) -> RecordRef | None:
    return about[0] if about and about[1] == "linked" else None
