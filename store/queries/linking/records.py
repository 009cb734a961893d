"""Records that mail can be regarding, as linking knows them: by address, domain, number and employment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.orm import aliased

from store.chunks import chunked
from store.duplicates.merged import keys_by_number
from store.linking.facts import KnownRecord, Party
from store.queries.paging import AnySelect
from store.schema.knowledge import FormerAddress
from store.schema.links import Link
from store.schema.records import (
    Account,
    AccountDomain,
    Case,
    Contact,
    Employment,
    Lead,
    Opportunity,
    Record,
    RecordAddress,
)
from store.schema.scheduling import Booking


@dataclass(frozen=True, slots=True)
class Known:
    """Look-ups shared by a whole batch."""

    people: dict[str, tuple[KnownRecord, ...]]
    former: dict[str, tuple[KnownRecord, ...]]
    accounts: dict[str, tuple[KnownRecord, ...]]
    numbered: dict[str, KnownRecord]
    employments: dict[int, list[tuple[date | None, date | None, KnownRecord]]]


#: Kinds of record that have addresses of their own.
_HOLDERS = ("contact", "lead", "account")

Regarding = dict[int, tuple[KnownRecord, ...]]


def regarding_of(tx: Connection, activity_ids: Collection[int]) -> Regarding:
    """What each of these activities is linked to, primary first."""
    linked: dict[int, list[int]] = defaultdict(list)
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Link.activity_id, Link.record_id)
            .where(Link.activity_id.in_(portion), Link.state == "linked")
            .order_by(Link.is_primary.desc(), Link.id)
        )
        for activity_id, record_id in rows:
            linked[activity_id].append(record_id)
    records = records_of(tx, {record_id for found in linked.values() for record_id in found})
    return {key: tuple(dict.fromkeys(records[one] for one in found if one in records)) for key, found in linked.items()}


def known_records(tx: Connection, activities: Sequence[Row[Any]], parties: dict[int, tuple[Party, ...]]) -> Known:
    """What is known of the people, companies and numbers that these activities name."""
    outside = [party for found in parties.values() for party in found if not party.own]
    emails = {party.email for party in outside if party.email}
    people, former = _holders(tx, RecordAddress, emails), _holders(tx, FormerAddress, emails)
    everybody = [record for found in (*people.values(), *former.values()) for record in found]
    contacts = {record.record_id for record in everybody if record.kind == "contact"}
    return Known(
        people=people,
        former=former,
        accounts=records_by_domain(tx, {party.domain for party in outside if party.domain}),
        numbered=_numbered(tx, {number for row in activities for number in row.mentions}),
        employments=_employments(tx, contacts),
    )


def records_by_address(tx: Connection, emails: Collection[str]) -> dict[str, tuple[KnownRecord, ...]]:
    """Who is known by each of these addresses."""
    return _holders(tx, RecordAddress, emails)


def _holders(
    tx: Connection, table: type[RecordAddress] | type[FormerAddress], emails: Collection[str]
) -> dict[str, tuple[KnownRecord, ...]]:
    """Who is known by each address, or was until it changed."""
    pairs: list[tuple[str, int]] = []
    for portion in chunked(emails):
        rows = tx.execute(
            select(table.email, table.record_id).where(table.email.in_(portion)).order_by(table.record_id)
        )
        pairs += [(row.email, row.record_id) for row in rows]
    return _grouped(pairs, records_of(tx, {record_id for _, record_id in pairs}), _HOLDERS)


def records_by_domain(tx: Connection, domains: Collection[str]) -> dict[str, tuple[KnownRecord, ...]]:
    """The accounts that have each of these registrable domains."""
    pairs: list[tuple[str, int]] = []
    for portion in chunked(domains):
        rows = tx.execute(
            select(AccountDomain.domain, AccountDomain.account_id)
            .where(AccountDomain.domain.in_(portion))
            .order_by(AccountDomain.account_id)
        )
        pairs += [(row.domain, row.account_id) for row in rows]
    return _grouped(pairs, records_of(tx, {record_id for _, record_id in pairs}))


def _numbered(tx: Connection, numbers: Collection[str]) -> dict[str, KnownRecord]:
    keys = keys_by_number(tx, numbers)
    records = records_of(tx, set(keys.values()))
    return {number: records[key] for number, key in keys.items() if key in records}


def _employments(
    tx: Connection, contact_ids: Collection[int]
) -> dict[int, list[tuple[date | None, date | None, KnownRecord]]]:
    rows: list[Any] = []
    for portion in chunked(contact_ids):
        rows += tx.execute(
            select(Employment.contact_id, Employment.since, Employment.until, Employment.account_id)
            .where(Employment.contact_id.in_(portion))
            .order_by(Employment.id)
        ).all()
    accounts = records_of(tx, {row.account_id for row in rows})
    found: dict[int, list[tuple[date | None, date | None, KnownRecord]]] = defaultdict(list)
    for row in rows:
        if row.account_id in accounts:
            found[row.contact_id].append((row.since, row.until, accounts[row.account_id]))
    return found


def employers_at(people: Iterable[KnownRecord], known: Known, at: datetime) -> dict[int, KnownRecord]:
    """Where each contact worked on the day. Before the first known employment the first one counts."""
    day = at.date()
    employers: dict[int, KnownRecord] = {}
    for record in people:
        spans = known.employments.get(record.record_id, [])
        current = [
            account for since, until, account in spans if (since or day) <= day and (until is None or day < until)
        ]
        if current:
            employers[record.record_id] = current[-1]
        elif spans and all(since and since > day for since, _, _ in spans):
            employers[record.record_id] = spans[0][2]
    return employers


def _grouped(
    pairs: Iterable[tuple[str, int]], records: dict[int, KnownRecord], kinds: Collection[str] = ("account",)
) -> dict[str, tuple[KnownRecord, ...]]:
    found: dict[str, list[KnownRecord]] = defaultdict(list)
    for name, record_id in pairs:
        if record_id in records and records[record_id].kind in kinds:
            found[name].append(records[record_id])
    return {name: tuple(dict.fromkeys(known)) for name, known in found.items()}


def records_of(tx: Connection, record_ids: Collection[int]) -> dict[int, KnownRecord]:
    """Living records with the account each belongs to. For a qualified lead stands what it became: the opportunity,
    else the contact, else the account."""
    found: dict[int, KnownRecord] = {}
    became: dict[int, tuple[int, ...]] = {}
    for portion in chunked(record_ids):
        for row in tx.execute(_living(), {"keys": portion}).all():
            found[row[0]] = KnownRecord(*row[:6])
            if ups := tuple(up for up in row[6:] if up is not None):
                became[row[0]] = ups
    if became:
        living = records_of(tx, {up for ups in became.values() for up in ups})
        found |= {key: living[first] for key, ups in became.items() if (first := next(filter(living.get, ups), 0))}
    return found


@cache
def _living() -> AnySelect:
    """Made once: it is asked again and again, and takes longer to make than to answer."""
    works = aliased(Contact)  # whose the work is where no account is named
    account = func.coalesce(
        Contact.account_id, Opportunity.account_id, Case.account_id, Booking.account_id, Account.id, works.account_id
    )
    asked = func.coalesce(Case.contact_id, Opportunity.contact_id)
    became = (Lead.became_opportunity_id, Lead.became_contact_id, Lead.became_account_id)
    return (
        select(Record.id, Record.kind, Record.number, Record.title, account, asked, *became)
        .outerjoin(Contact, Contact.id == Record.id)
        .outerjoin(Opportunity, Opportunity.id == Record.id)
        .outerjoin(Case, Case.id == Record.id)
        .outerjoin(Booking, Booking.id == Record.id)
        .outerjoin(works, works.id == asked)
        .outerjoin(Account, Account.id == Record.id)
        .outerjoin(Lead, Lead.id == Record.id)
        .where(Record.id.in_(bindparam("keys", expanding=True)), Record.deleted_at.is_(None))
    )
