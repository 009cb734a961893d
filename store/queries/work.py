"""Open cases and deals as people ask for them: by status, priority, owner, customer, day; and what deals are worth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, func, or_, select

from store.access import sees_record
from store.actor import Actor
from store.queries.paging import Count, Window, counted, windowed
from store.queries.records import RecordRow, listed, record_rows
from store.queries.views import ORDERS, still_open
from store.schema.records import Case, Opportunity, Record


@dataclass(frozen=True, slots=True)
class Work:
    """The first rows, and how many there are."""

    rows: tuple[RecordRow, ...]
    count: Count


@dataclass(frozen=True, slots=True)
class StageWorth:
    """The open deals of a stage and currency, '' for none: how many, and what they are worth together."""

    stage: str
    currency: str
    count: int
    amount: Decimal


def cases(
    tx: Connection,
    *,
    status: str = "open",
    priority: str = "",
    owner_id: int | None = None,
    customer_id: int | None = None,
    by: Actor,
    limit: int,
) -> Work:
    """Cases of a status ("open": of any in which they are not closed), the most recently active first."""
    wanted = [still_open("case") if status == "open" else Case.status == status]
    if priority:
        wanted.append(Case.priority == priority)
    if customer_id is not None:
        wanted.append(or_(Case.account_id == customer_id, Case.contact_id == customer_id))
    return _work(tx, "case", "activity", [*wanted, *_owned(owner_id)], by, limit)


def late_deals(tx: Connection, *, today: date, owner_id: int | None = None, by: Actor, limit: int) -> Work:
    """Open opportunities whose closing date has passed, the one that passed first first."""
    wanted = [still_open("opportunity"), Opportunity.close_date < today, *_owned(owner_id)]
    return _work(tx, "opportunity", "close_date", wanted, by, limit)


def largest_deals(
    tx: Connection,
    *,
    stage: str = "",
    closing: tuple[date, date] | None = None,
    owner_id: int | None = None,
    by: Actor,
    limit: int,
) -> Work:
    """Open opportunities, the largest first; `closing` from the first day until before the second."""
    return _work(tx, "opportunity", "amount", _deals(stage, closing, owner_id), by, limit)


def worth_by_stage(
    tx: Connection,
    *,
    stage: str = "",
    closing: tuple[date, date] | None = None,
    owner_id: int | None = None,
    by: Actor,
) -> tuple[StageWorth, ...]:
    """What `largest_deals` finds, added up."""
    wanted = [*_deals(stage, closing, owner_id), Record.deleted_at.is_(None), sees_record(by)]
    worth = func.coalesce(func.sum(Opportunity.amount), 0)
    rows = tx.execute(
        select(Opportunity.stage, Opportunity.currency, func.count(), worth)
        .join(Record, Record.id == Opportunity.id)
        .where(*wanted)
        .group_by(Opportunity.stage, Opportunity.currency)
    )
    return tuple(StageWorth(each, currency, count, Decimal(amount or 0)) for each, currency, count, amount in rows)


def _deals(stage: str, closing: tuple[date, date] | None, owner_id: int | None) -> list[ColumnElement[bool]]:
    wanted = [still_open("opportunity"), *_owned(owner_id)]
    if stage:
        wanted.append(Opportunity.stage == stage)
    if closing is not None:
        wanted += [Opportunity.close_date >= closing[0], Opportunity.close_date < closing[1]]
    return wanted


def _owned(owner_id: int | None) -> list[ColumnElement[bool]]:
    return [] if owner_id is None else [Record.owner_id == owner_id]


def _work(tx: Connection, kind: str, sort: str, wanted: Collection[ColumnElement[bool]], by: Actor, limit: int) -> Work:
    statement = listed(kind, sort).where(*wanted, Record.deleted_at.is_(None), sees_record(by))
    rows = tx.execute(windowed(statement, ORDERS[sort], Window(limit=limit))).all()
    return Work(record_rows(tx, kind, tuple(rows[:limit]), by), counted(tx, statement))
