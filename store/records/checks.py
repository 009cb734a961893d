"""Checks of records that need the store: own addresses, addresses known elsewhere, circles, what a deletion leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid
from store.leads.losing import lost_with_lead
from store.records.fields import LABELS
from store.schema.links import Link
from store.schema.people import OwnAddress
from store.schema.records import (
    Account,
    AccountDomain,
    Case,
    Contact,
    Lead,
    Opportunity,
    OpportunityLine,
    Record,
    RecordAddress,
)
from store.schema.scheduling import Booking


def own_among(tx: Connection, emails: Collection[str]) -> set[str]:
    """Those of the addresses that are ours."""
    found: set[str] = set()
    for portion in chunked(emails):
        found.update(tx.execute(select(OwnAddress.email).where(OwnAddress.email.in_(portion))).scalars())
    return found


def check_addresses(tx: Connection, emails: Collection[str]) -> None:
    """Raises Invalid when one of them is ours: we are not our own customer."""
    if own := own_among(tx, emails):
        raise Invalid(f"{min(own)} is an address of our own company and cannot belong to a customer's record.")


def known_elsewhere(
    tx: Connection, emails: Collection[str], *, besides: int | None = None, by: Actor
) -> tuple[str, ...]:
    """A sentence for each address that another record has too."""
    said = []
    for portion in chunked(emails):
        rows = tx.execute(
            select(RecordAddress.email, Record.number, Record.title)
            .join(Record, Record.id == RecordAddress.record_id)
            .where(RecordAddress.email.in_(portion), Record.deleted_at.is_(None), sees_record(by))
            .where(Record.id != besides if besides is not None else Record.id.is_not(None))
            .order_by(Record.id)
        )
        said += [f"{row.email} is also an address of {row.number} {row.title}." for row in rows]
    return tuple(said)


def claimed_domains(tx: Connection, domains: Collection[str], *, besides: int | None = None) -> frozenset[str]:
    """Those of the domains that belong to a living account, another one than `besides`."""
    held = select(AccountDomain.domain).join(Record, Record.id == AccountDomain.account_id)
    held = held.where(AccountDomain.domain.in_(sorted(domains)), Record.deleted_at.is_(None))
    return frozenset(tx.execute(held.where(Record.id != besides) if besides is not None else held).scalars())


def check_chains(tx: Connection, kind: str, uid: str, state: Mapping[str, Any]) -> None:
    """Raises Invalid when the record would end up above itself, or follow itself, by what `state` names."""
    for name, (held, sentence) in _CHAINS.get(kind, {}).items():
        if state.get(name):
            _check_chain(tx, uid, state[name], held, sentence)


_CHAINS: dict[str, dict[str, tuple[InstrumentedAttribute[int | None], str]]] = {
    "account": {"parent": (Account.parent_id, "Parent account: an account cannot be above itself.")},
    "case": {
        "parent": (Case.parent_id, "Part of: a case cannot be a part of itself."),
        "follows": (Case.follows_id, "Follows: a case cannot follow itself."),
    },
}


def _check_chain(tx: Connection, uid: str, first: str, held: InstrumentedAttribute[int | None], sentence: str) -> None:
    table = held.class_
    steps = select(Record.uid, held.label("next_id")).join(table, table.id == Record.id)
    seen: set[str] = set()
    row = tx.execute(steps.where(Record.uid == first)).one_or_none()
    while row is not None and row.uid not in seen:
        if row.uid == uid:
            raise Invalid(sentence)
        seen.add(row.uid)
        row = tx.execute(steps.where(Record.id == row.next_id)).one_or_none()


def deletion_consequences(tx: Connection, record_id: int) -> str:
    """What stays behind without the record, in words; '' for nothing."""
    holders = (
        ("account", Account.id, Account.parent_id),
        ("contact", Contact.id, Contact.account_id),
        ("opportunity", Opportunity.id, Opportunity.account_id),
        ("opportunity", Opportunity.id, Opportunity.contact_id),
        ("opportunity", OpportunityLine.opportunity_id, OpportunityLine.product_id),
        ("case", Case.id, Case.account_id),
        ("case", Case.id, Case.contact_id),
        ("case", Case.id, Case.product_id),
        ("case", Case.id, Case.parent_id),
        ("case", Case.id, Case.follows_id),
        ("booking", Booking.id, Booking.account_id),
        ("booking", Booking.id, Booking.contact_id),
        ("booking", Booking.id, Booking.case_id),
        ("lead", Lead.id, Lead.became_account_id),
        ("lead", Lead.id, Lead.became_contact_id),
        ("lead", Lead.id, Lead.became_opportunity_id),
    )
    counts: dict[str, int] = {}
    for kind, key, held in holders:
        living = select(func.count(key.distinct())).join(Record, Record.id == key)
        count = tx.execute(living.where(held == record_id, Record.deleted_at.is_(None))).scalar_one()
        counts[kind] = counts.get(kind, 0) + count
    parts = [f"{count:,} {LABELS[kind][count != 1]}" for kind, count in counts.items() if count]
    linked = tx.execute(
        select(func.count()).select_from(Link).where(Link.record_id == record_id, Link.state == "linked")
    ).scalar_one()
    if linked:
        parts.append(f"{linked:,} {'activity' if linked == 1 else 'activities'}")
    return "; ".join((*_staying(parts), *lost_with_lead(tx, record_id)))


def _staying(parts: Sequence[str]) -> Iterator[str]:
    if parts:
        listed = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
        alone = len(parts) == 1 and parts[0].startswith("1 ")
        yield f"{listed} {'stays' if alone else 'stay'} without it"
