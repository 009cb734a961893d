"""Which fields of records people wrote, as the ledger knows it; what sync and rules wrote is not among them."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from store.chunks import chunked
from store.schema.ledger import Operation, OperationChange


def edited_by_people(tx: Connection, uids: Collection[str]) -> dict[str, frozenset[str]]:
    """By uid, the names of the fields that people's operations gave or changed."""
    found: dict[str, set[str]] = {uid: set() for uid in uids}
    for portion in chunked(uids):
        rows = tx.execute(
            select(OperationChange.uid, OperationChange.after)
            .join(Operation, Operation.id == OperationChange.operation_id)
            .where(OperationChange.uid.in_(portion), Operation.user_id.is_not(None))
        )
        for row in rows:
            found[row.uid].update(row.after or ())
    return {uid: frozenset(names) for uid, names in found.items()}
