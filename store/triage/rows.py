"""Rows of triage as the ledger keeps them, under the uid of their mail: queue, person and rule by uid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, case, select, update

from store.chunks import chunked
from store.history.ledger import Change
from store.schema.activities import Activity
from store.schema.people import User
from store.schema.service import Queue
from store.schema.triage import Rule, Triage
from store.triage.standing import State
from store.upsert import upsert

States = Mapping[str, Mapping[str, Any]]


def triage_states(tx: Connection, activity_ids: Collection[int]) -> dict[str, dict[str, Any]]:
    """What stands about these mails, by uid; those that never waited are left out."""
    found: dict[str, dict[str, Any]] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(
                Activity.uid,
                Triage.state,
                Triage.until,
                Queue.uid.label("queue"),
                User.uid.label("user"),
                Rule.uid.label("rule"),
                Triage.decided_at,
            )
            .join(Activity, Activity.id == Triage.activity_id)
            .outerjoin(Queue, Queue.id == Triage.queue_id)
            .outerjoin(User, User.id == Triage.user_id)
            .outerjoin(Rule, Rule.id == Triage.rule_id)
            .where(Triage.activity_id.in_(portion))
        )
        for row in rows.mappings():
            state = {**row, "until": _written(row["until"]), "decided_at": _written(row["decided_at"])}
            found[state.pop("uid")] = state
    return found


def changed(before: States, after: States) -> list[Change]:
    """What became of these mails, an edit holding the fields that differ only."""
    found: list[Change] = []
    for uid in dict.fromkeys([*before, *after]):
        was, now = before.get(uid), after.get(uid)
        if was is None or now is None:
            found.append(Change("triage", uid, was, now))
        elif names := [name for name in now if was[name] != now[name]]:
            found.append(
                Change("triage", uid, {name: was[name] for name in names}, {name: now[name] for name in names})
            )
    return [change for change in found if change.before is not None or change.after is not None]


def set_states(
    tx: Connection, states: Mapping[int, State], *, decided_at: datetime | None, rule_id: int | None
) -> None:
    """Bring mails that have a row to these states."""
    for portion in chunked(states):
        chosen = case({key: states[key].value for key in portion}, value=Triage.activity_id)
        values = {"state": chosen, "until": None, "decided_at": decided_at, "rule_id": rule_id}
        tx.execute(update(Triage).where(Triage.activity_id.in_(portion)).values(values))


def set_place(tx: Connection, activity_id: int, queue_id: int | None, user_id: int | None) -> None:
    """Let a mail wait in this queue, for this person; None leaves it where it is."""
    values = {"queue_id": queue_id, "user_id": user_id}
    wanted = {name: value for name, value in values.items() if value is not None}
    if wanted:
        tx.execute(update(Triage).where(Triage.activity_id == activity_id).values(wanted))


def claim(tx: Connection, activity_id: int) -> bool:
    """Take a mail that waits for rules; False where another process did so, or a person decided."""
    own = (Triage.activity_id == activity_id, Triage.state == State.PENDING.value)
    return bool(tx.execute(update(Triage).where(*own).values(state=State.UNDECIDED.value)).rowcount)


def begin(tx: Connection, activity_ids: Collection[int]) -> None:
    """Give mails a row that have none: they wait for a person."""
    for portion in chunked(activity_ids):
        mails = tx.execute(select(Activity.id, Activity.occurred_at).where(Activity.id.in_(portion))).all()
        rows = [
            {"activity_id": mail.id, "occurred_at": mail.occurred_at, "state": State.UNDECIDED.value} for mail in mails
        ]
        if rows:
            tx.execute(upsert(tx, Triage).on_conflict_do_nothing(), rows)


def _written(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
