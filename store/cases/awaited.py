"""Answers of customers that have yet to be acted on, with what decides what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from store.cases.mails import ANSWER, LATEST, PENDING
from store.cases.replies import Reply
from store.queries.linking.said import said_by
from store.queries.paging import AnyRow
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.records import Case, Record
from store.schema.service import CaseEvent, Queue

_REOPEN_DAYS = 14  # of a case that is in no queue
_SHOWN = 80  # characters of a subject


@dataclass(frozen=True, slots=True)
class Awaited:
    """An answer about a case. `evidence` is why it is about it, where that is only suggested; () where it is linked."""

    event_id: int
    activity_id: int
    record_id: int
    subject: str
    who: str
    evidence: tuple[Mapping[str, Any], ...]
    reply: Reply


def awaiting(tx: Connection, *, now: datetime, limit: int) -> list[int]:
    """The oldest answers that have yet to be acted on, by the keys of their events."""
    wanted = (CaseEvent.kind == ANSWER, CaseEvent.at > now - 2 * LATEST, CaseEvent.value == PENDING)
    found = select(CaseEvent.id).where(*wanted).order_by(CaseEvent.at, CaseEvent.id).limit(limit)
    return list(tx.execute(found).scalars())


def awaited(tx: Connection, event_id: int) -> Awaited | None:
    """The answer, if it still waits and was read. One whose mail says something else by now is about no case any more:
    its reply is then older than what it answers."""
    row = tx.execute(_answer(event_id)).one_or_none()
    if row is None:
        return None
    said = said_by(tx, [row.activity_id]).get(row.activity_id)
    if said is None and row.link_state == "pending":
        return None
    text = row.preview if said is None else said.new_text
    since = _since(tx, row)
    status = row.status if row.state in ("linked", "suggested") and row.deleted_at is None else "new"
    return Awaited(
        row.id,
        row.activity_id,
        row.record_id,
        row.subject[:_SHOWN],
        row.who,
        tuple(row.evidence) if row.state == "suggested" else (),
        Reply(row.at, text, (row.who, *_names(tx, row.activity_id)), status, since, row.reopen_days),
    )


def _answer(event_id: int) -> Any:
    return (
        select(
            CaseEvent.id,
            CaseEvent.activity_id,
            CaseEvent.record_id,
            CaseEvent.at,
            Activity.subject,
            Activity.who,
            Activity.preview,
            Activity.link_state,
            Link.state,
            Link.evidence,
            Case.status,
            Case.resolved_at,
            Record.modified_at,
            Record.deleted_at,
            func.coalesce(Queue.reopen_days, _REOPEN_DAYS).label("reopen_days"),
        )
        .join(Activity, Activity.id == CaseEvent.activity_id)
        .join(Case, Case.id == CaseEvent.record_id)
        .join(Record, Record.id == Case.id)
        .outerjoin(Queue, Queue.id == Case.queue_id)
        .outerjoin(Link, (Link.activity_id == Activity.id) & (Link.record_id == Case.id))
        .where(CaseEvent.id == event_id, CaseEvent.value == PENDING)
        .with_for_update(of=CaseEvent)
    )


def _since(tx: Connection, row: AnyRow) -> datetime:
    """When the case came to stand as it does."""
    if row.status in CASE_CLOSED:
        closed: datetime = row.resolved_at or row.modified_at
        return closed
    told = (CaseEvent.record_id == row.record_id, CaseEvent.kind == "status", CaseEvent.counts.is_(True))
    last = tx.execute(select(func.max(CaseEvent.at)).where(*told)).scalar()
    return last or row.modified_at


def _names(tx: Connection, activity_id: int) -> tuple[str, ...]:
    named = select(ActivityParty.name).where(ActivityParty.activity_id == activity_id, ActivityParty.name != "")
    return tuple(tx.execute(named.distinct()).scalars())
