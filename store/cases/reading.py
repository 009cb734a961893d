"""How a case stands with what was promised, and what happened to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.cases.acting import open_parts
from store.cases.clocks import judge
from store.errors import NotFound
from store.queries.contracts import Coverage, coverage
from store.queries.refs import RecordRef, refs
from store.queues.reading import service_levels
from store.schema.activities import Activity
from store.schema.people import User
from store.schema.records import Case, Record
from store.schema.service import CaseEvent, Queue
from store.schema.triage import Rule
from store.sla.clock import Clocks
from store.sla.hours import BusinessCalendar

#: Events that are only about how answers are handled; what came of them is another event.
_HIDDEN = ("answer",)


@dataclass(frozen=True, slots=True)
class CaseEventRow:
    """Something that happened to a case: `value` in words (a queue's or person's name, a status, a number), `by` who or
    what did it, '' for a mail. `counts` is False for what was undone."""

    at: datetime
    kind: str
    value: str
    by: str
    subject: str
    counts: bool


@dataclass(frozen=True, slots=True)
class CaseSla:
    """A case with its clocks as they were at `read_at`, in the hours of `calendar` (None where nothing is promised).

    `sla` is the name of what is promised, '' for nothing; `coverage` says what contract it is counted on, or why on
    none, None where there is none to speak of. `events` stand oldest first.
    """

    case: RecordRef
    status: str
    priority: str
    queue: str
    sla: str
    clocks: Clocks
    calendar: BusinessCalendar | None
    first_response_at: datetime | None
    coverage: Coverage | None
    events: tuple[CaseEventRow, ...]
    read_at: datetime


def case_sla(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> CaseSla:
    """How a case stands with what was promised. Raises NotFound for what is no case, or not for `by` to see."""
    row = tx.execute(
        select(Case.status, Case.priority, Queue.name)
        .join(Record, Record.id == Case.id)
        .outerjoin(Queue, Queue.id == Case.queue_id)
        .where(Case.id == record_id, sees_record(by))
    ).one_or_none()
    if row is None:
        raise NotFound("no such case")
    judged = judge(tx, [record_id], now=now)[record_id]
    names = {level.sla_id: level.name for level in service_levels(tx)}
    return CaseSla(
        case=refs(tx, [record_id], by=by)[record_id],
        status=row.status,
        priority=row.priority,
        queue=row.name or "",
        sla="" if judged.sla_id is None else names.get(judged.sla_id, ""),
        clocks=judged.clocks,
        calendar=None if judged.sla_id is None else judged.sla.calendar,
        first_response_at=judged.first_response_at,
        coverage=coverage(tx, record_id, by=by, now=now),
        events=case_events(tx, record_id, by=by),
        read_at=now,
    )


def open_parts_of(tx: Connection, record_id: int, *, by: Actor) -> tuple[RecordRef, ...]:
    """The open cases that are parts of a case, as far as `by` sees them."""
    keys = [one.record_id for one in open_parts(tx, record_id)]
    known = refs(tx, keys, by=by)
    return tuple(known[key] for key in keys if key in known)


def case_events(tx: Connection, record_id: int, *, by: Actor) -> tuple[CaseEventRow, ...]:
    """What happened to a case that `by` sees, oldest first. Subjects of private mails are left out."""
    rows = tx.execute(
        select(
            CaseEvent.at,
            CaseEvent.kind,
            CaseEvent.value,
            CaseEvent.counts,
            User.name.label("person"),
            Rule.name.label("rule"),
            Activity.subject,
            Activity.private,
        )
        .join(Record, Record.id == CaseEvent.record_id)
        .outerjoin(User, User.id == CaseEvent.user_id)
        .outerjoin(Rule, Rule.id == CaseEvent.rule_id)
        .outerjoin(Activity, Activity.id == CaseEvent.activity_id)
        .where(CaseEvent.record_id == record_id, CaseEvent.kind.not_in(_HIDDEN), sees_record(by))
        .order_by(CaseEvent.at, CaseEvent.id)
    ).all()
    said = _Words(tx, rows)
    return tuple(
        CaseEventRow(
            row.at,
            row.kind,
            said.of(row.kind, row.value),
            row.person or (f"rule {row.rule}" if row.rule else ""),
            "" if row.private else row.subject or "",
            row.counts,
        )
        for row in rows
    )


class _Words:
    """What the keys that events hold mean to people."""

    def __init__(self, tx: Connection, rows: Collection[Any]) -> None:
        self._names: dict[str, dict[str, str]] = {
            "queue": _by_key(tx, Queue, Queue.name, Queue.id, _values(rows, "queue")),
            "owner": _by_key(tx, User, User.name, User.id, _values(rows, "owner")),
        }
        for kind in ("merged", "follow_up"):
            self._names[kind] = _by_key(tx, Record, Record.number, Record.uid, _values(rows, kind))

    def of(self, kind: str, value: str) -> str:
        return self._names.get(kind, {}).get(value, value).replace("_", " ")


def _values(rows: Collection[Any], kind: str) -> set[str]:
    return {row.value for row in rows if row.kind == kind and row.value}


def _by_key(tx: Connection, table: Any, name: Any, key: Any, wanted: Collection[str]) -> dict[str, str]:
    if not wanted:
        return {}
    keys = [int(each) if each.isdecimal() else each for each in wanted]
    return {str(one): said for one, said in tx.execute(select(key, name).select_from(table).where(key.in_(keys)))}
