"""The customer at a glance, beside a mail: who it is, whose customer, what is open, and when we last had to do with
them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, func, or_, select

from store.access import sees_record, sees_timeline_activity
from store.actor import Actor
from store.queries.customer import Customer, customer_of
from store.queries.refs import REF_COLUMNS, RecordRef
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity
from store.schema.links import Timeline
from store.schema.people import User
from store.schema.records import Account, Case, Contact, Opportunity, Record
from store.schema.service import BusinessCalendar, Queue, ServiceLevel
from store.sla.hours import BusinessCalendar as Hours
from store.sla.stored import calendar_from

_SHOWN = 5  # cases, and opportunities
_LOOKED_THROUGH = 20  # of the newest activities, to find one that is not the mail itself


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case that is not closed. `due_at` is when the next thing that is promised is due, in the hours of `calendar`;
    None where nothing is owed."""

    record: RecordRef
    status: str
    priority: str
    owner: str
    queue: str
    sla_state: str
    due_at: datetime | None
    calendar: Hours | None


@dataclass(frozen=True, slots=True)
class OpenDeal:
    """An opportunity that is neither won nor lost."""

    record: RecordRef
    stage: str
    amount: Decimal | None
    currency: str
    close_date: date | None


@dataclass(frozen=True, slots=True)
class LastContact:
    """What we had to do with them before this mail."""

    activity_id: int
    kind: str
    direction: str
    occurred_at: datetime
    who: str
    subject: str


@dataclass(frozen=True, slots=True)
class Glance:
    """Of the mail `activity_id`. `more_cases` and `more_deals` are open besides those shown."""

    activity_id: int
    customer: Customer
    job_title: str
    phone: str
    city: str
    owner: str
    cases: tuple[OpenCase, ...]
    more_cases: int
    deals: tuple[OpenDeal, ...]
    more_deals: int
    last: LastContact | None


def glance(tx: Connection, activity_id: int, *, by: Actor) -> Glance:
    """What a person who decides about this mail should know of its sender."""
    customer = customer_of(tx, activity_id, by=by)
    whom = [one.record_id for one in (customer.contact, customer.account) if one is not None]
    top = customer.account or customer.contact or customer.lead
    job_title, phone, city, owner = _facts(tx, customer, top)
    cases, more_cases = open_cases(tx, whom, by=by) if whom else ((), 0)
    deals, more_deals = open_deals(tx, whom, by=by) if whom else ((), 0)
    last = _last(tx, top.record_id, activity_id, by) if top is not None else None
    return Glance(activity_id, customer, job_title, phone, city, owner, cases, more_cases, deals, more_deals, last)


def _facts(tx: Connection, customer: Customer, top: RecordRef | None) -> tuple[str, str, str, str]:
    """Job title, phone, city and owner."""
    person = company = None
    if customer.contact is not None:
        columns = (Contact.job_title, Contact.phone, Contact.mobile)
        person = tx.execute(select(*columns).where(Contact.id == customer.contact.record_id)).one_or_none()
    if customer.account is not None:
        held = Account.id == customer.account.record_id
        company = tx.execute(select(Account.phone, Account.city).where(held)).one_or_none()
    owner = None
    if top is not None:
        named = select(User.name).join(Record, Record.owner_id == User.id).where(Record.id == top.record_id)
        owner = tx.execute(named).scalar()
    phones = (person.phone, person.mobile) if person else ()
    phone = next(filter(None, (*phones, company.phone if company else "")), "")
    return person.job_title if person else "", phone, company.city if company else "", owner or ""


def _theirs(table: Any, whom: Sequence[int]) -> Any:
    return or_(table.account_id.in_(whom), table.contact_id.in_(whom))


