"""The follow-ups of a user, and what each rests on as far as they may see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, TextClause, func, or_, select

from store.access import sees_activity
from store.actor import Actor
from store.chunks import chunked
from store.errors import Ambiguous, NotFound
from store.following.values import OPEN, PROPOSED, STANDING, WITHDRAWN, Kind
from store.queries.refs import RecordRef, refs
from store.schema.activities import Activity
from store.schema.following import STANDS, FollowUp

_MOST = 1_000
_UNSEEN = "private"  # what the subject of a mail is called for who may not see it
_TELLING = 6  # letters of a uid that are taken for one


@dataclass(frozen=True, slots=True)
class Ground:
    """The mail or meeting that a follow-up rests on."""

    activity_id: int
    uid: str
    kind: str
    subject: str
    who: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class FollowUpRow:
    """Something to come back to. It comes back at `comes_at`: when it is due, or until when it is snoozed. `sentence`
    is '' where what it was said in is not the reader's to see, and so is `text` unless a person wrote it.
    `brought_on` None: more important ones fill the day."""

    follow_up_id: int
    uid: str
    kind: Kind
    text: str
    sentence: str
    facts: Mapping[str, Any] = field(repr=False)
    state: str
    due_wall: datetime
    zone: str
    comes_at: datetime
    is_snoozed: bool
    recurrence: str
    brought_on: date | None
    closed_why: str
    made_by: int | None = field(repr=False)
    made_at: datetime
    record: RecordRef | None
    customer: RecordRef | None
    ground: Ground | None


def follow_ups(
    tx: Connection,
    states: Collection[str] = (OPEN,),
    *,
    by: Actor,
    until: datetime | None = None,
    brought_up: bool = False,
    record_ids: Collection[int] = (),
    kinds: Collection[Kind] = (),
    limit: int = _MOST,
) -> tuple[FollowUpRow, ...]:
    """Those that come back before `until` (None: whenever), the first to come back first; with `brought_up` only what
    is put before the user, which reminders of their own always are. `record_ids`: about these records or customers."""
    conditions: list[ColumnElement[bool] | TextClause] = [
        FollowUp.user_id == by.user_id,
        FollowUp.state.in_(sorted(states)),
    ]
    if set(states) <= set(STANDING):
        conditions.append(STANDS)
    if until is not None:
        conditions.append(func.coalesce(FollowUp.snoozed_until, FollowUp.due_at) < until)
    if brought_up:
        conditions.append(or_(FollowUp.brought_on.is_not(None), FollowUp.kind == Kind.REMINDER))
    if record_ids:
        wanted = sorted(record_ids)
        conditions.append(or_(FollowUp.record_id.in_(wanted), FollowUp.customer_id.in_(wanted)))
    if kinds:
        conditions.append(FollowUp.kind.in_(sorted(kinds)))
    return _read(tx, conditions, by, limit)


def suggestions(tx: Connection, *, by: Actor, limit: int = _MOST) -> tuple[FollowUpRow, ...]:
    """What was found and waits for a yes."""
    return follow_ups(tx, (PROPOSED,), by=by, limit=limit)


def follow_up_row(tx: Connection, follow_up_id: int, *, by: Actor) -> FollowUpRow | None:
    """One of the user's, whatever became of it."""
    conditions = [FollowUp.id == follow_up_id, FollowUp.user_id == by.user_id, FollowUp.state != WITHDRAWN]
    return next(iter(_read(tx, conditions, by, 1)), None)


def follow_up_called(tx: Connection, name: str, *, by: Actor) -> FollowUpRow:
    """The one that is meant by its uid, the beginning or end of it, or by words of it, or of its record or customer.
    Raises NotFound, Ambiguous."""
    wanted = " ".join(name.split()).casefold()
    rows = follow_ups(tx, STANDING, by=by)
    found = [row for row in rows if len(wanted) >= _TELLING and row.uid.startswith(wanted)]
    found = found or [row for row in rows if len(wanted) >= _TELLING and row.uid.endswith(wanted)]
    found = found or [row for row in rows if wanted and wanted in _words(row)]
    if not found:
        raise NotFound(f"none of your follow-ups is called {name}")
    if len(found) > 1:
        raise Ambiguous(f"{len(found)} of your follow-ups are called {name}; give the uid that the list shows.")
    return found[0]


def _words(row: FollowUpRow) -> str:
    named = (row.text, row.sentence, *(f"{one.number} {one.title}" for one in (row.record, row.customer) if one))
    return " ".join((*named, row.ground.subject if row.ground else "")).casefold()


def _read(
    tx: Connection, conditions: Collection[ColumnElement[bool] | TextClause], by: Actor, limit: int
) -> tuple[FollowUpRow, ...]:
    comes_at = func.coalesce(FollowUp.snoozed_until, FollowUp.due_at)
    columns = FollowUp.__table__.c
    query = select(*columns, comes_at.label("comes_at")).where(*conditions).order_by(comes_at, FollowUp.id).limit(limit)
    rows = tx.execute(query).all()
    known = refs(tx, {key for row in rows for key in (row.record_id, row.customer_id)} - {None}, by=by)
    grounds = _grounds(tx, {row.activity_id for row in rows} - {None}, by)
    return tuple(_row(row, known, grounds) for row in rows)


def _row(row: Any, known: Mapping[int, RecordRef], grounds: Mapping[int, Ground]) -> FollowUpRow:
    is_seen = row.activity_id is None or row.activity_id in grounds
    is_told = is_seen or row.kind == Kind.REMINDER
    return FollowUpRow(
        row.id,
        row.uid,
        Kind(row.kind),
        row.text if is_told else "",
        row.sentence if is_seen else "",
        row.facts if is_told else row.facts | {name: _UNSEEN for name in ("subject", "title") if name in row.facts},
        row.state,
        datetime.fromisoformat(row.due_wall),
        row.zone,
        row.comes_at,
        row.snoozed_until is not None,
        row.recurrence,
        row.brought_on,
        row.closed_why,
        row.made_by,
        row.made_at,
        known.get(row.record_id),
        known.get(row.customer_id),
        grounds.get(row.activity_id),
    )


def _grounds(tx: Connection, activity_ids: Collection[int], by: Actor) -> dict[int, Ground]:
    found: dict[int, Ground] = {}
    for portion in chunked(activity_ids):
        columns = (Activity.id, Activity.uid, Activity.kind, Activity.subject, Activity.who, Activity.occurred_at)
        seen = select(*columns).where(Activity.id.in_(portion), Activity.deleted_at.is_(None), sees_activity(by))
        found |= {row.id: Ground(*row) for row in tx.execute(seen)}
    return found
