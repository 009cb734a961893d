"""Follow-ups as they are brought up: which are due and wait for their day, and which stand before their users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from store.following.values import STANDING, Kind
from store.schema.following import FollowUp
from store.schema.people import User

_DAY = timedelta(days=1)
_MOST = 2_000  # of one user
_COMES_AT = func.coalesce(FollowUp.snoozed_until, FollowUp.due_at)


@dataclass(frozen=True, slots=True)
class StandingRow:
    """A follow-up that stands; `customer` is the key of its record."""

    follow_up_id: int
    kind: Kind
    facts: Mapping[str, Any]
    comes_at: datetime
    customer: int | None
    brought_on: date | None


def users_who_wait(tx: Connection, *, now: datetime) -> list[int]:
    """The active users for whom something is due that was never put before them, or may be within the day; reminders
    aside."""
    due = select(FollowUp.id).where(
        FollowUp.user_id == User.id,
        FollowUp.state.in_(STANDING),
        FollowUp.brought_on.is_(None),
        FollowUp.kind != Kind.REMINDER.value,
        FollowUp.due_at <= now + _DAY,
        _comes(now, now + _DAY),
    )
    return list(tx.execute(select(User.id).where(User.active.is_(True), due.exists()).order_by(User.id)).scalars())


def due_and_shown(
    tx: Connection, user_id: int, *, now: datetime, end: datetime
) -> tuple[list[StandingRow], list[StandingRow]]:
    """What is due and was never put before the user, those first that are more than old contacts; and what was. What
    the user promised is due in the morning of its day, which ends at `end`."""
    columns = (FollowUp.id, FollowUp.kind, FollowUp.facts, _COMES_AT, FollowUp.customer_id, FollowUp.brought_on)
    cold = case((FollowUp.kind.like("cold%"), 1), else_=0)
    rows = tx.execute(
        select(*columns)
        .where(FollowUp.user_id == user_id, FollowUp.state.in_(STANDING), FollowUp.due_at <= end, _comes(now, end))
        .order_by(FollowUp.brought_on.is_(None), cold, FollowUp.due_at, FollowUp.id)
        .limit(_MOST)
    )
    found = [StandingRow(key, Kind(kind), facts, at, customer, day) for key, kind, facts, at, customer, day in rows]
    return [one for one in found if one.brought_on is None], [one for one in found if one.brought_on is not None]


def _comes(now: datetime, end: datetime) -> ColumnElement[bool]:
    return or_(now >= _COMES_AT, and_(FollowUp.kind == Kind.PROMISE.value, end > _COMES_AT))


def brought_on(tx: Connection, user_id: int, day: date) -> int:
    """How many were put before the user on this day for the first time, reminders aside, whatever became of them."""
    mine = (FollowUp.user_id == user_id, FollowUp.brought_on == day, FollowUp.kind != Kind.REMINDER.value)
    return tx.execute(select(func.count()).select_from(FollowUp).where(*mine)).scalar_one()
