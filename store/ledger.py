"""Writing down who changed what: an operation with its rows before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from store.actor import Actor
from store.schema.ledger import Operation, OperationChange
from store.types import new_uid

#: Rows of the ledger written by one statement.
_PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, as the JSON that its kind defines; None where it did not exist.

    `table` says which kind: record, activity, link, app_user. For an edit both sides hold the changed fields only.
    """

    table: str
    uid: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    @property
    def is_edit(self) -> bool:
        return self.before is not None and self.after is not None


def record_operation(
    tx: Connection,
    name: str,
    summary: str,
    changes: Sequence[Change],
    *,
    by: Actor,
    now: datetime,
    undoes_id: int | None = None,
) -> str:
    """Write down one act, such as `edit_record` with "Edited ACC-00001 Contoso"; returns its uid."""
    uid = new_uid()
    operation = insert(Operation).values(
        uid=uid, name=name, summary=summary, user_id=by.user_id, at=now, undoes_id=undoes_id
    )
    operation_id = tx.execute(operation.returning(Operation.id)).scalar_one()
    rows = [
        {
            "operation_id": operation_id,
            "table_name": change.table,
            "uid": change.uid,
            "before": None if change.before is None else dict(change.before),
            "after": None if change.after is None else dict(change.after),
        }
        for change in changes
    ]
    for start in range(0, len(rows), _PORTION):
        tx.execute(insert(OperationChange), rows[start : start + _PORTION])
    return uid
