"""Which mails wait until rules have looked at them: a fact in the store, so that a killed process loses nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, literal_column, select, update

from store.chunks import chunked
from store.schema.activities import Activity
from store.schema.mail import Email
from store.schema.triage import Triage
from store.triage.standing import State

# Literally as in the partial indexes, which are not used for a parameter.
_PENDING = Triage.state == literal_column("'pending'")
_SNOOZED = Triage.state == literal_column("'snoozed'")


def pending_mails(tx: Connection, *, limit: int) -> list[int]:
    """Mails that rules have not looked at and that the calendar and linking have, the oldest first."""
    linked = select(Triage.activity_id).join(Activity, Activity.id == Triage.activity_id)
    ready = linked.join(Email, Email.id == Triage.activity_id).where(Email.calendar_state != "pending")
    waiting = ready.where(_PENDING, Activity.link_state != "pending")
    return list(tx.execute(waiting.order_by(Triage.occurred_at, Triage.activity_id).limit(limit)).scalars())


def any_due(tx: Connection, *, now: datetime) -> bool:
    """Whether something that was put off waits again from now on."""
    return tx.execute(select(Triage.activity_id).where(*_due(now)).limit(1)).first() is not None


def wake_mails(tx: Connection, *, now: datetime) -> int:
    """What was put off until now waits again; returns how many."""
    return tx.execute(update(Triage).where(*_due(now)).values(state=State.UNDECIDED.value, until=None)).rowcount


def leave_to_people(tx: Connection, activity_ids: Collection[int]) -> None:
    """Let a person decide about mails that rules cannot look at."""
    for portion in chunked(activity_ids):
        pending = (Triage.activity_id.in_(portion), Triage.state == State.PENDING.value)
        tx.execute(update(Triage).where(*pending).values(state=State.UNDECIDED.value))


def wait_again(tx: Connection, activity_ids: Collection[int]) -> None:
    """Let rules look once more at mails about which nobody decided."""
    for portion in chunked(activity_ids):
        own = (Triage.activity_id.in_(portion), Triage.state == State.UNDECIDED.value, Triage.decided_at.is_(None))
        tx.execute(update(Triage).where(*own).values(state=State.PENDING.value))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return _SNOOZED, Triage.until <= now
