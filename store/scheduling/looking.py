"""Which entries of the wait list free slots have to be looked for, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update
from sqlalchemy.engine import Row

from store.actor import SYSTEM
from store.kept.keeping import change
from store.kept.sorts import read_states
from store.scheduling.sorts import SORTS, WAITING
from store.schema.ledger import Operation, OperationChange
from store.schema.records import Record
from store.schema.scheduling import TravelTime, Waiting
from store.triage.notices import tell

#: Looked for again after so long whatever happened: calendars change too, and time passes.
_ANEW = timedelta(hours=1)
#: A change says when it began, and is seen when it is done.
_LATE = timedelta(minutes=1)
_RECENT = 200  # operations among which it is looked whether any touched the schedule
_MOST = 500  # looked for at once
_SETUP = frozenset({*(sort.name for sort in SORTS if sort is not WAITING), TravelTime.__tablename__})


def due_waiting(tx: Connection, *, now: datetime) -> dict[int, dict[str, Any]]:
    """The states of all that wait, by key, the more important first; nothing while no slot can have come free since
    they were looked at."""
    waiting = (Waiting.status == "waiting", Waiting.deleted_at.is_(None), Waiting.latest > now)
    columns = select(Waiting.id, Waiting.uid, Waiting.looked_at).where(*waiting)
    rows = tx.execute(columns.order_by(Waiting.priority, Waiting.id).limit(_MOST)).all()
    looked = [row.looked_at for row in rows]
    oldest = min((at for at in looked if at is not None), default=now)
    if not rows or (None not in looked and now - oldest < _ANEW and not _changed_since(tx, oldest)):
        return {}
    stored = read_states(tx, WAITING, [row.uid for row in rows])
    return {row.id: stored[row.uid].state for row in rows}


def passed_waiting(tx: Connection, *, now: datetime) -> list[int]:
    """Those that wait and whose time is over."""
    over = (Waiting.status == "waiting", Waiting.deleted_at.is_(None), Waiting.latest <= now)
    return list(tx.execute(select(Waiting.id).where(*over).order_by(Waiting.id).limit(_MOST)).scalars())


def withdraw_passed(tx: Connection, waiting_id: int, *, now: datetime) -> None:
    """The time in which somebody could come is over: that is told, and kept as the reason."""
    row = _row(tx, waiting_id)
    if row is None or row.latest > now:
        return
    state = {"status": "withdrawn", "reason": "its time is over"}
    summary = f"Withdrew {row.name} from the wait list: its time is over"
    change(tx, WAITING, waiting_id, state, summary, by=SYSTEM, now=now)
    text = f"{row.name} waited until {row.latest:%Y-%m-%d %H:%M} UTC and was not booked: withdrawn from the wait list."
    _tell(tx, row, f"over {row.latest.isoformat()}", text, now)


def keep_slot(
    tx: Connection, waiting_id: int, looked_for: Mapping[str, Any], slot: Mapping[str, Any], said: str, *, now: datetime
) -> None:
    """The first slot that was found for an entry in this state: {"start": ..., "end": ..., "resources": [uid]}, {} for
    none. Where there was none before, it is told: `said` are its time and its resources, for people."""
    row = _row(tx, waiting_id)
    if row is None or read_states(tx, WAITING, [row.uid])[row.uid].state != looked_for:
        return
    tx.execute(update(Waiting).where(Waiting.id == waiting_id).values(looked_at=now, slot=dict(slot)))
    if slot and not row.slot:
        _tell(tx, row, f"slot {now.isoformat()}", f"A slot is free for {row.name}, who waits: {said}.", now)


def _row(tx: Connection, waiting_id: int) -> Row[Any] | None:
    """An entry that still waits."""
    columns = (Waiting.uid, Waiting.name, Waiting.latest, Waiting.slot, Waiting.account_id, Waiting.contact_id)
    waits = (Waiting.id == waiting_id, Waiting.status == "waiting", Waiting.deleted_at.is_(None))
    return tx.execute(select(*columns, Waiting.case_id).where(*waits)).one_or_none()


def _tell(tx: Connection, row: Row[Any], topic: str, text: str, now: datetime) -> None:
    """Let everybody know who may see for whom it is."""
    record_id = row.account_id or row.contact_id or row.case_id
    tell(tx, f"waiting {row.uid} {topic}", text, record_id=record_id, now=now)


def _changed_since(tx: Connection, at: datetime) -> bool:
    """Whether bookings, resources or what else slots follow from changed since then, as far as can be said at once."""
    recent = select(Operation.id, Operation.at).order_by(Operation.id.desc()).limit(_RECENT).subquery()
    newer = tx.execute(select(recent.c.id).where(recent.c.at > at - _LATE)).scalars().all()
    if len(newer) == _RECENT:
        return True
    touched = (
        select(OperationChange.id)
        .outerjoin(Record, Record.uid == OperationChange.uid)
        .where(
            OperationChange.operation_id.in_(newer),
            or_(
                OperationChange.table_name.in_(sorted(_SETUP)),
                and_(OperationChange.table_name == "record", Record.kind == "booking"),
            ),
        )
        .limit(1)
    )
    return bool(newer) and tx.execute(touched).first() is not None
