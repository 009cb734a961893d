"""What people decide about mails that wait: handled, not relevant, later, not yet, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from store.access import sees_activity
from store.actor import Actor
from store.chunks import chunked
from store.errors import Invalid, NotFound
from store.history.ledger import record_operation
from store.schema.activities import Activity
from store.schema.people import User
from store.schema.service import Queue
from store.schema.triage import Triage
from store.triage.rows import begin, changed, triage_states
from store.triage.standing import State

#: For how long a mail can be put off.
LONGEST = timedelta(days=366)

_TOLD = {
    State.HANDLED: "Handled",
    State.IGNORED: "Not relevant",
    State.UNDECIDED: "To be decided",
    State.SNOOZED: "Later",
}


def decide_mails(
    tx: Connection,
    activity_ids: Sequence[int],
    state: State,
    *,
    until: datetime | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """These mails are handled, ignored, undecided again, or snoozed until then; returns the operation's uid.

    Their links stay as they are. Raises NotFound, and Invalid for an instant that has passed or is years away.
    """
    if (state is State.SNOOZED) != (until is not None):
        raise Invalid("Say until when to put it off." if until is None else "Only what is put off has a time.")
    if until is not None and until <= now:
        raise Invalid("That time has passed; put it off until later.")
    if until is not None and until > now + LONGEST:
        raise Invalid("That is more than a year away; choose an earlier time.")
    told = f"{_TOLD[state]} at {until:%Y-%m-%d %H:%M} UTC" if until else _TOLD[state]
    values = {"state": state.value, "until": until, "decided_at": now, "rule_id": None}
    return _act(tx, activity_ids, values, "decide_mail", told, by=by, now=now)


def decided_since(tx: Connection, activity_ids: Sequence[int], since: datetime) -> int | None:
    """The first of these mails about which somebody decided after this instant."""
    for portion in chunked(activity_ids):
        wanted = (Triage.activity_id.in_(portion), Triage.decided_at > since)
        found = tx.execute(select(Triage.activity_id).where(*wanted).order_by(Triage.activity_id).limit(1)).scalar()
        if found is not None:
            return found
    return None


def give_mails(
    tx: Connection,
    activity_ids: Sequence[int],
    *,
    queue_id: int | None = None,
    user_id: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """These mails wait in this queue, or for this person to decide, or both; returns the operation's uid. What is not
    named stays. Raises NotFound, and Invalid where neither is named."""
    values: dict[str, Any] = {}
    named: list[str] = []
    if queue_id is not None:
        values["queue_id"] = queue_id
        named.append(_name(tx, Queue.name, Queue.id == queue_id, Queue.deleted_at.is_(None), sort="queue"))
    if user_id is not None:
        values["user_id"] = user_id
        named.append(_name(tx, User.name, User.id == user_id, User.active.is_(True), sort="user"))
    if not values:
        raise Invalid("Name a queue or a person.")
    return _act(tx, activity_ids, values, "give_mail", f"Given to {' and '.join(named)}", by=by, now=now)


def _act(
    tx: Connection,
    activity_ids: Sequence[int],
    values: dict[str, Any],
    name: str,
    told: str,
    *,
    by: Actor,
    now: datetime,
) -> str:
    subjects = _subjects(tx, activity_ids, by)
    before = triage_states(tx, activity_ids)
    begin(tx, activity_ids)
    for portion in chunked(activity_ids):
        tx.execute(update(Triage).where(Triage.activity_id.in_(portion)).values(values))
    changes = changed(before, triage_states(tx, activity_ids))
    what = f"“{subjects[0]}”" if len(subjects) == 1 else f"{len(subjects)} mails"
    return record_operation(tx, name, f"{told}: {what}", changes, by=by, now=now)


def _subjects(tx: Connection, activity_ids: Sequence[int], by: Actor) -> list[str]:
    """The subjects, shortened, of mails that they may decide about. Raises NotFound."""
    found: list[str] = []
    for portion in chunked(activity_ids):
        seen = (Activity.id.in_(portion), Activity.kind == "email", Activity.deleted_at.is_(None), sees_activity(by))
        found += tx.execute(select(Activity.subject).where(*seen)).scalars()
    if not found or len(found) < len(set(activity_ids)):
        raise NotFound("no such mail")
    return [subject[:80] for subject in found]


def _name(tx: Connection, column: Any, *which: Any, sort: str) -> str:
    name = tx.execute(select(column).where(*which)).scalar()
    if name is None:
        raise NotFound(f"no such {sort}")
    return str(name)
