"""Cases, opportunities and leads that a mail of certain people and companies may be about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, literal, null, or_, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.dates import shifted
from store.linking.facts import KnownRecord, Work
from store.queries.paging import AnySelect
from store.records.fields import CASE_CLOSED
from store.schema.people import User
from store.schema.records import Account, Case, Contact, Lead, Opportunity, OpportunityLine, Product, Record

#: Records of work looked at per mail: open ones first, of each the latest first.
MOST_WORK = 200

#: A case is often written down only after the mails that tell of it.
WRITTEN_DOWN = timedelta(days=90)

_DESCRIPTION = 2_000  # characters
_PRODUCTS = 20  # lines of an opportunity
_LEAD_CLOSED = ("qualified", "disqualified")


@dataclass(frozen=True, slots=True)
class Customers:
    """Whose work is looked for: keys of accounts, contacts and leads."""

    accounts: frozenset[int] = frozenset()
    contacts: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()

    @classmethod
    def of(cls, records: Iterable[KnownRecord]) -> Customers:
        """The customers that these records are or belong to."""
        found = set(records)
        return cls(
            frozenset(record.account_id for record in found if record.account_id is not None),
            frozenset(record.record_id for record in found if record.kind == "contact"),
            frozenset(record.record_id for record in found if record.kind == "lead"),
        )

    @classmethod
    def together(cls, all_of: Collection[Customers]) -> Customers:
        return cls(
            frozenset(key for each in all_of for key in each.accounts),
            frozenset(key for each in all_of for key in each.contacts),
            frozenset(key for each in all_of for key in each.leads),
        )


class AllWork:
    """The work of all customers of a batch of mails, with the instants of those mails."""

    def __init__(self, tx: Connection, all_of: Collection[Customers], instants: Collection[datetime]) -> None:
        self._by_account: dict[int, set[int]] = defaultdict(set)
        self._by_contact: dict[int, set[int]] = defaultdict(set)
        customers = Customers.together(all_of)
        rows = _rows(tx, customers, min(instants), max(instants)) if instants else []
        products = _products(tx, rows)
        places = _places(tx, rows)
        self._work = {row.id: _work(row, products.get(row.id, ()), places) for row in rows}
        for row in rows:
            self._by_account[row.account_id].add(row.id)
            self._by_contact[row.contact_id].add(row.id)
        self._masked: dict[int, Work] = {}

    def of(self, customers: Customers, at: datetime) -> tuple[Work, ...]:
        """The work of these customers as it was at that instant, and what was written down soon after it."""
        keys = set(customers.leads)
        for key in customers.accounts:
            keys |= self._by_account.get(key, set())
        for key in customers.contacts:
            keys |= self._by_contact.get(key, set())
        known = [self._work[key] for key in keys if key in self._work]
        until = shifted(at, WRITTEN_DOWN)
        found = [self._as_of(each, at) for each in known if each.opened_at <= until]
        found.sort(key=lambda each: (each.closed_at is None, each.opened_at, each.record.record_id), reverse=True)
        return tuple(found[:MOST_WORK])

    def _as_of(self, work: Work, at: datetime) -> Work:
        """What was closed later was still open."""
        if work.closed_at is None or work.closed_at <= at:
            return work
        key = work.record.record_id
        if key not in self._masked:
            self._masked[key] = replace(work, closed_at=None)
        return self._masked[key]


def _rows(tx: Connection, customers: Customers, first: datetime, last: datetime) -> list[Any]:
    found: dict[int, Any] = {}
    span = {"first": first, "until": shifted(last, WRITTEN_DOWN)}
    for keys, names in (
        (customers.accounts, ("case account", "opportunity account")),
        (customers.contacts, ("case contact", "opportunity contact")),
        (customers.leads, ("lead",)),
    ):
        for portion in chunked(keys):
            for name in names:
                rows = tx.execute(_statements()[name], {"keys": portion, **span}).all()
                found.update({row.id: row for row in rows})
    return list(found.values())


@cache
def _statements() -> dict[str, AnySelect]:
    """Made once: they are asked for every batch and for single mails, and take longer to make than to answer."""
    return {
        "case account": _latest(_cases(), Case.account_id),
        "case contact": _latest(_cases(), Case.contact_id),
        "opportunity account": _latest(_opportunities(), Opportunity.account_id),
        "opportunity contact": _latest(_opportunities(), Opportunity.contact_id),
        "lead": _latest(_leads(), Lead.id),
    }


def _latest(query: AnySelect, customer: Any) -> AnySelect:
    """Of each customer as much as a mail may have, open ones first."""
    instant = Record.__table__.c.created_at.type
    first, until = bindparam("first", type_=instant), bindparam("until", type_=instant)
    wanted = (customer.in_(_keys()), Record.deleted_at.is_(None), Record.created_at <= until)
    inner = query.where(*wanted).add_columns(customer.label("customer")).subquery()
    is_open = case((or_(inner.c.closed_at.is_(None), inner.c.closed_at > first), 0), else_=1)
    order = (is_open, inner.c.created_at.desc(), inner.c.id.desc())
    ranked = select(inner, func.row_number().over(partition_by=inner.c.customer, order_by=order).label("rank"))
    numbered = ranked.subquery()
    return select(numbered).where(numbered.c.rank <= MOST_WORK)


def _cases() -> AnySelect:
    closed_at = case((Case.status.in_(CASE_CLOSED), func.coalesce(Case.resolved_at, Record.modified_at)))
    query = _select(Case, Record.title, Case.account_id, Case.contact_id, Case.serial, Case.product_id, closed_at)
    return _with_employer(query.join(Case, Case.id == Record.id), Case.contact_id)


def _opportunities() -> AnySelect:
    closed_at = case((Opportunity.status != "open", func.coalesce(Opportunity.closed_at, Record.modified_at)))
    accounts = (Opportunity.account_id, Opportunity.contact_id)
    query = _select(Opportunity, Record.title, *accounts, literal(""), null(), closed_at)
    return _with_employer(query.join(Opportunity, Opportunity.id == Record.id), Opportunity.contact_id)


def _with_employer(query: AnySelect, contact: Any) -> AnySelect:
    """And where the contact works whose work it is."""
    works = aliased(Contact)
    return query.outerjoin(works, works.id == contact).add_columns(works.account_id.label("employer_id"))


def _leads() -> AnySelect:
    closed_at = case((Lead.status.in_(_LEAD_CLOSED), Record.modified_at))
    topic = case((Lead.topic != "", Lead.topic), else_=Record.title)
    nothing = null()
    query = _select(Lead, topic, nothing, nothing, literal(""), nothing, closed_at, Lead.city)
    return query.join(Lead, Lead.id == Record.id).add_columns(nothing.label("employer_id"))


def _select(
    table: Any, title: Any, account: Any, contact: Any, serial: Any, product: Any, closed_at: Any, city: Any = None
) -> AnySelect:
    return select(
        Record.id,
        Record.kind,
        Record.number,
        Record.title.label("name"),
        title.label("title"),
        account.label("account_id"),
        contact.label("contact_id"),
        func.substr(table.description, 1, _DESCRIPTION).label("description"),
        serial.label("serial"),
        product.label("product_id"),
        (literal("") if city is None else city).label("city"),
        func.coalesce(User.email, "").label("owner_email"),
        Record.created_at,
        closed_at.label("closed_at"),
    ).outerjoin(User, User.id == Record.owner_id)


def _work(row: Any, products: tuple[str, ...], places: Mapping[int, tuple[str, ...]]) -> Work:
    around = (row.city, *places.get(row.account_id, ()), *places.get(row.contact_id, ()))
    account_id = row.employer_id if row.account_id is None else row.account_id  # as `records_of` knows it
    return Work(
        record=KnownRecord(row.id, row.kind, row.number, row.name, account_id, row.contact_id),
        contact_id=row.contact_id,
        title=row.title,
        description=row.description,
        products=products,
        serial=row.serial,
        places=tuple(dict.fromkeys(filter(None, around))),
        owner_email=row.owner_email,
        opened_at=row.created_at,
        closed_at=row.closed_at,
    )


def _products(tx: Connection, rows: Collection[Any]) -> dict[int, tuple[str, ...]]:
    """Names and codes of the products of each case and opportunity."""
    pairs = [(row.id, row.product_id) for row in rows if row.product_id is not None]
    said: dict[int, list[str]] = defaultdict(list)
    for portion in chunked([row.id for row in rows if row.kind == "opportunity"]):
        for key, product_id, description in tx.execute(_lines(), {"keys": portion}).all():
            if product_id is not None:
                pairs.append((key, product_id))
            elif description:
                said[key].append(description)
    names: dict[int, tuple[str, str]] = {}
    for portion in chunked({product_id for _, product_id in pairs}):
        names.update({row.id: (row.title, row.code) for row in tx.execute(_named(), {"keys": portion})})
    for key, product_id in pairs:
        said[key] += filter(None, names.get(product_id, ()))
    return {key: tuple(dict.fromkeys(words)) for key, words in said.items()}


@cache
def _lines() -> AnySelect:
    line = OpportunityLine
    wanted = (line.opportunity_id.in_(_keys()), line.position < _PRODUCTS)
    columns = (line.opportunity_id, line.product_id, line.description)
    return select(*columns).where(*wanted).order_by(line.opportunity_id, line.position)


@cache
def _named() -> AnySelect:
    products = select(Record.id, Record.title, Product.code).join(Product, Product.id == Record.id)
    return products.where(Record.id.in_(_keys()))


def _places(tx: Connection, rows: Collection[Any]) -> dict[int, tuple[str, ...]]:
    """Streets and cities of the accounts and contacts of this work."""
    found: dict[int, tuple[str, ...]] = {}
    for name, keys in (
        ("account", {row.account_id for row in rows if row.account_id is not None}),
        ("contact", {row.contact_id for row in rows if row.contact_id is not None}),
    ):
        for portion in chunked(keys):
            places = tx.execute(_addresses()[name], {"keys": portion}).all()
            found.update({row.id: (row.street, row.city) for row in places})
    return found


@cache
def _addresses() -> dict[str, AnySelect]:
    return {
        "account": select(Account.id, Account.street, Account.city).where(Account.id.in_(_keys())),
        "contact": select(Contact.id, Contact.street, Contact.city).where(Contact.id.in_(_keys())),
    }


def _keys() -> BindParameter[Any]:
    return bindparam("keys", expanding=True)
