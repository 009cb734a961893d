"""Who has a phone number, however it is written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from store.access import sees_record
from store.actor import Actor
from store.queries.refs import REF_COLUMNS, RecordRef
from store.schema.records import Account, Contact, Lead, Record

_TELLING = 7  # last digits that make a number somebody's; before them countries and prefixes are written in many ways
_MOST, _HELD = 10, 500
_BETWEEN = " -/().\u00a0"


def callers(tx: Connection, phone: str, *, by: Actor) -> tuple[RecordRef, ...]:
    """People first, then leads and companies whose number ends as this one does; none for too few digits.

    The last digit is compared first: of most numbers nothing has to be rewritten.
    """
    digits = "".join(char for char in phone if char.isdecimal())[-_TELLING:]
    if len(digits) < _TELLING:
        return ()
    found: list[RecordRef] = []
    for table, columns in (
        (Contact, (Contact.phone, Contact.mobile)),
        (Lead, (Lead.phone,)),
        (Account, (Account.phone,)),
    ):
        ends = or_(*(and_(column.like(f"%{digits[-1]}"), _bare(column).like(f"%{digits}")) for column in columns))
        # By their keys: joined, the database would walk through all records in the order of their titles.
        held = tx.execute(select(table.id).where(ends).limit(_HELD)).scalars().all()
        rows = tx.execute(
            select(*REF_COLUMNS)
            .where(Record.id.in_(held), Record.deleted_at.is_(None), sees_record(by))
            .order_by(Record.title_key, Record.id)
            .limit(_MOST)
        )
        found += [RecordRef(*row) for row in rows]
    return tuple(found[:_MOST])


def _bare(column: Any) -> Any:
    for char in _BETWEEN:
        column = func.replace(column, char, "")
    return column
