"""The numbers by which people name records: ACC-00001, CON-00001, LEA-, OPP-, CAS-, PRD-, BKG-."""

from __future__ import annotations

import re
from collections.abc import Collection

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.errors import Invalid
from store.schema.records import Counter, Record
from store.upsert import upsert

PREFIXES = {
    "account": "ACC",
    "contact": "CON",
    "lead": "LEA",
    "opportunity": "OPP",
    "case": "CAS",
    "product": "PRD",
    "booking": "BKG",
}
_LONGEST = 40


def next_numbers(tx: Connection, kind: str, count: int) -> list[str]:
    """`count` numbers that no record of the kind has or had. Must run inside a writing transaction."""
    if count == 0:
        return []
    last = _advance(tx, kind, count)
    return [f"{PREFIXES[kind]}-{value:05}" for value in range(last - count + 1, last + 1)]


def claim_numbers(tx: Connection, kind: str, numbers: Collection[str]) -> list[str]:
    """Numbers brought along from elsewhere, trimmed; later ones of our own continue behind them.

    Raises Invalid when one is taken or cannot be a number.
    """
    wanted = [number.strip() for number in numbers]
    for number in wanted:
        if not number or len(number) > _LONGEST or re.search(r"\s", number):
            raise Invalid(f"{number!r} cannot be a number; use up to {_LONGEST} letters, digits and dashes.")
    for portion in chunked(wanted):
        taken = tx.execute(select(Record.number).where(Record.number.in_(portion))).scalar()
        if taken is not None:
            raise Invalid(f"The number {taken} is taken already.")
    shape = re.compile(rf"{PREFIXES[kind]}-(\d{{1,15}})")
    highest = max((int(found[1]) for number in wanted if (found := shape.fullmatch(number))), default=0)
    last = tx.execute(select(Counter.value).where(Counter.kind == kind)).scalar() or 0
    if highest > last:
        _advance(tx, kind, highest - last)
    return wanted


def _advance(tx: Connection, kind: str, count: int) -> int:
    insert = upsert(tx, Counter).values(kind=kind, value=count)
    advanced = insert.on_conflict_do_update(index_elements=[Counter.kind], set_={"value": Counter.value + count})
    return int(tx.execute(advanced.returning(Counter.value)).scalar_one())
