"""Everything about one record, and the people of an account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, or_, select

from store.access import sees_record
from store.actor import Actor
from store.errors import NotFound
from store.queries.cells import first_emails
from store.queries.paging import AnyRow
from store.queries.refs import RecordRef, refs
from store.queries.scheduling.bookings import BookingFacts, booking_facts
from store.records.fields import FIELDS
from store.schema.people import User
from store.schema.records import (
    TABLES,
    AccountDomain,
    Contact,
    Employment,
    OpportunityLine,
    Record,
    RecordAddress,
)
from store.schema.service import Queue


@dataclass(frozen=True, slots=True)
class EmploymentRow:
    """A contact works or worked at an account; None for a date that is not known, and in `until` while it lasts."""

    contact: RecordRef
    account: RecordRef
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A line of an opportunity, in its currency."""

    uid: str
    product: RecordRef | None
    description: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """One record. `fields` holds every field of its kind by name (store.records.fields), in the order of forms.

    A reference to a record is a `RecordRef` there, the owner and the queue a name, e-mail addresses and domains are
    tuples.
    """

    record_id: int
    uid: str
    kind: str
    number: str
    title: str
    version: int
    created_at: datetime
    modified_at: datetime
    last_activity_at: datetime | None
    deleted_at: datetime | None
    owner: str
    owner_id: int | None
    fields: Mapping[str, Any]
    extra: Mapping[str, Any]
    account: RecordRef | None
    contact: RecordRef | None
    parent: RecordRef | None
    follows: RecordRef | None
    case: RecordRef | None
    product: RecordRef | None
    emails: tuple[str, ...]
    domains: tuple[str, ...]
    employments: tuple[EmploymentRow, ...]
    lines: tuple[ProductLine, ...]
    booking: BookingFacts | None

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.record_id, self.uid, self.kind, self.number, self.title)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A contact of an account; `former` when they work there no longer."""

    record_id: int
    uid: str
    number: str
    title: str
    job_title: str
    email: str
    phone: str
    last_activity_at: datetime | None
    former: bool


_REFERENCES = ("account", "contact", "case", "parent", "follows", "product")


def record_detail(tx: Connection, record_id: int, *, by: Actor) -> RecordDetail:
    """The record, deleted or not. Raises NotFound when there is none or `by` may not see it."""
    columns = [column for column in Record.__table__.c if column.name not in ("title_key", "owner_id")]
    row = tx.execute(
        select(*columns, Record.owner_id, User.name.label("owner"))
        .outerjoin(User, User.id == Record.owner_id)
        .where(Record.id == record_id, sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound
    table = TABLES[row.kind].__table__
    own = dict(tx.execute(select(table).where(table.c.id == record_id)).mappings().one())
    employments = _employments(tx, record_id) if row.kind == "contact" else []
    lines = _lines(tx, record_id) if row.kind == "opportunity" else []
    named = {own.get(f"{name}_id") for name in _REFERENCES}
    named |= {each.account_id for each in employments} | {line.product_id for line in lines} | {record_id}
    known = refs(tx, {each for each in named if each is not None}, by=by)
    about = {name: known.get(own.get(f"{name}_id", 0)) for name in _REFERENCES}
    emails, domains = _emails(tx, record_id), _domains(tx, record_id) if row.kind == "account" else ()
    values = {**own, **about, "title": row.title, "owner": row.owner or "", "emails": emails, "domains": domains}
    values["queue"] = _queue_name(tx, own.get("queue_id"))
    return RecordDetail(
        record_id=row.id,
        uid=row.uid,
        kind=row.kind,
        number=row.number,
        title=row.title,
        version=row.version,
        created_at=row.created_at,
        modified_at=row.modified_at,
        last_activity_at=row.last_activity_at,
        deleted_at=row.deleted_at,
        owner=row.owner or "",
        owner_id=row.owner_id,
        fields={each.name: values.get(each.name, "") for each in FIELDS[row.kind]},
        extra=row.extra,
        **about,
        emails=emails,
        domains=domains,
        employments=_employment_rows(row, employments, known),
        lines=tuple(_line(line, known) for line in lines),
        booking=booking_facts(tx, [record_id]).get(record_id) if row.kind == "booking" else None,
    )


def people_of(tx: Connection, account_id: int, *, by: Actor, limit: int = 200) -> tuple[PersonRow, ...]:
    """The contacts of an account by name, those who left it last."""
    employed = select(Employment.contact_id).where(Employment.account_id == account_id)
    former = (Contact.account_id != account_id) | Contact.account_id.is_(None)
    rows = tx.execute(
        select(
            Record.id,
            Record.uid,
            Record.number,
            Record.title,
            Contact.job_title,
            Contact.phone,
            Record.last_activity_at,
            former.label("former"),
        )
        .join(Contact, Contact.id == Record.id)
        .where(
            or_(Contact.account_id == account_id, Contact.id.in_(employed)),
            Record.deleted_at.is_(None),
            sees_record(by),
        )
        .order_by(former, Record.title_key, Record.id)
        .limit(limit)
    ).all()
    emails = first_emails(tx, [row.id for row in rows])
    return tuple(
        PersonRow(
            record_id=row.id,
            uid=row.uid,
            number=row.number,
            title=row.title,
            job_title=row.job_title,
            email=emails.get(row.id, ""),
            phone=row.phone,
            last_activity_at=row.last_activity_at,
            former=bool(row.former),
        )
        for row in rows
    )


def _queue_name(tx: Connection, queue_id: int | None) -> str:
    named = select(Queue.name).where(Queue.id == queue_id)
    return "" if queue_id is None else tx.execute(named).scalar_one()


def _emails(tx: Connection, record_id: int) -> tuple[str, ...]:
    statement = select(RecordAddress.email).where(RecordAddress.record_id == record_id)
    return tuple(tx.execute(statement.order_by(RecordAddress.position, RecordAddress.email)).scalars())


def _domains(tx: Connection, record_id: int) -> tuple[str, ...]:
    statement = select(AccountDomain.domain).where(AccountDomain.account_id == record_id)
    return tuple(tx.execute(statement.order_by(AccountDomain.domain)).scalars())


def _employments(tx: Connection, record_id: int) -> list[AnyRow]:
    columns = (Employment.account_id, Employment.since, Employment.until)
    statement = select(*columns).where(Employment.contact_id == record_id)
    return list(tx.execute(statement.order_by(Employment.until.is_(None).desc(), Employment.since.desc())))


def _employment_rows(
    contact: AnyRow, employments: list[AnyRow], known: Mapping[int, RecordRef]
) -> tuple[EmploymentRow, ...]:
    ref = RecordRef(contact.id, contact.uid, contact.kind, contact.number, contact.title)
    return tuple(
        EmploymentRow(ref, known[each.account_id], each.since, each.until)
        for each in employments
        if each.account_id in known
    )


def _lines(tx: Connection, record_id: int) -> list[AnyRow]:
    columns = (
        OpportunityLine.uid,
        OpportunityLine.product_id,
        OpportunityLine.description,
        OpportunityLine.quantity,
        OpportunityLine.unit_price,
    )
    statement = select(*columns).where(OpportunityLine.opportunity_id == record_id)
    return list(tx.execute(statement.order_by(OpportunityLine.position, OpportunityLine.id)))


def _line(line: AnyRow, known: Mapping[int, RecordRef]) -> ProductLine:
    return ProductLine(line.uid, known.get(line.product_id), line.description, line.quantity, line.unit_price)
