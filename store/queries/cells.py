"""The columns that each kind of record shows in its lists, read for the rows of one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, func, select

from store.access import sees_record
from store.actor import Actor
from store.queries.paging import AnyRow
from store.queries.refs import refs
from store.queries.views import still_open
from store.schema.records import Account, Case, Contact, Lead, Opportunity, Product, Record, RecordAddress
from store.schema.scheduling import Booking, BookingResource, Resource, Service

Cells = dict[int, dict[str, Any]]

#: kind -> the names of its list columns, in order.
COLUMNS: dict[str, tuple[str, ...]] = {
    "account": ("industry", "city", "country", "open_cases", "open_opportunities"),
    "contact": ("account", "job_title", "email", "phone"),
    "lead": ("company", "topic", "status", "score", "email"),
    "opportunity": (
        "account",
        "stage",
        "status",
        "amount",
        "currency",
        "close_date",
        "probability",
        "next_step",
        "next_step_date",
    ),
    "case": ("account", "contact", "status", "priority", "product"),
    "product": ("code", "price", "currency"),
    "booking": ("starts_at", "service", "status", "account", "resources"),
}


def cells(tx: Connection, kind: str, record_ids: Sequence[int], *, by: Actor) -> Cells:
    """For each record of this kind its list columns by name; records are named by their title, '' for none."""
    if not record_ids:
        return {}
    return _READERS[kind](tx, record_ids, by)


def first_emails(tx: Connection, record_ids: Sequence[int]) -> dict[int, str]:
    """The preferred address of each record that has one."""
    found = tx.execute(
        select(RecordAddress.record_id, RecordAddress.email)
        .where(RecordAddress.record_id.in_(record_ids))
        .order_by(RecordAddress.record_id, RecordAddress.position.desc(), RecordAddress.email.desc())
    )
    return {row.record_id: row.email for row in found}


def _accounts(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    rows = tx.execute(
        select(
            Account.id,
            Account.industry,
            Account.city,
            Account.country,
            _count(Case.id, Case.account_id, still_open("case"), by).label("open_cases"),
            _count(Opportunity.id, Opportunity.account_id, still_open("opportunity"), by).label("open_opportunities"),
        ).where(Account.id.in_(record_ids))
    )
    return _by_id(rows)


def _count(key: Any, account_id: Any, is_open: ColumnElement[bool], by: Actor) -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Record)
        .join(key.class_, key == Record.id)
        .where(account_id == Account.id, is_open, Record.deleted_at.is_(None), sees_record(by))
        .correlate(Account)
        .scalar_subquery()
    )


def _contacts(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    found = _by_id(
        tx.execute(
            select(Contact.id, Contact.account_id, Contact.job_title, Contact.phone).where(Contact.id.in_(record_ids))
        )
    )
    return _with_emails(tx, _named(tx, found, ("account",), by))


def _leads(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    columns = (Lead.id, Lead.company, Lead.topic, Lead.status, Lead.score)
    found = tx.execute(select(*columns).where(Lead.id.in_(record_ids)))
    return _with_emails(tx, _by_id(found))


def _opportunities(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    columns = (
        Opportunity.id,
        Opportunity.account_id,
        Opportunity.stage,
        Opportunity.status,
        Opportunity.amount,
        Opportunity.currency,
        Opportunity.close_date,
        Opportunity.probability,
        Opportunity.next_step,
        Opportunity.next_step_date,
    )
    found = _by_id(tx.execute(select(*columns).where(Opportunity.id.in_(record_ids))))
    return _named(tx, found, ("account",), by)


def _cases(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    columns = (Case.id, Case.account_id, Case.contact_id, Case.product_id, Case.status, Case.priority)
    found = _by_id(tx.execute(select(*columns).where(Case.id.in_(record_ids))))
    return _named(tx, found, ("account", "contact", "product"), by)


def _products(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    columns = (Product.id, Product.code, Product.price, Product.currency)
    return _by_id(tx.execute(select(*columns).where(Product.id.in_(record_ids))))


def _bookings(tx: Connection, record_ids: Sequence[int], by: Actor) -> Cells:
    columns = (Booking.id, Booking.starts_at, Service.name.label("service"), Booking.status, Booking.account_id)
    query = select(*columns).join(Service, Service.id == Booking.service_id).where(Booking.id.in_(record_ids))
    found = _named(tx, _by_id(tx.execute(query)), ("account",), by)
    names: dict[int, dict[str, None]] = {}
    held = select(BookingResource.booking_id, Resource.name).join(Resource, Resource.id == BookingResource.resource_id)
    ordered = held.order_by(BookingResource.booking_id, BookingResource.position)
    for booking_id, name in tx.execute(ordered.where(BookingResource.booking_id.in_(record_ids))):
        names.setdefault(booking_id, {})[name] = None
    for booking_id, row in found.items():
        row["resources"] = ", ".join(names.get(booking_id, ()))
    return found


_READERS: dict[str, Callable[[Connection, Sequence[int], Actor], Cells]] = {
    "account": _accounts,
    "contact": _contacts,
    "lead": _leads,
    "opportunity": _opportunities,
    "case": _cases,
    "product": _products,
    "booking": _bookings,
}


def _by_id(rows: Iterable[AnyRow]) -> Cells:
    found = [dict(row._mapping) for row in rows]
    return {row.pop("id"): row for row in found}


def _named(tx: Connection, found: Cells, names: Sequence[str], by: Actor) -> Cells:
    """Put the titles of other records in place of their ids."""
    wanted = {row[f"{name}_id"] for row in found.values() for name in names} - {None}
    known = refs(tx, wanted, by=by)
    for row in found.values():
        for name in names:
            ref = known.get(row.pop(f"{name}_id"))
            row[name] = ref.title if ref else ""
    return found


def _with_emails(tx: Connection, found: Cells) -> Cells:
    emails = first_emails(tx, sorted(found))
    for record_id, row in found.items():
        row["email"] = emails.get(record_id, "")
    return found
