"""Whose turn it is to ring: each reminder is told once for each time at which it is due, whichever process runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, TextClause, func, or_, select, update

from store.following.values import OPEN, Kind
from store.schema.following import STANDS, FollowUp

_MOST = 1_000


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder that is due at `at` (UTC) and was not told for it. `first` is the first time of a repeated one; both
    walls are naive, of its zone."""

    follow_up_id: int
    user_id: int
    at: datetime
    wall: datetime
    first: datetime
    zone: str
    recurrence: str


def due_to_tell(tx: Connection, *, user_id: int | None = None, now: datetime) -> tuple[Due, ...]:
    """The reminders (of one user) that are due and untold, or may be so again, the oldest first."""
    at = _comes_at()
    conditions: list[ColumnElement[bool] | TextClause] = [
        STANDS,
        FollowUp.state == OPEN,
        FollowUp.kind == Kind.REMINDER,
        FollowUp.due_at <= now,
        at <= now,
        # One that repeats may be due again although nobody did it since it was told.
        or_(FollowUp.told_for.is_(None), FollowUp.told_for < at, FollowUp.recurrence != ""),
    ]
    if user_id is not None:
        conditions.append(FollowUp.user_id == user_id)
    columns = (FollowUp.id, FollowUp.user_id, at.label("at"), FollowUp.due_wall, FollowUp.facts, FollowUp.zone,
               FollowUp.recurrence)  # fmt: skip
    rows = tx.execute(select(*columns).where(*conditions).order_by(FollowUp.due_at, FollowUp.id).limit(_MOST))
    return tuple(
        Due(row.id, row.user_id, row.at, datetime.fromisoformat(row.due_wall),
            datetime.fromisoformat(row.facts.get("first", row.due_wall)), row.zone, row.recurrence)
        for row in rows
    )  # fmt: skip


def claim(tx: Connection, follow_up_id: int, at: datetime) -> bool:
    """Take the right to tell of it for this time; False where somebody has."""
    statement = update(FollowUp).where(
        FollowUp.id == follow_up_id,
        FollowUp.state == OPEN,
        _comes_at() == at,
        or_(FollowUp.told_for.is_(None), FollowUp.told_for < at),
    )
    return tx.execute(statement.values(told_for=at)).rowcount == 1


def move_on(tx: Connection, due: Due, wall: datetime, at: datetime) -> None:
    """A repeated one that nobody did comes back at a later time; what was due before is not told any more."""
    statement = update(FollowUp).where(FollowUp.id == due.follow_up_id, FollowUp.state == OPEN)
    values = {"due_wall": wall.isoformat(timespec="minutes"), "due_at": at, "snoozed_until": None}
    tx.execute(statement.values(version=FollowUp.version + 1, **values))


def _comes_at() -> ColumnElement[datetime]:
    return func.coalesce(FollowUp.snoozed_until, FollowUp.due_at)
