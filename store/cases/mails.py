"""What mails and calls about cases do to them: a customer wrote, one of us answered, and whether an answer awaits being
acted on.

A fact about links, kept in step with them: an event counts for as long as its mail or call is linked to the case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select, update
from sqlalchemy.orm import aliased

from store.actor import SYSTEM
from store.cases.clocks import refresh_clocks
from store.cases.customers import written_to_customers
from store.cases.events import add_events, count_events, event_row
from store.cases.following import Fresh
from store.cases.lifecycle import WAITING
from store.chunks import chunked
from store.queries.paging import AnyRow, AnySelect
from store.records.fields import CASE_CLOSED
from store.schema.activities import Activity
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Case, Record
from store.schema.service import CaseEvent
from store.triage.acknowledged import is_acknowledgement

CUSTOMER_MAIL, OUR_MAIL, OUR_CALL = "customer_mail", "our_mail", "our_call"
#: A customer's mail about a case that is closed or waits for them; the value says what it did, at first PENDING.
ANSWER, PENDING = "answer", "pending"

#: Older mail is found later, as when a mailbox is connected; it is no answer that somebody waits for now.
LATEST = timedelta(days=14)
#: What may suggest a closed case so surely that a mail is an answer about it: what was compared letter by letter.
SURE = ("number", "token", "sent", "thread")

_WORK = ("case", "opportunity", "lead")


def follow_links(tx: Connection, activity_ids: Collection[int], *, now: datetime) -> None:
    """Keep what is known of the mails of cases equal to what these activities are linked to, and clocks with it."""
    touched: set[int] = set()
    for portion in chunked(activity_ids):
        touched |= _follow(tx, portion, now)
        _await(tx, _answers(tx, portion, now))
    refresh_clocks(tx, touched, now=now)


def follow_cases_mails(tx: Connection, record_ids: Collection[int], *, now: datetime) -> None:
    """Keep what is known of the mails of these cases equal to what is linked to them. None of these mails has to be
    acted on: they lie there for long."""
    if not record_ids:
        return
    found: set[int] = set()
    for portion in chunked(record_ids):
        linked = (Link.record_id.in_(portion), Link.state == "linked")
        found.update(tx.execute(select(Link.activity_id).where(*linked)).scalars())
    touched = {record_id for portion in chunked(sorted(found)) for record_id in _follow(tx, portion, now)}
    refresh_clocks(tx, touched, now=now)


def _follow(tx: Connection, activity_ids: Collection[int], now: datetime) -> set[int]:
    """Returns the cases whose clocks that moves: those that we answered, or did not answer after all."""
    mails = tx.execute(_linked_mails(activity_ids)).all()
    wanted = {(row.activity_id, row.record_id): (row.direction, row.occurred_at) for row in mails}
    theirs = {key: (CUSTOMER_MAIL, at) for key, (direction, at) in wanted.items() if direction == "in"}
    ours = {key: (OUR_MAIL, at) for key, (direction, at) in wanted.items() if direction == "out"}
    answered = written_to_customers(tx, ours)
    calls = tx.execute(_linked_calls(activity_ids, now)).all()
    called = {(row.activity_id, row.record_id): (OUR_CALL, row.occurred_at) for row in calls}
    return _keep(tx, activity_ids, theirs | {key: ours[key] for key in answered} | called)


def _linked_mails(activity_ids: Collection[int]) -> AnySelect:
    """The mails that people wrote among these, with the cases they are linked to."""
    return (
        select(Link.activity_id, Link.record_id, Activity.direction, Activity.occurred_at)
        .join(Activity, Activity.id == Link.activity_id)
        .join(Email, Email.id == Activity.id)
        .join(Case, Case.id == Link.record_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "linked", Activity.direction.in_(("in", "out")))
        .where(Activity.deleted_at.is_(None), Email.noise == "", ~is_acknowledgement(Activity.id))
    )


def _linked_calls(activity_ids: Collection[int], now: datetime) -> AnySelect:
    """The calls among these that one of us made, with the cases they are linked to."""
    return (
        select(Link.activity_id, Link.record_id, Activity.occurred_at)
        .join(Activity, Activity.id == Link.activity_id)
        .join(Case, Case.id == Link.record_id)
        .where(Link.activity_id.in_(activity_ids), Link.state == "linked", Activity.deleted_at.is_(None))
        .where(Activity.kind == "phone_call", Activity.direction != "in", Activity.occurred_at <= now)
    )


def _keep(
    tx: Connection, activity_ids: Collection[int], wanted: dict[tuple[int, int], tuple[str, datetime]]
) -> set[int]:
    """Let the events of these mails and calls be the wanted ones, by activity and case; returns the cases for which any
    of ours changed: customers' mails move no clock."""
    columns = (CaseEvent.id, CaseEvent.activity_id, CaseEvent.record_id, CaseEvent.kind, CaseEvent.counts, CaseEvent.at)
    own = (CaseEvent.activity_id.in_(activity_ids), CaseEvent.kind.in_((CUSTOMER_MAIL, OUR_MAIL, OUR_CALL)))
    kept = {(row.activity_id, row.record_id): row for row in tx.execute(select(*columns).where(*own))}
    gone = [row for key, row in kept.items() if row.counts and key not in wanted]
    back = [row for key, row in kept.items() if not row.counts and key in wanted]
    fresh = [key for key in wanted if key not in kept]
    count_events(tx, [row.id for row in gone], counts=False)
    count_events(tx, [row.id for row in back], counts=True)
    add_events(tx, [_row(key, *wanted[key]) for key in fresh])
    later = [row for key, row in kept.items() if row.kind == OUR_CALL and key in wanted and row.at != wanted[key][1]]
    for row in later:
        at = wanted[row.activity_id, row.record_id][1]
        tx.execute(update(CaseEvent).where(CaseEvent.id == row.id).values(at=at))
    moved = {row.record_id for row in (*gone, *back, *later) if row.kind != CUSTOMER_MAIL}
    return moved | {record_id for key in fresh if wanted[key][0] != CUSTOMER_MAIL for record_id in key[1:]}


