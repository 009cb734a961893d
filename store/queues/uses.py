"""What would be left hanging without a queue, business hours or an SLA, in words."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from store.kept.sorts import Sort
from store.queries.views import still_open
from store.schema.base import Base
from store.schema.records import Case, Lead, Record
from store.schema.service import BusinessCalendar, Entitlement, Queue, ServiceLevel
from store.schema.triage import Triage


def uses(tx: Connection, sort: Sort, key: int) -> str:
    """ "3 open cases are in it", "the queue Support promises it"; '' where nothing holds on to it.

    Nothing holds on to a contract: cases that were opened on it stay so.
    """
    if sort.table is BusinessCalendar:
        return _named(tx, ServiceLevel, ServiceLevel.calendar_id == key, "the SLA", "counts in it")
    if sort.table is ServiceLevel:
        by_queue = _named(tx, Queue, Queue.sla_id == key, "the queue", "promises it")
        return by_queue or _named(tx, Entitlement, Entitlement.sla_id == key, "the contract", "promises it")
    if sort.table is Queue:
        escalates = _named(tx, Queue, Queue.escalate_queue_id == key, "the queue", "escalates to it")
        return escalates or _held(tx, key)
    return ""


def _named(tx: Connection, table: type[Base], condition: object, noun: str, verb: str) -> str:
    columns = table.__table__.c
    wanted = select(columns.name).where(condition, columns.deleted_at.is_(None)).order_by(columns.id)  # type: ignore[arg-type]
    name = tx.execute(wanted.limit(1)).scalar()
    return "" if name is None else f"{noun} {name} {verb}"


def _held(tx: Connection, key: int) -> str:
    living = (Record.deleted_at.is_(None),)
    cases = select(func.count()).select_from(Case).join(Record, Record.id == Case.id).where(*living)
    leads = select(func.count()).select_from(Lead).join(Record, Record.id == Lead.id).where(*living)
    mails = select(func.count()).select_from(Triage)
    counted = (
        ("open case", cases.where(Case.queue_id == key, still_open("case"))),
        ("open lead", leads.where(Lead.queue_id == key, still_open("lead"))),
        ("undecided mail", mails.where(Triage.queue_id == key, Triage.state == "undecided")),
    )
    for noun, query in counted:
        if count := tx.execute(query).scalar_one():
            return f"{count:,} {noun}{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} in it"
    return ""
