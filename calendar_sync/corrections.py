"""Making up for an act on a meeting of which others heard already: they get a correction or a cancellation."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from calendar_sync.acting import SHOWN, Act, mailed_about, stored_appointment
from calendar_sync.appointments import Acted, cancel_appointment
from calendar_sync.booking import booked_at
from calendar_sync.stored import read_event
from store.activities.appointment_state import read_appointments, set_appointment_deleted, write_appointment_state
from store.actor import Actor
from store.errors import CannotUndo, NotFound
from store.outbox.queue import RECALL
from store.schema.ledger import Operation, OperationChange


def make_up_for(
    tx: Connection, operation_uid: str, *, recall: timedelta = RECALL, by: Actor, now: datetime
) -> tuple[Acted, ...]:
    """Bring the appointments of an operation to how they were before it, and tell everybody who was told of it.

    What the operation created is cancelled. This is an act of its own, for when undo says that it was sent already.
    Raises NotFound, CannotUndo, Invalid.
    """
    rows = tx.execute(
        select(OperationChange.uid, OperationChange.before, OperationChange.after)
        .join(Operation, Operation.id == OperationChange.operation_id)
        .where(Operation.uid == operation_uid, OperationChange.table_name == "appointment")
        .order_by(OperationChange.id.desc())
    ).all()
    if not rows:
        raise NotFound("no such operation on an appointment")
    known = read_appointments(tx, [row.uid for row in rows])
    if len(known) < len({row.uid for row in rows}):
        raise CannotUndo("Some of what this changed was removed from the store for good.")
    done = []
    for row in rows:
        stored = known[row.uid]
        if row.before is None:
            if not stored.deleted:
                done.append(cancel_appointment(tx, stored.activity_id, recall=recall, by=by, now=now))
            continue
        done.append(_put_back(tx, stored.activity_id, row.before, recall=recall, by=by, now=now))
    return tuple(done)


def _put_back(
    tx: Connection, activity_id: int, before: dict[str, object], *, recall: timedelta, by: Actor, now: datetime
) -> Acted:
    stored = stored_appointment(tx, activity_id)
    if stored.deleted:
        set_appointment_deleted(tx, stored, None)
    booking = booked_at(tx, activity_id, by=by)
    current = read_event(tx, activity_id, item_id=booking.copy.item_id)
    booking.check_organizes(current)
    summary = f"Corrected appointment {current.title[:SHOWN]}"
    act = Act.begin(tx, "correct_appointment", summary, recall=recall, by=by, now=now)
    write_appointment_state(tx, stored, {**stored.state, **before})
    earlier = read_event(tx, activity_id, item_id=booking.copy.item_id)
    act.rewrite(booking, earlier)
    act.changes.clear()
    act.note(stored)
    mailed = mailed_about(None if stored.deleted else current, earlier, booking.calendar, tell=True, now=now)
    act.put(booking, f"Correction: {earlier.title[:SHOWN]}", mailed)
    act.finish()
    return Acted(activity_id, act.operation_uid, mailed, outgoing_uids=tuple(act.mailing))
