"""Answers of customers that have yet to be acted on, with what decides what they do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from store.cases.customers import written_by_customer
from store.cases.mails import ANSWER, LATEST, PENDING
from store.cases.replies import Reply
from store.queries.linking.said import said_by
from store.queries.paging import AnyRow, AnySelect
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity, ActivityParty
from store.schema.links import Link
from store.schema.records import Case, Record
from store.schema.service import CaseEvent, Queue

_REOPEN_DAYS = 14  # of a case that is in no queue
_SHOWN = 80  # characters of a subject


@dataclass(frozen=True, slots=True)
class Awaited:
    """An answer about a case, or about one that this case follows. `evidence` is why it is about it, where that is only
    suggested; () where it is linked. `is_linked` says that it is linked to this very case, `is_customers` that somebody
    of the case's customer wrote it."""

    event_id: int
    activity_id: int
    record_id: int
    subject: str
    who: str
    evidence: tuple[Mapping[str, Any], ...]
    is_linked: bool
    is_customers: bool
    reply: Reply


def awaiting(tx: Connection, *, now: datetime, limit: int) -> list[int]:
    """The oldest answers that have yet to be acted on, by the keys of their events."""
    wanted = (CaseEvent.kind == ANSWER, CaseEvent.at > now - 2 * LATEST, CaseEvent.value == PENDING)
    found = select(CaseEvent.id).where(*wanted).order_by(CaseEvent.at, CaseEvent.id).limit(limit)
    return list(tx.execute(found).scalars())


def awaited(tx: Connection, event_id: int) -> Awaited | None:
    """The answer, if it still waits and was read. It is about the newest case of those that follow each other. One
    whose mail says something else by now, is private or deleted, is about a case as if it were new, which no answer
    moves."""
    row = tx.execute(_answer(event_id)).one_or_none()
    if row is None:
        return None
    said = said_by(tx, [row.activity_id]).get(row.activity_id)
    if said is None and row.link_state == "pending":
        return None
    newest = _newest(tx, row.record_id)
    case = tx.execute(_case(newest)).one()
    holds = row.state in ("linked", "suggested") and case.deleted_at is None and row.can_be_told
    reply = Reply(
        at=row.at,
        new_text=row.preview if said is None else said.new_text,
        names=(row.who, *_names(tx, row.activity_id)),
        status=case.status if holds else "new",
        since=_since(tx, case),
        reopen_days=case.reopen_days,
        about_former=holds and newest != row.record_id,
        known_at=row.created_at,
    )
    evidence = tuple(row.evidence) if row.state == "suggested" else ()
    is_linked = row.state == "linked" and newest == row.record_id
    subject = row.subject[:_SHOWN]
    is_customers = not evidence or written_by_customer(tx, row.activity_id, row.record_id)
    return Awaited(row.id, row.activity_id, newest, subject, row.who, evidence, is_linked, is_customers, reply)


def _answer(event_id: int) -> AnySelect:
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
            Activity.created_at,
            Link.state,
            Link.evidence,
            and_(Activity.deleted_at.is_(None), Activity.private.is_(False)).label("can_be_told"),
        )
        .join(Activity, Activity.id == CaseEvent.activity_id)
        .outerjoin(Link, (Link.activity_id == Activity.id) & (Link.record_id == CaseEvent.record_id))
        .where(CaseEvent.id == event_id, CaseEvent.value == PENDING)
        .with_for_update(of=CaseEvent)
    )


def _case(record_id: int) -> AnySelect:
    reopen_days = func.coalesce(Queue.reopen_days, _REOPEN_DAYS).label("reopen_days")
    return (
        select(Case.id, Case.status, Case.resolved_at, Record.modified_at, Record.deleted_at, reopen_days)
        .join(Record, Record.id == Case.id)
        .outerjoin(Queue, Queue.id == Case.queue_id)
        .where(Case.id == record_id)
    )


def _newest(tx: Connection, record_id: int) -> int:
    """The case at the end of those that follow this one; of several that follow one case the newest."""
    seen = {record_id}
    while True:
        follows = select(Case.id).join(Record, Record.id == Case.id)
        follows = follows.where(Case.follows_id == record_id, Record.deleted_at.is_(None), Case.id.not_in(seen))
        found = tx.execute(follows.order_by(Case.id.desc()).limit(1)).scalar()
        if found is None:
            return record_id
        seen.add(found)
        record_id = found


def _since(tx: Connection, case: AnyRow) -> datetime:
    """When the case came to stand as it does."""
    if case.status in CASE_CLOSED:
        closed: datetime = case.resolved_at or case.modified_at
        return closed
    told = (CaseEvent.record_id == case.id, CaseEvent.kind == "status", CaseEvent.counts.is_(True))
    last = tx.execute(select(func.max(CaseEvent.at)).where(*told)).scalar()
    return last or case.modified_at


def _names(tx: Connection, activity_id: int) -> tuple[str, ...]:
    named = select(ActivityParty.name).where(ActivityParty.activity_id == activity_id, ActivityParty.name != "")
    return tuple(tx.execute(named.distinct()).scalars())
