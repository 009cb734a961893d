"""Writing down who changed what: an operation with its rows before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from store.actor import Actor
from store.schema.ledger import Operation, OperationChange
from store.types import new_uid

#: Rows of the ledger written by one statement.
_PORTION = 1_000


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after, as the JSON that its kind defines; None where it did not exist.

    `table` says which kind: record, activity, link, app_user. For an edit both sides hold the changed fields only.
    `again` says of what undo restores that it does again what was taken back.
    """

    table: str
    uid: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    again: bool = field(default=False, compare=False, kw_only=True)

    @property
    def is_edit(self) -> bool:
        return self.before is not None and self.after is not None


def merged(changes: Sequence[Change]) -> list[Change]:
    """One change for each thing: from how it was before the first to how the last left it."""
    found: dict[tuple[str, str], Change] = {}
    for change in changes:
        key = (change.table, change.uid)
        found[key] = _joined(found[key], change) if key in found else change
    return [change for change in found.values() if change.before is not None or change.after is not None]


def _joined(first: Change, second: Change) -> Change:
    before = first.before
    if before is not None and second.before is not None:
        before = {**second.before, **before}
    after = second.after
    if after is not None and first.after is not None:
        after = {**first.after, **after}
    return Change(first.table, first.uid, before, after)


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
    operation_id, uid = begin_operation(tx, name, summary, by=by, now=now, undoes_id=undoes_id)
    add_changes(tx, operation_id, changes)
    return uid


def begin_operation(
    tx: Connection, name: str, summary: str, *, by: Actor, now: datetime, undoes_id: int | None = None
) -> tuple[int, str]:
    """An operation that grows over several transactions with `add_changes`; returns its key and uid."""
    uid = new_uid()
    values = {
        "uid": uid,
        "name": name,
        "summary": summary,
        "user_id": by.user_id,
        "rule_id": by.rule_id,
        "at": now,
        "undoes_id": undoes_id,
    }
    operation_id = tx.execute(insert(Operation).values(values).returning(Operation.id)).scalar_one()
    return operation_id, uid


def add_changes(tx: Connection, operation_id: int, changes: Sequence[Change]) -> None:
    """Add to an operation what was changed for it."""
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


def describe_operation(tx: Connection, operation_id: int, summary: str) -> None:
    """Say in the end what a growing operation did."""
    tx.execute(update(Operation).where(Operation.id == operation_id).values(summary=summary))