def _row(key: tuple[int, int], kind: str, at: datetime) -> dict[str, Any]:
    activity_id, record_id = key
    return event_row(record_id, Fresh(at, kind, ""), SYSTEM, activity_id=activity_id)


def _await(tx: Connection, answers: Sequence[AnyRow]) -> None:
    """Note that these answers have to be acted on, each once for its case."""
    keys = {(row.activity_id, row.record_id): row.occurred_at for row in answers}
    if not keys:
        return
    own = (CaseEvent.kind == ANSWER, CaseEvent.activity_id.in_([activity_id for activity_id, _ in keys]))
    known = {tuple(row) for row in tx.execute(select(CaseEvent.activity_id, CaseEvent.record_id).where(*own))}
    add_events(
        tx,
        [
            event_row(record_id, Fresh(at, ANSWER, PENDING), SYSTEM, activity_id=activity_id)
            for (activity_id, record_id), at in keys.items()
            if (activity_id, record_id) not in known
        ],
    )


def _answers(tx: Connection, activity_ids: Collection[int], now: datetime) -> list[AnyRow]:
    """Those of these mails that customers wrote lately about a case that is closed or waits for them.

    It is the case that they are linked to first of all, or, where they are linked to no work, the closed one that is
    suggested first and surely: what was closed for long is only ever suggested.
    """
    found: dict[int, AnyRow] = {}
    for row in tx.execute(_about(activity_ids, now)):
        if row.activity_id not in found and (row.state == "linked" or _is_sure(row.evidence)):
            found[row.activity_id] = row
    return list(found.values())


def _about(activity_ids: Collection[int], now: datetime) -> AnySelect:
    at_work = _linked_to_work()
    return (
        select(Link.activity_id, Link.record_id, Link.state, Link.evidence, Activity.occurred_at)
        .join(Activity, Activity.id == Link.activity_id)
        .join(Email, Email.id == Activity.id)
        .join(Case, Case.id == Link.record_id)
        .join(Record, Record.id == Case.id)
        .where(Link.activity_id.in_(activity_ids), Activity.direction == "in", Activity.occurred_at > now - LATEST)
        .where(Activity.deleted_at.is_(None), Activity.private.is_(False), Email.noise == "")
        .where(Record.deleted_at.is_(None))
        .where(
            or_(
                and_(Link.state == "linked", Link.is_primary.is_(True), _stands_still()),
                and_(Link.state == "suggested", Case.status.in_(CASE_CLOSED), ~at_work),
            )
        )
        .order_by(Link.state, Link.score.desc(), Link.id)
    )


def _linked_to_work() -> ColumnElement[bool]:
    other, record = aliased(Link), aliased(Record)
    return exists().where(
        other.activity_id == Link.activity_id,
        other.state == "linked",
        record.id == other.record_id,
        record.kind.in_(_WORK),
        record.deleted_at.is_(None),
    )


def _stands_still() -> ColumnElement[bool]:
    return or_(Case.status.in_(CASE_CLOSED), Case.status == WAITING)


def _is_sure(evidence: Sequence[Mapping[str, Any]]) -> bool:
    return any(entry.get("rule") in SURE for entry in evidence)
