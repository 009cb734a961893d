"""Whose customer a record is about."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.schema.records import Case, Contact, Opportunity
from store.schema.scheduling import Booking


def customers_of(tx: Connection, record_ids: Collection[int]) -> dict[int, int]:
    """The account that each record belongs to, else the contact, else the record itself."""
    tops: dict[int, int] = {}
    for portion in chunked(record_ids):
        for table in (Case, Opportunity, Booking):
            rows = tx.execute(select(table.id, table.account_id, table.contact_id).where(table.id.in_(portion)))
            tops |= {row.id: row.account_id or row.contact_id for row in rows if row.account_id or row.contact_id}
    people = {tops.get(key, key) for key in record_ids}
    accounts: dict[int, int] = {}
    for portion in chunked(people):
        rows = tx.execute(
            select(Contact.id, Contact.account_id).where(Contact.id.in_(portion), Contact.account_id.is_not(None))
        )
        accounts |= {row.id: row.account_id for row in rows}
    return {key: accounts.get(tops.get(key, key), tops.get(key, key)) for key in record_ids}
