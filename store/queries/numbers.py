"""What team numbers are made of: the cases of a period with what happened to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, or_, select

from store.access import sees_record
from store.actor import Actor
from store.errors import Invalid
from store.numbers.figures import Numbers, numbers
from store.numbers.happenings import CaseFacts, Step
from store.numbers.periods import Period
from store.queries.paging import AnyRow
from store.queues.reading import service_levels
from store.records.fields import CASE_CLOSED
from store.records.references import find_user_uid
from store.schema.people import User
from store.schema.records import Case, Record
from store.schema.service import CaseEvent, Queue

Grouping = Literal["queue", "person"]
GROUPINGS: tuple[Grouping, ...] = ("queue", "person")

_TURNS = ("status", "reopened")


def team_numbers(
    tx: Connection,
    period: Period,
    *,
    group: Grouping = "queue",
    queue_id: int | None = None,
    owner_id: int | None = None,
    now: datetime,
    by: Actor,
) -> Numbers:
    """The numbers of the cases that `by` may see, by the queue they lie in, or the person they belong to, by now.

    `queue_id` and `owner_id` narrow them to one queue and one person. What was deleted, or merged into another case,
    is not counted. Times are working time where something is promised, less those in which the clock stands.
    """
    wanted = [
        Record.deleted_at.is_(None),
        sees_record(by),
        or_(Case.status.not_in(CASE_CLOSED), Case.resolved_at >= period.since),
    ]
    wanted += [] if queue_id is None else [Case.queue_id == queue_id]
    wanted += [] if owner_id is None else [Record.owner_id == owner_id]
    rows = tx.execute(
        select(
            *(Case.id, Record.created_at, Case.status, Case.resolved_at, Case.first_response_at),
            *(Case.response_due_at, Case.resolution_due_at, Case.sla_id),
            (Queue.name if group == "queue" else User.name).label("group"),
        )
        .join(Record, Record.id == Case.id)
        .outerjoin(Queue, Queue.id == Case.queue_id)
        .outerjoin(User, User.id == Record.owner_id)
        .where(*wanted)
    ).all()
    return numbers(_facts(tx, rows, _steps(tx, period)), period, now)


def person_id(tx: Connection, named: str) -> int:
    """The key of the person with this name or address. Raises Invalid."""
    try:
        uid = find_user_uid(tx, named)
    except Invalid as error:
        raise Invalid(f"Person: {error.sentence}") from None
    return tx.execute(select(User.id).where(User.uid == uid)).scalar_one()


def _facts(tx: Connection, rows: Iterable[AnyRow], steps: dict[int, list[Step]]) -> Iterable[CaseFacts]:
    slas = {row.sla_id: row.sla for row in service_levels(tx)}
    return (
        CaseFacts(
            created_at=row.created_at,
            status=row.status,
            closed_at=row.resolved_at if row.status in CASE_CLOSED else None,
            answered_at=row.first_response_at,
            response_due_at=row.response_due_at,
            resolution_due_at=row.resolution_due_at,
            sla=slas.get(row.sla_id),
            steps=steps.get(row.id, ()),
            group=row.group or "",
        )
        for row in rows
    )


def _steps(tx: Connection, period: Period) -> dict[int, list[Step]]:
    """How the cases that changed since the period began came to be what they are."""
    turned = select(CaseEvent.record_id).where(CaseEvent.kind.in_(_TURNS), CaseEvent.at >= period.since)
    rows = tx.execute(
        select(CaseEvent.record_id, CaseEvent.at, CaseEvent.kind, CaseEvent.value)
        .where(CaseEvent.record_id.in_(turned), CaseEvent.kind.in_(("created", *_TURNS)), CaseEvent.counts.is_(True))
        .order_by(CaseEvent.record_id, CaseEvent.at, CaseEvent.id)
    )
    found: dict[int, list[Step]] = defaultdict(list)
    for record_id, at, kind, value in rows:
        found[record_id].append(Step(at, kind, value))
    return found
