"""Reminders that come again, and whose turn it is to tell of one that is due.

A repeated reminder keeps the wall time of its zone, so that one at 8:00 rings at 8:00 whatever the clocks do.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from calendar_sync.rrule import parse_rule, walls
from store.actor import Actor
from store.errors import Invalid
from store.following.acts import Reminded, mark_done, own, write_reminder
from store.following.telling import Due, claim, due_to_tell, move_on
from store.following.values import instant_of, wall_in
from store.queries.follow_ups import FollowUpRow, follow_up_row

_FAR = timedelta(days=366 * 30)
_MINUTE = timedelta(minutes=1)


def next_wall(recurrence: str, first: datetime, after: datetime, zone: str) -> datetime | None:
    """The first time of a series after a moment, None when it has ended; all naive wall times of the IANA zone.
    Raises ValueError for what is no rule."""
    return next(_walls(recurrence, first, after + _MINUTE, after + _FAR, zone), None)


def latest_wall(recurrence: str, first: datetime, start: datetime, until: datetime, zone: str) -> datetime | None:
    """The last time of a series from `start` until `until`, both included. Raises ValueError for what is no rule."""
    return next(iter(deque(_walls(recurrence, first, start, until, zone), maxlen=1)), None)


def _walls(recurrence: str, first: datetime, lo: datetime, hi: datetime, zone: str) -> Iterator[datetime]:
    rule = parse_rule(recurrence)
    last = rule.until
    if last is not None and not isinstance(last, datetime):
        last = datetime.combine(last, time.max)
    elif last is not None and last.tzinfo is not None:
        last = wall_in(last, zone)
    return walls(rule, first, lo, hi, last)


def add_reminder(
    tx: Connection,
    text: str,
    wall: datetime,
    zone: str,
    *,
    recurrence: str = "",
    record_id: int | None = None,
    activity_id: int | None = None,
    by: Actor,
    now: datetime,
) -> Reminded:
    """Remind `by` at a naive wall time of an IANA zone, and again as an RFC 5545 RRULE says. Of a series that begins in
    the past only what is to come counts. Raises Invalid for what is no rule or lies in the past, NotFound."""
    first = first_wall(wall, zone, recurrence, now=now)
    return write_reminder(
        tx, text, first, zone, recurrence=recurrence, record_id=record_id, activity_id=activity_id, by=by, now=now
    )


def first_wall(wall: datetime, zone: str, recurrence: str = "", *, now: datetime) -> datetime:
    """When a reminder comes first: naive wall times of an IANA zone. Raises Invalid for what is no rule or over."""
    present = wall_in(now, zone)
    if recurrence:
        try:
            first = next_wall(recurrence, wall, max(present, wall) - _MINUTE, zone)
        except ValueError as error:
            raise Invalid(f"This cannot be repeated: {error}.") from None
        if first is None:
            raise Invalid("This would never come: its last time is over.")
        return first
    if instant_of(wall, zone) <= now:
        raise Invalid(f"{wall:%Y-%m-%d %H:%M} is over: give a time that is still to come.")
    return wall


def complete(tx: Connection, follow_up_id: int, *, by: Actor, now: datetime) -> str:
    """It is done; a repeated one comes back the next time that is still to come. Returns the operation's uid.
    Raises NotFound, Invalid."""
    state = own(tx, follow_up_id, by).state
    then = None
    if state["recurrence"]:
        row = follow_up_row(tx, follow_up_id, by=by)
        then = None if row is None else comes_again(row, now)
    return mark_done(tx, follow_up_id, then, by=by, now=now)


def comes_again(row: FollowUpRow, now: datetime) -> datetime | None:
    """When it comes back once this time is done: naive wall time of its zone, None for never."""
    if not row.recurrence:
        return None
    first = datetime.fromisoformat(row.facts["first"]) if "first" in row.facts else row.due_wall
    return next_wall(row.recurrence, first, max(row.due_wall, wall_in(now, row.zone)), row.zone)


def claim_due(tx: Connection, *, by: Actor, now: datetime) -> tuple[FollowUpRow, ...]:
    """The reminders of `by` that nobody told of yet; they are this process' to tell of now. Of a repeated one that was
    missed several times, the last time counts. Nobody in particular is told of nothing."""
    if by.user_id is None:
        return ()
    told = []
    for due in due_to_tell(tx, user_id=by.user_id, now=now):
        current = _latest(tx, due, now)
        if claim(tx, current.follow_up_id, current.at):
            told.append(follow_up_row(tx, current.follow_up_id, by=by))
    return tuple(row for row in told if row is not None)


def _latest(tx: Connection, due: Due, now: datetime) -> Due:
    """The last time of it that is not to come."""
    if not due.recurrence:
        return due
    wall = latest_wall(due.recurrence, due.first, due.wall, wall_in(now, due.zone), due.zone)
    at = instant_of(wall or due.wall, due.zone)
    # A time that the clocks skip is over on the wall before it comes.
    if wall is None or wall == due.wall or at > now:
        return due
    move_on(tx, due, wall, at)
    return Due(due.follow_up_id, due.user_id, at, wall, due.first, due.zone, due.recurrence)
