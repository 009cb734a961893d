"""Whom a mail comes from: the contact or lead, and the account, that it is or may be regarding."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.domains import is_free_mail
from store.following.customers import customers_of
from store.linking.facts import LIKELY
from store.queries.linking.records import records_by_address, records_by_domain, records_of
from store.queries.refs import REF_COLUMNS, RecordRef, refs
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class Customer:
    """Who wrote it, and as what they are known; `product` is what it is or may be about."""

    email: str
    name: str
    contact: RecordRef | None = None
    account: RecordRef | None = None
    lead: RecordRef | None = None
    product: RecordRef | None = None


def customer_of(tx: Connection, activity_id: int, *, by: Actor) -> Customer:
    """What a mail is linked to comes first, then who has the sender's address, then whose domain it is, then what is
    suggested and rather so than not: what is made of a mail is made for this customer."""
    sender = tx.execute(
        select(ActivityParty.email, ActivityParty.domain, ActivityParty.name)
        .join(Activity, Activity.id == ActivityParty.activity_id)
        .where(Activity.id == activity_id, ActivityParty.role == "from", sees_activity(by))
        .order_by(ActivityParty.position)
        .limit(1)
    ).one_or_none()
    email, domain, name = tuple(sender) if sender is not None else ("", "", "")
    linked, suggested = _links(tx, activity_id, by)
    known = [*records_by_address(tx, [email]).get(email, ())] if email else []
    if domain and not is_free_mail(domain):
        known += records_by_domain(tx, [domain]).get(domain, ())
    seen = refs(tx, {one.record_id for one in known}, by=by)
    candidates = [*linked, *(seen[one.record_id] for one in known if one.record_id in seen), *suggested]

    def first(kind: str) -> RecordRef | None:
        return next((one for one in candidates if one.kind == kind), None)

    contact = first("contact")
    account = next((one for one in linked if one.kind == "account"), None)
    account = account or _employer(tx, contact, by) or first("account")
    return Customer(email, name, contact, account, first("lead"), first("product"))


def tops_of(tx: Connection, record_ids: Collection[int], *, by: Actor) -> dict[int, RecordRef]:
    """The customer that each of these records is about, as far as `by` sees them."""
    tops = customers_of(tx, record_ids)
    known = refs(tx, set(tops.values()), by=by)
    return {key: known[top] for key, top in tops.items() if top in known}


def _links(tx: Connection, activity_id: int, by: Actor) -> tuple[list[RecordRef], list[RecordRef]]:
    rows = tx.execute(
        select(Link.state, *REF_COLUMNS)
        .join(Record, Record.id == Link.record_id)
        .where(
            Link.activity_id == activity_id,
            or_(Link.state == "linked", (Link.state == "suggested") & (Link.score >= LIKELY)),
            Record.deleted_at.is_(None),
            sees_record(by),
        )
        .order_by(Link.is_primary.desc(), Link.score.desc(), Link.id)
    ).all()
    found: dict[str, list[RecordRef]] = {"linked": [], "suggested": []}
    for row in rows:
        found[row.state].append(RecordRef(row.id, row.uid, row.kind, row.number, row.title))
    return found["linked"], found["suggested"]


def _employer(tx: Connection, contact: RecordRef | None, by: Actor) -> RecordRef | None:
    """The account that a contact belongs to."""
    known = records_of(tx, [contact.record_id]).get(contact.record_id) if contact is not None else None
    if known is None or known.account_id is None:
        return None
    return refs(tx, [known.account_id], by=by).get(known.account_id)
