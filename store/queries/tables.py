"""What tables from files are compared with, and what goes out into tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, true
from sqlalchemy.orm import aliased

from store.access import sees_activity, sees_record, sees_timeline_activity
from store.actor import Actor
from store.records.state import State, read_states
from store.schema.activities import Activity
from store.schema.links import Link, Timeline
from store.schema.people import User
from store.schema.records import Case, Contact, Lead, Opportunity, Product, Record, RecordAddress
from store.schema.service import Queue

_PORTION = 500


@dataclass(frozen=True, slots=True)
class KnownRow:
    """A record as far as telling it from another needs."""

    record_id: int
    uid: str
    number: str
    title: str
    account_id: int | None
    code: str
    company: str
    extra: Mapping[str, Any]
    emails: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A record to be written out: its state, with other records by number and users by address or name."""

    number: str
    state: State
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """An activity to be written out, with its primary record."""

    uid: str
    kind: str
    occurred_at: datetime
    ends_at: datetime | None
    subject: str
    who: str
    direction: str
    preview: str
    regarding_number: str
    regarding: str


def known_rows(tx: Connection, kind: str, *, by: Actor) -> list[KnownRow]:
    """All records of a kind that `by` sees, oldest first."""
    emails: dict[int, list[str]] = {}
    addresses = (
        select(RecordAddress.record_id, RecordAddress.email)
        .join(Record, Record.id == RecordAddress.record_id)
        .where(Record.kind == kind, Record.deleted_at.is_(None))
        .order_by(RecordAddress.record_id, RecordAddress.position)
    )
    for row in tx.execute(addresses):
        emails.setdefault(row.record_id, []).append(row.email)
    account_id = func.coalesce(Contact.account_id, Opportunity.account_id, Case.account_id).label("account_id")
    statement = select(
        Record.id, Record.uid, Record.number, Record.title, account_id, Product.code, Lead.company, Record.extra
    )
    for table in (Contact, Opportunity, Case, Product, Lead):
        statement = statement.outerjoin(table, table.id == Record.id)
    rows = tx.execute(
        statement.where(Record.kind == kind, Record.deleted_at.is_(None), sees_record(by)).order_by(Record.id)
    )
    return [
        KnownRow(
            row.id,
            row.uid,
            row.number,
            row.title,
            row.account_id,
            row.code or "",
            row.company or "",
            row.extra,
            tuple(emails.get(row.id, ())),
        )
        for row in rows
    ]


def export_rows(tx: Connection, kind: str, *, by: Actor) -> Iterator[ExportRow]:
    """All records of a kind that `by` sees, by number."""
    last = ""
    while True:
        uids = tx.execute(
            select(Record.uid, Record.number, Record.created_at)
            .where(Record.kind == kind, Record.deleted_at.is_(None), Record.number > last, sees_record(by))
            .order_by(Record.number)
            .limit(_PORTION)
        ).all()
        if not uids:
            return
        stored = read_states(tx, [row.uid for row in uids])
        for row in uids:
            yield ExportRow(row.number, stored[row.uid].state, row.created_at)
        last = uids[-1].number


def names_by_uid(tx: Connection) -> dict[str, tuple[str, str]]:
    """uid of every record that others may name -> (number, title)."""
    kinds = ("account", "contact", "product", "case")
    rows = tx.execute(select(Record.uid, Record.number, Record.title).where(Record.kind.in_(kinds)))
    return {row.uid: (row.number, row.title) for row in rows}


def users_by_uid(tx: Connection) -> dict[str, tuple[str, str, str]]:
    """uid of every user -> (name, address or '', role)."""
    rows = tx.execute(select(User.uid, User.name, User.email, User.role).where(User.active.is_(True)).order_by(User.id))
    return {row.uid: (row.name, row.email or "", row.role) for row in rows}


def queues_by_uid(tx: Connection, kind: str = "") -> dict[str, str]:
    """uid of every queue, or of every one for a kind of record, -> its name."""
    query = select(Queue.uid, Queue.name).where(Queue.deleted_at.is_(None)).order_by(Queue.id)
    return {row.uid: row.name for row in tx.execute(query.where(Queue.kind == kind) if kind else query)}


def activity_rows(tx: Connection, *, by: Actor, record_id: int | None = None) -> Iterator[ActivityRow]:
    """All activities that `by` sees, newest first; with `record_id` those on its timeline."""
    primary = aliased(Record)
    statement = (
        select(
            Activity.uid,
            Activity.kind,
            Activity.occurred_at,
            Activity.ends_at,
            Activity.subject,
            Activity.who,
            Activity.direction,
            Activity.preview,
            primary.number,
            primary.title,
        )
        .outerjoin(Link, (Link.activity_id == Activity.id) & (Link.state == "linked") & Link.is_primary)
        .outerjoin(primary, (primary.id == Link.record_id) & primary.deleted_at.is_(None) & _seen(primary, by))
        .where(Activity.deleted_at.is_(None))
        .order_by(Activity.occurred_at.desc(), Activity.id.desc())
    )
    if record_id is None:
        statement = statement.where(sees_activity(by))
    else:
        visible = select(Record.id).where(Record.id == record_id, Record.deleted_at.is_(None), sees_record(by))
        statement = statement.join(Timeline, Timeline.activity_id == Activity.id).where(
            Timeline.subject_id.in_(visible), sees_timeline_activity(by)
        )
    for row in tx.execute(statement.execution_options(yield_per=_PORTION)):
        yield ActivityRow(*row[:8], row.number or "", row.title or "")


def _seen(record: type[Record], by: Actor) -> ColumnElement[bool]:
    return true() if by.sees_everything or by.sees_every_record else record.owner_id == by.user_id
