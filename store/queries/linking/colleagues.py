"""Who works at an account, for mail from there whose writer is not known by address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, func, select

from store.chunks import chunked
from store.linking.facts import Colleague, KnownRecord
from store.phones import phone_digits
from store.queries.paging import AnyRow
from store.schema.knowledge import Learned
from store.schema.records import Contact, Record

#: Contacts of an account that are looked at, those with the latest activity first.
MOST_COLLEAGUES = 300

_FEWEST_DIGITS = 6  # of a telephone number that can tell people apart


def colleagues_of(tx: Connection, account_ids: Collection[int]) -> dict[int, tuple[Colleague, ...]]:
    """The contacts of each account."""
    rows: list[AnyRow] = []
    latest = func.coalesce(Record.last_activity_at, Record.created_at).desc()
    for portion in chunked(account_ids):
        rank = func.row_number().over(partition_by=Contact.account_id, order_by=(latest, Record.id))
        people = (
            select(
                Record.id,
                Record.number,
                Record.title,
                Contact.account_id,
                Contact.given_name,
                Contact.family_name,
                Contact.job_title,
                Contact.phone,
                Contact.mobile,
                rank.label("rank"),
            )
            .join(Contact, Contact.id == Record.id)
            .where(Contact.account_id.in_(portion), Record.deleted_at.is_(None))
            .subquery()
        )
        rows += tx.execute(select(people).where(people.c.rank <= MOST_COLLEAGUES).order_by(people.c.id)).all()
    learned = _learned_names(tx, [row.id for row in rows])
    found: dict[int, list[Colleague]] = defaultdict(list)
    for row in rows:
        full = f"{row.given_name} {row.family_name}".strip()
        names = dict.fromkeys(filter(None, (row.title, full, *learned.get(row.id, ()))))
        record = KnownRecord(row.id, "contact", row.number, row.title, row.account_id)
        phones = tuple(dict.fromkeys(filter(None, map(digits, (row.phone, row.mobile)))))
        found[row.account_id].append(Colleague(record, tuple(names), row.job_title, phones))
    return {key: tuple(people) for key, people in found.items()}


def digits(phone: str) -> str:
    """The digits of a telephone number, with its country code where it has one; '' of what is too short for one."""
    found = phone_digits(phone)
    international = phone.strip().startswith("00")
    return (found[2:] if international else found) if len(found) >= _FEWEST_DIGITS else ""


def _learned_names(tx: Connection, record_ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for portion in chunked(record_ids):
        rows = select(Learned.record_id, Learned.value).where(Learned.record_id.in_(portion), Learned.kind == "name")
        for record_id, value in tx.execute(rows.order_by(Learned.id)):
            found[record_id].append(value)
    return found
