"""What a record has several of, as its state holds it: addresses, domains, lines, employments, bookings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from store.scheduling.booked import read_booked
from store.schema.knowledge import FormerAddress
from store.schema.records import AccountDomain, Employment, OpportunityLine, RecordAddress


def encode(value: Any) -> Any:
    """A column's value as JSON."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize() + 0, "f")
    return value


def read_lists(tx: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The lists of the records with these keys, by name, those left out that are empty; records by key."""
    found: dict[int, dict[str, Any]] = {}

    def add(record_id: int, name: str, value: Any) -> None:
        found.setdefault(record_id, {}).setdefault(name, []).append(value)

    addresses = select(RecordAddress.record_id, RecordAddress.email).where(RecordAddress.record_id.in_(ids))
    for row in tx.execute(addresses.order_by(RecordAddress.position, RecordAddress.email)):
        add(row.record_id, "emails", row.email)
    former = select(FormerAddress.record_id, FormerAddress.email, FormerAddress.until)
    former = former.where(FormerAddress.record_id.in_(ids)).order_by(FormerAddress.until, FormerAddress.email)
    for one in tx.execute(former):
        add(one.record_id, "former_emails", {"email": one.email, "until": encode(one.until)})
    domains = select(AccountDomain.account_id, AccountDomain.domain).where(AccountDomain.account_id.in_(ids))
    for pair in tx.execute(domains.order_by(AccountDomain.domain)):
        add(pair.account_id, "domains", pair.domain)
    table = OpportunityLine.__table__
    lines = select(table).where(table.c.opportunity_id.in_(ids)).order_by(table.c.position, table.c.id)
    for line in tx.execute(lines).mappings():
        add(line["opportunity_id"], "lines", _line_state(dict(line)))
    jobs = select(Employment.contact_id, Employment.account_id, Employment.since, Employment.until)
    for record_id, booked in read_booked(tx, ids).items():
        found.setdefault(record_id, {})["resources"] = booked
    for job in tx.execute(jobs.where(Employment.contact_id.in_(ids)).order_by(Employment.id)):
        employed = {"account": job.account_id, "since": encode(job.since), "until": encode(job.until)}
        add(job.contact_id, "employments", employed)
    return found


def _line_state(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "uid": line["uid"],
        "product": line["product_id"],
        "description": line["description"],
        "quantity": encode(line["quantity"]),
        "unit_price": encode(line["unit_price"]),
    }
