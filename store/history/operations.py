"""Undoing what was done. Undo is itself an operation, so undoing an undo does the act again.

Without a uid, undo walks back through the actor's own acts: it passes over undos, and what they took back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select
from sqlalchemy.orm import aliased

from store.activities import appointment_undo
from store.activities import undo as activity_undo
from store.actor import Actor
from store.articles import state as article_state
from store.duplicates import belongings, pairs
from store.errors import CannotUndo, NotFound, Stale
from store.following.state import UNDOABLE as FOLLOW_UP_UNDOABLE
from store.history import user_undo
from store.history.allowed import check_allowed
from store.history.ledger import Change, merged, record_operation
from store.history.undoable import Standing, Undoable, same
from store.kept.undo import undoable
from store.linking import lesson_undo
from store.linking import undo as link_undo
from store.mail import mark_undo
from store.outbox import states as outgoing_states
from store.proposals import undo as proposal_undo
from store.queues.states import SORTS as QUEUE_SORTS
from store.records import undo as record_undo
from store.scheduling import notice_undo
from store.scheduling.sorts import SORTS as SCHEDULING_SORTS
from store.scheduling.staging import UNDOABLE as PLAN_UNDOABLE
from store.scheduling.travelling import UNDOABLE as TRAVEL_UNDOABLE
from store.schema.ledger import Operation, OperationChange
from store.sync import conflict_undo
from store.triage import rule_undo
from store.triage import undo as triage_undo

__all__ = ["Change", "latest_undoable", "record_operation", "undo"]

_UNDOABLE: dict[str, Undoable] = {
    "record": Undoable(record_undo.standing, record_undo.restore, record_undo.label),
    "activity": Undoable(activity_undo.standing, activity_undo.restore, activity_undo.label),
    "appointment": Undoable(appointment_undo.standing, appointment_undo.restore, appointment_undo.label),
    "link": Undoable(link_undo.standing, link_undo.restore, link_undo.label, yields=link_undo.yields),
    "link_refusal": Undoable(link_undo.refusals_standing, link_undo.restore_refusals, link_undo.label),
    "learned": Undoable(lesson_undo.standing, lesson_undo.restore, link_undo.label),
    "belongings": Undoable(
        belongings.standing, belongings.restore, belongings.label, yields=belongings.yields, is_first=True
    ),
    "duplicate": Undoable(pairs.standing, pairs.restore, pairs.label),
    "proposal": Undoable(proposal_undo.standing, proposal_undo.restore, proposal_undo.label),
    "app_user": Undoable(user_undo.standing, user_undo.restore, user_undo.label),
    "outgoing": Undoable(
        outgoing_states.standing, outgoing_states.restore, outgoing_states.label, outgoing_states.check
    ),
    "sync_conflict": Undoable(conflict_undo.standing, conflict_undo.restore, conflict_undo.label),
    "triage": Undoable(triage_undo.standing, triage_undo.restore, triage_undo.label, yields=triage_undo.yields),
    "article": Undoable(article_state.standing, article_state.restore, article_state.label),
    "triage_rule": Undoable(rule_undo.standing, rule_undo.restore, rule_undo.label),
    "mailbox_item": Undoable(mark_undo.standing, mark_undo.restore, mark_undo.label),
    "booking_notice": Undoable(notice_undo.standing, notice_undo.restore, notice_undo.label),
    **undoable(QUEUE_SORTS),
    **undoable(SCHEDULING_SORTS),
    **TRAVEL_UNDOABLE,
    **PLAN_UNDOABLE,
    **FOLLOW_UP_UNDOABLE,
}
_NAMED = 5  # things named in one refusal


@dataclass(frozen=True, slots=True)
class _Found:
    id: int
    uid: str
    name: str
    summary: str
    user_id: int | None
    undone: bool
    undoes_id: int | None


def undo(tx: Connection, operation_uid: str | None = None, *, by: Actor, now: datetime, force: bool = False) -> str:
    """Take back an operation, the latest own one by default; returns the uid of the operation that did it.

    Raises NotFound, NotAllowed for somebody else's (store.history.allowed), CannotUndo when it was taken back before,
    and Stale naming the fields when something changed since (`force` puts the old values back nevertheless).
    """
    found = _find(tx, operation_uid, by)
    if found.undone:
        raise CannotUndo(f"This was taken back already: {found.summary}")
    changes = _changes(tx, found.id)
    check_allowed(tx, found.user_id, changes, by=by)
    if not changes:
        raise CannotUndo(f"There is nothing to take back in: {found.summary}")
    for table in dict.fromkeys(change.table for change in changes):
        _UNDOABLE[table].check(tx, [change for change in changes if change.table == table])
    standing = _standing(tx, changes)
    if not force:
        _check_unchanged(tx, changes, standing)
    again = found.name == "undo"
    backwards = [_reversed(change, standing[change.table][change.uid], again) for change in reversed(changes)]
    tables = dict.fromkeys(change.table for change in backwards)
    for table in sorted(tables, key=lambda table: not _UNDOABLE[table].is_first):
        _UNDOABLE[table].restore(tx, [change for change in backwards if change.table == table], now=now)
    plain = found.summary.removeprefix("Undid: ").removeprefix("Redid: ")
    return record_operation(
        tx,
        "redo" if again else "undo",
        f"{'Redid' if again else 'Undid'}: {plain}",
        backwards,
        by=by,
        now=now,
        undoes_id=found.id,
    )


def latest_undoable(tx: Connection, *, by: Actor) -> str | None:
    """The uid of the operation that `undo` would take back next."""
    return tx.execute(_latest(by)).scalar()


def _latest(by: Actor) -> Any:
    later = aliased(Operation)
    return (
        select(Operation.uid)
        .where(
            Operation.user_id.is_(None) if by.user_id is None else Operation.user_id == by.user_id,
            Operation.name != "undo",
            ~exists().where(later.undoes_id == Operation.id),
            exists().where(OperationChange.operation_id == Operation.id),
        )
        .order_by(Operation.id.desc())
        .limit(1)
    )


def _find(tx: Connection, operation_uid: str | None, by: Actor) -> _Found:
    uid = operation_uid or latest_undoable(tx, by=by)
    if uid is None:
        raise CannotUndo("There is nothing to undo.")
    later = aliased(Operation)
    undone = exists().where(later.undoes_id == Operation.id)
    row = tx.execute(
        select(
            Operation.id,
            Operation.uid,
            Operation.name,
            Operation.summary,
            Operation.user_id,
            undone.label("undone"),
            Operation.undoes_id,
        ).where(Operation.uid == uid)
    ).one_or_none()
    if row is None:
        raise NotFound(f"no operation {uid}")
    return _Found(*row)


def _changes(tx: Connection, operation_id: int) -> list[Change]:
    columns = (OperationChange.table_name, OperationChange.uid, OperationChange.before, OperationChange.after)
    rows = tx.execute(select(*columns).where(OperationChange.operation_id == operation_id).order_by(OperationChange.id))
    return merged([Change(*row) for row in rows])


def _standing(tx: Connection, changes: Sequence[Change]) -> dict[str, Mapping[str, Standing]]:
    found: dict[str, Mapping[str, Standing]] = {}
    for table in {change.table for change in changes}:
        uids = {change.uid for change in changes if change.table == table}
        found[table] = _UNDOABLE[table].standing(tx, uids)
        if len(found[table]) < len(uids):
            raise CannotUndo("Some of what this changed was removed from the store for good.")
    return found


def _check_unchanged(tx: Connection, changes: Sequence[Change], standing: Mapping[str, Mapping[str, Standing]]) -> None:
    """Every change must find what it left behind."""
    said: list[str] = []
    fields: dict[str, None] = {}
    for change in changes:
        current = standing[change.table][change.uid]
        differing = _differing(change, current.state)
        if not differing or _UNDOABLE[change.table].yields(change, current.state):
            continue
        labels = [
            name if name in _EXISTENCE else _UNDOABLE[change.table].label(tx, change.uid, name) for name in differing
        ]
        fields |= dict.fromkeys(labels)
        if len(said) < _NAMED:
            said.append(f"{current.label}: {', '.join(labels)}")
    if said:
        raise Stale("; ".join(said), tuple(fields))


_EXISTENCE = ("deleted", "brought back")


def _differing(change: Change, current: Mapping[str, Any] | None) -> list[str]:
    if change.after is None:
        return [] if current is None else ["brought back"]
    if current is None:
        return ["deleted"]
    # A creation left a whole state behind, an edit only the fields it changed.
    names = change.after.keys() if change.is_edit else change.after.keys() | current.keys()
    return sorted(name for name in names if not same(current.get(name), change.after.get(name)))


def _reversed(change: Change, standing: Standing, again: bool) -> Change:
    """From how it stands now to what it was."""
    current = standing.state
    if current is not None and change.is_edit:
        current = {name: current.get(name) for name in change.after or {}}
    return Change(change.table, change.uid, current, change.before, again=again)
