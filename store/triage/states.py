"""Triage follows what mails are linked to, by people and by linking.

A mail without a row never waited. `decided_at` says that a person or a rule decided; without it, the state follows from
what the mail is linked to, and goes on following it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from store.chunks import chunked
from store.history.ledger import Change
from store.leads.lifecycle import OPEN
from store.queries.paging import AnyRow
from store.schema.activities import Activity
from store.schema.links import Link, LinkRefusal
from store.schema.mail import Email
from store.schema.records import Lead, Opportunity, Record
from store.schema.triage import Triage
from store.triage.booked_times import wanting_another_time
from store.triage.rows import changed, set_states, triage_states
from store.triage.standing import Seen, State, Tie, after_people, by_itself

_REFUSED = ("message", "thread")  # scopes of refusals, under the uid of the mail (store.linking.refused_mail)
_NOT_SETTLED = (State.PENDING.value, State.SNOOZED.value)


def settle(
    tx: Connection, activity_ids: Collection[int], *, taken_off: Collection[str] = (), now: datetime
) -> list[Change]:
    """Let triage follow what people did to the links of these activities: what they linked is handled, what they said
    is about nothing is ignored, what they took a link off (`taken_off`, by uid) waits again. Returns what changed, for
    the ledger."""
    if not (rows := _rows(tx, activity_ids)):
        return []
    keys = [row.activity_id for row in rows]
    before, seen = triage_states(tx, keys), _seen(tx, rows, taken_off)
    states = {
        row.activity_id: after_people(State(row.state), seen[row.activity_id], was_decided=row.decided_at is not None)
        for row in rows
    }
    set_states(tx, _moved(rows, states), decided_at=now, rule_id=None)
    return changed(before, triage_states(tx, keys))


def settle_by_itself(tx: Connection, activity_ids: Collection[int]) -> None:
    """Let triage follow what linking decided about these activities, where neither a person nor a rule did. What rules
    have not looked at yet goes on waiting for them."""
    following = (Triage.decided_at.is_(None), Triage.state.not_in(_NOT_SETTLED))
    decide_by_itself(tx, _rows(tx, activity_ids, *following))


def decide_by_itself(tx: Connection, rows: Collection[AnyRow]) -> dict[int, State]:
    """Bring these to what follows from what they are linked to; returns their states."""
    seen = _seen(tx, rows, ())
    states = {row.activity_id: by_itself(seen[row.activity_id]) for row in rows}
    set_states(tx, _moved(rows, states), decided_at=None, rule_id=None)
    return states


def pending_rows(tx: Connection, activity_ids: Collection[int]) -> list[AnyRow]:
    """Those of these mails that nobody, and no rule, has looked at yet."""
    return _rows(tx, activity_ids, Triage.state == State.PENDING.value)


def _moved(rows: Collection[AnyRow], states: Mapping[int, State]) -> dict[int, State]:
    return {row.activity_id: states[row.activity_id] for row in rows if row.state != states[row.activity_id]}


def _rows(tx: Connection, activity_ids: Collection[int], *which: ColumnElement[bool]) -> list[AnyRow]:
    columns = (
        Triage.activity_id,
        Triage.state,
        Triage.queue_id,
        Triage.decided_at,
        Activity.uid,
        Email.noise,
        Email.calendar_state,
    )
    found: list[AnyRow] = []
    for portion in chunked(activity_ids):
        found += tx.execute(
            select(*columns)
            .join(Activity, Activity.id == Triage.activity_id)
            .join(Email, Email.id == Triage.activity_id)
            .where(Triage.activity_id.in_(portion), *which)
        ).all()
    return found


def _seen(tx: Connection, rows: Collection[AnyRow], taken_off: Collection[str]) -> dict[int, Seen]:
    ties = _ties(tx, [row.activity_id for row in rows])
    refused = _refused(tx, [row.uid for row in rows])
    another_time = wanting_another_time(tx, [row.activity_id for row in rows])
    return {
        row.activity_id: Seen(
            noise=row.noise != "",
            meeting=row.calendar_state == "done",
            queued=row.queue_id is not None,
            refused=row.uid in refused,
            taken_off=row.uid in taken_off,
            another_time=row.activity_id in another_time,
            ties=tuple(ties.get(row.activity_id, ())),
        )
        for row in rows
    }


def _ties(tx: Connection, activity_ids: Collection[int]) -> dict[int, list[Tie]]:
    found: dict[int, list[Tie]] = {}
    for portion in chunked(activity_ids):
        rows = tx.execute(
            select(Link.activity_id, Link.decided_by, _is_work().label("is_work"))
            .join(Record, Record.id == Link.record_id)
            .where(Link.activity_id.in_(portion), Link.state == "linked", Record.deleted_at.is_(None))
        )
        for row in rows:
            found.setdefault(row.activity_id, []).append(Tie(bool(row.is_work), row.decided_by == "user"))
    return found


def _is_work() -> ColumnElement[bool]:
    def is_one(kind: str, table: Any, *wanted: ColumnElement[bool]) -> ColumnElement[bool]:
        return and_(Record.kind == kind, exists().where(table.id == Record.id, *wanted))

    return or_(
        Record.kind == "case",  # what a mail does to a closed one is decided there (store.cases.mails)
        is_one("opportunity", Opportunity, Opportunity.status == "open"),
        is_one("lead", Lead, Lead.status.in_(OPEN)),
    )


def _refused(tx: Connection, uids: Collection[str]) -> set[str]:
    """Those of which somebody said that they, or their threads, are about nothing."""
    found: set[str] = set()
    for portion in chunked(uids):
        said = (LinkRefusal.scope.in_(_REFUSED), LinkRefusal.record_id.is_(None))
        found.update(tx.execute(select(LinkRefusal.subject).where(LinkRefusal.subject.in_(portion), *said)).scalars())
    return found