def open_cases(tx: Connection, whom: Sequence[int], *, by: Actor) -> tuple[tuple[OpenCase, ...], int]:
    """The open cases of these accounts and contacts, those that are due first, then the newest, and how many more."""
    due_at = func.coalesce(Case.response_due_at, Case.resolution_due_at)
    rows = tx.execute(
        select(
            *REF_COLUMNS,
            Case.status,
            Case.priority,
            User.name.label("owner"),
            Queue.name.label("queue"),
            Case.sla_state,
            Case.first_response_at,
            Case.response_due_at,
            Case.resolution_due_at,
            BusinessCalendar.zone,
            BusinessCalendar.hours,
            BusinessCalendar.holidays,
            func.count().over().label("held"),
        )
        .join(Case, Case.id == Record.id)
        .outerjoin(User, User.id == Record.owner_id)
        .outerjoin(Queue, Queue.id == Case.queue_id)
        .outerjoin(ServiceLevel, ServiceLevel.id == Case.sla_id)
        .outerjoin(BusinessCalendar, BusinessCalendar.id == ServiceLevel.calendar_id)
        .where(_theirs(Case, whom), Case.status.not_in(CASE_CLOSED), Record.deleted_at.is_(None), sees_record(by))
        .order_by(due_at.is_(None), due_at, Record.id.desc())
        .limit(_SHOWN)
    ).all()
    return tuple(map(_case, rows)), rows[0].held - len(rows) if rows else 0


def _case(row: Any) -> OpenCase:
    answered = row.first_response_at is not None or row.response_due_at is None
    return OpenCase(
        record=RecordRef(row.id, row.uid, row.kind, row.number, row.title),
        status=row.status,
        priority=row.priority,
        owner=row.owner or "",
        queue=row.queue or "",
        sla_state=row.sla_state,
        due_at=row.resolution_due_at if answered else row.response_due_at,
        calendar=None if row.zone is None else calendar_from(row.zone, row.hours, row.holidays),
    )


def open_deals(tx: Connection, whom: Sequence[int], *, by: Actor) -> tuple[tuple[OpenDeal, ...], int]:
    """The open opportunities of these accounts and contacts, and how many more."""
    rows = tx.execute(
        select(
            *REF_COLUMNS,
            Opportunity.stage,
            Opportunity.amount,
            Opportunity.currency,
            Opportunity.close_date,
            func.count().over().label("held"),
        )
        .join(Opportunity, Opportunity.id == Record.id)
        .where(_theirs(Opportunity, whom), Opportunity.status == "open", Record.deleted_at.is_(None), sees_record(by))
        .order_by(Opportunity.close_date.is_(None), Opportunity.close_date, Record.id.desc())
        .limit(_SHOWN)
    ).all()
    deals = tuple(OpenDeal(RecordRef(*row[:5]), *row[5:9]) for row in rows)
    return deals, rows[0].held - len(rows) if rows else 0


def last_contacts(
    tx: Connection, record_id: int, *, until: Any, but: int | None = None, limit: int = _SHOWN, by: Actor
) -> tuple[LastContact, ...]:
    """What we last had to do with a record until then (a moment, or a query of one), besides the activity `but`; the
    newest first. Of very many that `by` may not see, the older ones are not looked for."""
    newest = (
        select(Timeline.activity_id, Timeline.occurred_at)
        .where(Timeline.subject_id == record_id, Timeline.occurred_at <= until, Timeline.activity_id != (but or 0))
        .order_by(Timeline.occurred_at.desc(), Timeline.activity_id.desc())
        .limit(_LOOKED_THROUGH)
        .subquery()
    )
    rows = tx.execute(
        select(Activity.id, Activity.kind, Activity.direction, Activity.occurred_at, Activity.who, Activity.subject)
        .join(newest, newest.c.activity_id == Activity.id)
        .where(Activity.deleted_at.is_(None), sees_timeline_activity(by))
        .order_by(newest.c.occurred_at.desc(), Activity.id.desc())
        .limit(limit)
    )
    return tuple(LastContact(*row) for row in rows)


def _last(tx: Connection, record_id: int, activity_id: int, by: Actor) -> LastContact | None:
    at = select(Activity.occurred_at).where(Activity.id == activity_id).scalar_subquery()
    return next(iter(last_contacts(tx, record_id, until=at, but=activity_id, limit=1, by=by)), None)
