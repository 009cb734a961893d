"""What follows when a queue, business hours, a promise or a contract changes: whose address is ours, and which clocks
have to be worked out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, cast, delete, or_, select, update
from sqlalchemy.types import Text

from store.kept.sorts import Sort, State
from store.records.fields import CASE_CLOSED
from store.schema.base import Base
from store.schema.people import OwnAddress, User
from store.schema.records import Case
from store.schema.service import BusinessCalendar, CaseEvent, Entitlement, Queue, ServiceLevel
from store.upsert import upsert

#: What moves clocks, by the table of the thing.
_MOVES: dict[type[Base], tuple[str, ...]] = {
    BusinessCalendar: ("zone", "hours", "holidays"),
    ServiceLevel: ("calendar", "promised", "warn_share"),
    Queue: ("sla",),
    Entitlement: ("sla",),
}


def follow_up(
    tx: Connection, sort: Sort, key: int, before: State | None, after: State | None, *, now: datetime
) -> None:
    """Carry the consequences of a change through the store; None stands for a thing that is not there.

    Clocks are not worked out here: they become due, and the next tick does it.
    """
    if sort.table is Queue:
        _own_address(tx, _value(before, "address"), _value(after, "address"))
    if before is not None and any(_value(before, name) != _value(after, name) for name in _MOVES[sort.table]):
        tx.execute(update(Case).where(Case.status.not_in(CASE_CLOSED), _judged_by(sort, key)).values(sla_next_at=now))


def _own_address(tx: Connection, before: str | None, after: str | None) -> None:
    """The queue's address is ours; one that only a queue made ours is not any more when no queue has it."""
    if before and before != after:
        held = (
            select(Queue.address)
            .where(Queue.deleted_at.is_(None), Queue.address == before)
            .union(select(User.email).where(User.email == before))
        )
        if tx.execute(held).first() is None:
            tx.execute(delete(OwnAddress).where(OwnAddress.email == before, OwnAddress.mailbox_id.is_(None)))
    if after:
        tx.execute(upsert(tx, OwnAddress).values(email=after).on_conflict_do_nothing())


def _judged_by(sort: Sort, key: int) -> ColumnElement[bool]:
    """Condition on cases whose clocks follow from this thing."""
    if sort.table is Entitlement:
        return Case.entitlement_id == key
    if sort.table is Queue:
        return _was_in(select(Queue.id).where(Queue.id == key))
    slas = select(ServiceLevel.id).where(
        ServiceLevel.calendar_id == key if sort.table is BusinessCalendar else ServiceLevel.id == key
    )
    contracts = select(Entitlement.id).where(Entitlement.sla_id.in_(slas))
    return or_(_was_in(select(Queue.id).where(Queue.sla_id.in_(slas))), Case.entitlement_id.in_(contracts))


def _was_in(queues: Any) -> ColumnElement[bool]:
    """Those that are or were in one of the queues: time that they spent there counts in its hours."""
    names = queues.with_only_columns(cast(Queue.id, Text))
    came = select(CaseEvent.record_id).where(CaseEvent.kind == "queue", CaseEvent.value.in_(names))
    return or_(Case.queue_id.in_(queues), Case.id.in_(came))


def _value(state: State | None, name: str) -> Any:
    return None if state is None else state.get(name)
