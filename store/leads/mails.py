"""A lead is contacted when one of us writes to them, or calls them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, select

from store.actor import SYSTEM
from store.chunks import chunked
from store.history.ledger import Change, record_operation
from store.leads.lifecycle import CONTACTED, NEW
from store.queries.paging import AnySelect
from store.records.state import read_states, write_state
from store.schema.activities import Activity, ActivityParty
from store.schema.ledger import Operation, OperationChange
from store.schema.links import Link
from store.schema.mail import Email
from store.schema.records import Lead, Record, RecordAddress
from store.triage.acknowledged import is_acknowledgement

_ACT = "contact_lead"
_ADDRESSED = ("to", "cc", "bcc")
_SHOWN = 80  # characters of a subject


def follow_links(tx: Connection, activity_ids: Collection[int], *, now: datetime) -> None:
    """New leads to whom one of these mails of ours was written, or calls made, are contacted from now on.

    It is said once of a lead: who sets it back to new means it.
    """
    found: dict[str, str] = {}
    for portion in chunked(activity_ids):
        wanted = (Link.activity_id.in_(portion), Lead.status == NEW)
        for row in (*tx.execute(_written(*wanted)), *tx.execute(_called(*wanted, Activity.occurred_at <= now))):
            found.setdefault(row.uid, "" if row.private else f" with “{row.subject[:_SHOWN]}”")
    for uid in _never_said(tx, found):
        _contacted(tx, uid, found[uid], now)


def was_contacted(tx: Connection, lead_id: int) -> bool:
    """Whether one of us ever wrote to the lead, or called."""
    ways = (_written(Link.record_id == lead_id), _called(Link.record_id == lead_id))
    return any(tx.execute(way.limit(1)).first() is not None for way in ways)


def _written(*wanted: ColumnElement[bool]) -> AnySelect:
    """Mails that people of ours wrote to leads."""
    is_theirs = exists().where(
        ActivityParty.activity_id == Activity.id,
        ActivityParty.role.in_(_ADDRESSED),
        RecordAddress.record_id == Lead.id,
        RecordAddress.email == ActivityParty.email,
    )
    by_person = and_(Email.noise == "", ~is_acknowledgement(Activity.id))
    written = _linked(*wanted, Activity.direction == "out").join(Email, Email.id == Activity.id)
    return written.where(by_person, is_theirs)


def _called(*wanted: ColumnElement[bool]) -> AnySelect:
    """Calls that people of ours made to leads."""
    return _linked(*wanted, Activity.kind == "phone_call", Activity.direction != "in")


def _linked(*wanted: ColumnElement[bool]) -> AnySelect:
    return (
        select(Record.uid, Activity.subject, Activity.private)
        .join_from(Link, Activity, Activity.id == Link.activity_id)
        .join(Lead, Lead.id == Link.record_id)
        .join(Record, Record.id == Lead.id)
        .where(*wanted, Link.state == "linked", Activity.deleted_at.is_(None), Record.deleted_at.is_(None))
        .order_by(Activity.occurred_at, Activity.id)
    )


def _never_said(tx: Connection, uids: Collection[str]) -> list[str]:
    said = (
        select(OperationChange.uid)
        .join(Operation, Operation.id == OperationChange.operation_id)
        .where(Operation.name == _ACT)
    )
    before = {
        uid for portion in chunked(uids) for uid in tx.execute(said.where(OperationChange.uid.in_(portion))).scalars()
    }
    return [uid for uid in uids if uid not in before]


def _contacted(tx: Connection, uid: str, how: str, now: datetime) -> None:
    stored = read_states(tx, [uid])[uid]
    write_state(tx, stored, {"status": CONTACTED}, now=now)
    summary = f"Lead {stored.number} {stored.state['title']} was contacted{how}"
    change = Change("record", uid, {"status": stored.state.get("status")}, {"status": CONTACTED})
    record_operation(tx, _ACT, summary, [change], by=SYSTEM, now=now)
