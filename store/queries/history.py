"""What was done, by whom, and what of it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import aliased

from store.access import sees_record
from store.actor import Actor
from store.chunks import chunked
from store.schema.ledger import Operation, OperationChange
from store.schema.people import User
from store.schema.records import Record
from store.schema.triage import Rule

_LOOKED_BACK = 500  # operations among which the last undoable one is looked for


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation; `user` names who did it, a person or a triage rule ("rule Printers"), '' for the product itself.

    `undoes` names the operation it took back, `undone` tells that it was itself taken back.
    """

    operation_id: int
    uid: str
    name: str
    summary: str
    user: str
    at: datetime
    undoes: str
    undone: bool


def operations(tx: Connection, *, by: Actor, limit: int = 50) -> tuple[OperationRow, ...]:
    """The newest operations; a restricted user reads only their own."""
    return _operations(tx, by, own_only=not by.sees_every_record, limit=limit)


def last_undoable(tx: Connection, *, by: Actor) -> OperationRow | None:
    """The newest operation of `by` that stands: not taken back, and not itself the taking back of another.

    Taking back an undo brings the first operation back, so a redo counts as something done.
    """
    own = _operations(tx, by, own_only=True, limit=_LOOKED_BACK, changed_only=True)
    by_uid = {row.uid: row for row in own}

    def is_undo(row: OperationRow | None) -> bool:
        return row is not None and bool(row.undoes) and not is_undo(by_uid.get(row.undoes))

    return next((row for row in own if not row.undone and not is_undo(row)), None)


def own_acts(tx: Connection, *, by: Actor, limit: int) -> tuple[datetime, ...]:
    """When `by` did something last, the latest first."""
    acts = select(Operation.at).where(Operation.user_id == by.user_id)
    return tuple(tx.execute(acts.order_by(Operation.id.desc()).limit(limit)).scalars())


@dataclass(frozen=True, slots=True)
class AutomaticAct:
    """What a triage rule, or the product by itself (`rule` is ''), did to a record; `undone` tells that it was taken
    back."""

    uid: str
    rule: str
    summary: str
    at: datetime
    undone: bool


def automatic_acts(tx: Connection, record_id: int, *, by: Actor, limit: int = 5) -> tuple[AutomaticAct, ...]:
    """What nobody did to a record, the newest first, as far as `by` sees it. Not the table it came with: whoever took
    that back would take back all of its records."""
    undoing = aliased(Operation)
    touched = (
        select(OperationChange.operation_id)
        .join(Record, Record.uid == OperationChange.uid)
        .where(OperationChange.table_name == "record", Record.id == record_id, sees_record(by))
    )
    statement = (
        select(Operation.uid, func.coalesce(Rule.name, ""), Operation.summary, Operation.at, undoing.id.is_not(None))
        .outerjoin(Rule, Rule.id == Operation.rule_id)
        .outerjoin(undoing, undoing.undoes_id == Operation.id)
        .where(Operation.user_id.is_(None), Operation.undoes_id.is_(None), Operation.name != "import_table")
        .order_by(Operation.id.desc())
        .limit(limit)
    )
    found: list[AutomaticAct] = []
    # By their keys: asked for those of a subquery, SQLite would look through all operations for the newest.
    for portion in chunked(sorted(set(tx.execute(touched).scalars()), reverse=True)):
        found += (AutomaticAct(*row) for row in tx.execute(statement.where(Operation.id.in_(portion))))
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def things_changed(tx: Connection, operation_uid: str, table: str, *, by: Actor) -> tuple[str, ...]:
    """The uids of what an operation changed in a table of the ledger, such as outgoing."""
    changed = select(OperationChange.uid).join(Operation, Operation.id == OperationChange.operation_id)
    wanted = changed.where(Operation.uid == operation_uid, OperationChange.table_name == table)
    return tuple(tx.execute(wanted.order_by(OperationChange.id)).scalars())


def _operations(
    tx: Connection, by: Actor, *, own_only: bool, limit: int, changed_only: bool = False
) -> tuple[OperationRow, ...]:
    """With `changed_only` those alone in which there is something to take back."""
    undone, undoing = aliased(Operation), aliased(Operation)
    statement = (
        select(
            Operation.id,
            Operation.uid,
            Operation.name,
            Operation.summary,
            func.coalesce(User.name, "rule " + Rule.name, ""),
            Operation.at,
            func.coalesce(undone.uid, ""),
            undoing.id.is_not(None),
        )
        .outerjoin(User, User.id == Operation.user_id)
        .outerjoin(Rule, Rule.id == Operation.rule_id)
        .outerjoin(undone, undone.id == Operation.undoes_id)
        .outerjoin(undoing, undoing.undoes_id == Operation.id)
        .order_by(Operation.id.desc())
        .limit(limit)
    )
    if own_only:
        statement = statement.where(Operation.user_id == by.user_id)
    if changed_only:
        statement = statement.where(exists().where(OperationChange.operation_id == Operation.id))
    return tuple(OperationRow(*row) for row in tx.execute(statement))
