"""What corrections taught and what is never linked, as people look it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.linking.refused_mail import DOMAIN, SENDER
from store.queries.refs import REF_COLUMNS, RecordRef
from store.schema.knowledge import Learned
from store.schema.links import LinkRefusal
from store.schema.people import User
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class LessonRow:
    """A pattern that stands for a record: `kind` is address, domain, name or phrase."""

    uid: str
    kind: str
    value: str
    record: RecordRef
    taught_by: str
    taught_at: datetime


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An address or a registrable domain whose mail is never linked by rule; `kind` is sender or domain."""

    uid: str
    kind: str
    value: str
    said_by: str
    said_at: datetime


def lessons(tx: Connection, *, by: Actor) -> tuple[LessonRow, ...]:
    """Everything that was taught about records they see, the latest first."""
    rows = tx.execute(
        select(
            Learned.uid.label("lesson"),
            Learned.kind.label("pattern"),
            Learned.value,
            User.name.label("person"),
            Learned.created_at,
            *REF_COLUMNS,
        )
        .join(Record, Record.id == Learned.record_id)
        .outerjoin(User, User.id == Learned.user_id)
        .where(Record.deleted_at.is_(None), sees_record(by))
        .order_by(Learned.id.desc())
    )
    return tuple(
        LessonRow(
            uid=row.lesson,
            kind=row.pattern,
            value=row.value,
            record=RecordRef(row.id, row.uid, row.kind, row.number, row.title),
            taught_by=row.person or "",
            taught_at=row.created_at,
        )
        for row in rows
    )


def exclusions(tx: Connection, *, by: Actor) -> tuple[Exclusion, ...]:
    """The addresses and domains that are never linked, by kind and name; everybody may know them."""
    rows = tx.execute(
        select(LinkRefusal.uid, LinkRefusal.scope, LinkRefusal.subject, User.name, LinkRefusal.created_at)
        .outerjoin(User, User.id == LinkRefusal.user_id)
        .where(LinkRefusal.scope.in_((SENDER, DOMAIN)), LinkRefusal.record_id.is_(None))
        .order_by(LinkRefusal.scope.desc(), LinkRefusal.subject)
    )
    return tuple(Exclusion(row.uid, row.scope, row.subject, row.name or "", row.created_at) for row in rows)
