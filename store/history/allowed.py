"""Who may take an operation back: whoever did it, an administrator, and of what a rule or the product did by itself
everybody who sees what it was done to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, select

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.chunks import chunked
from store.errors import NotAllowed
from store.history.ledger import Change
from store.schema.activities import Activity
from store.schema.records import Record

#: What nobody in particular owns; seen by everybody who works here.
_EVERYBODYS = ("outgoing", "duplicate", "belongings", "link_refusal")


def check_allowed(tx: Connection, user_id: int | None, changes: Sequence[Change], *, by: Actor) -> None:
    """Raises NotAllowed where an act of this user (None: of a rule or the product), with these changes, is not theirs
    to take back."""
    if user_id == by.user_id or by.role in ("admin", "system"):
        return
    if user_id is not None:
        raise NotAllowed("only the person who did it, or an administrator, can undo it")
    if not _sees_all(tx, changes, by):
        raise NotAllowed("it was done to something that is not yours to see")


def _sees_all(tx: Connection, changes: Sequence[Change], by: Actor) -> bool:
    records = {change.uid for change in changes if change.table == "record"}
    mails = {change.uid for change in changes if change.table in ("triage", "activity")}
    mails |= set(_linked_activities(changes))
    others = {change.table for change in changes} - {"record", "triage", "activity", "link"}
    return (
        (by.sees_every_record or not others)
        and others <= set(_EVERYBODYS)
        and _seen(tx, Record, records, sees_record(by))
        and _seen(tx, Activity, mails, sees_activity(by))
    )


def _linked_activities(changes: Iterable[Change]) -> Iterable[str]:
    for change in changes:
        state = change.before or change.after or {}
        if change.table == "link" and "activity" in state:
            yield state["activity"]


def _seen(
    tx: Connection, table: type[Record] | type[Activity], uids: Collection[str], condition: ColumnElement[bool]
) -> bool:
    found = 0
    for portion in chunked(uids):
        found += len(tx.execute(select(table.id).where(table.uid.in_(portion), condition)).all())
    return found == len(uids)
