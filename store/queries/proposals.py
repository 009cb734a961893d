"""What signatures say that the records do not: people to make contacts or leads of, and changed details."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, literal_column, or_, select

from store.access import sees_activity, sees_record
from store.actor import Actor
from store.errors import NotFound
from store.queries.paging import AnyRow, AnySelect, Count, Order, Page, Window, counted, cut, windowed
from store.queries.refs import REF_COLUMNS, RecordRef
from store.records.fields import fields_of
from store.schema.activities import Activity, ActivityParty
from store.schema.proposals import Proposal
from store.schema.records import Record, RecordAddress

_NEWEST_FIRST = Order((Proposal.id,), descending=True)
# Literally as in the partial index, which is not used for a parameter.
_OPEN = Proposal.state == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class ProposedField:
    """`name` is the record's field, `before` its value now ('' for empty), `quote` the words that `value` stands in."""

    name: str
    label: str
    value: str
    before: str
    quote: str


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """Something proposed. `kind` is person or change.

    `makes` is the kind of record that a person becomes (contact or lead, '' for a change), `title` their name or that
    of the record which changes, `email` the sender's address, `account` where a contact would belong. `moved` of a
    change says that the signature names another company, so that the person may have changed employers. The mail that
    says so is `activity_id`, with `subject` and `occurred_at`.
    """

    proposal_id: int
    uid: str
    kind: str
    makes: str
    title: str
    email: str
    record: RecordRef | None
    account: RecordRef | None
    moved: bool
    fields: tuple[ProposedField, ...]
    activity_id: int
    activity_uid: str
    subject: str
    occurred_at: datetime
    found_at: datetime


def open_proposals(
    tx: Connection,
    *,
    by: Actor,
    kind: str | None = None,
    record_id: int | None = None,
    after: ProposalRow | None = None,
    before: ProposalRow | None = None,
    from_end: bool = False,
    limit: int = 50,
) -> Page[ProposalRow]:
    """What waits for a decision of `by`, of one kind or about one record, the newest first."""
    window = Window(_position(after), _position(before), from_end, limit)
    statement = _proposals(by)
    if kind is not None:
        statement = statement.where(Proposal.kind == kind)
    if record_id is not None:
        statement = statement.where(Proposal.record_id == record_id)
    page = cut(tx.execute(windowed(statement, _NEWEST_FIRST, window)).all(), window)
    return Page(_rows(tx, page.rows, by), page.more)


def count_proposals(tx: Connection, *, by: Actor) -> Count:
    """How many proposals wait for a decision of `by`."""
    return counted(tx, _proposals(by))


def proposals_for_activity(tx: Connection, activity_id: int, *, by: Actor) -> tuple[ProposalRow, ...]:
    """What is proposed about the sender of this mail, whichever of their mails said it."""
    senders = select(ActivityParty.email).where(ActivityParty.activity_id == activity_id, ActivityParty.role == "from")
    known = select(RecordAddress.record_id).where(RecordAddress.email.in_(senders))
    person = and_(Proposal.kind == "person", Proposal.subject.in_(senders))
    change = and_(Proposal.kind == "change", Proposal.record_id.in_(known))
    statement = _proposals(by).where(or_(Proposal.activity_id == activity_id, person, change))
    return _rows(tx, tx.execute(statement.order_by(Proposal.id.desc())).all(), by)


def find_proposal(tx: Connection, uid: str, *, by: Actor) -> ProposalRow:
    """The open proposal with this uid. Raises NotFound."""
    rows = _rows(tx, tx.execute(_proposals(by).where(Proposal.uid == uid)).all(), by)
    if not rows:
        raise NotFound("no such open proposal")
    return rows[0]


def _proposals(by: Actor) -> AnySelect:
    """Seen by those who see the mail that says it and, of a change, the record."""
    record = and_(Record.deleted_at.is_(None), sees_record(by))
    return (
        select(
            Proposal.id,
            Proposal.uid,
            Proposal.kind,
            Proposal.subject.label("about"),
            Proposal.fields,
            Proposal.found_at,
            Activity.id.label("activity_id"),
            Activity.uid.label("activity_uid"),
            Activity.subject,
            Activity.occurred_at,
            *(column.label(f"record_{column.key}") for column in REF_COLUMNS),
        )
        .join(Activity, Activity.id == Proposal.activity_id)
        .outerjoin(Record, Record.id == Proposal.record_id)
        .where(
            _OPEN,
            Activity.deleted_at.is_(None),
            sees_activity(by),
            or_(Proposal.record_id.is_(None), record),
        )
    )


def _rows(tx: Connection, rows: Sequence[AnyRow], by: Actor) -> tuple[ProposalRow, ...]:
    uids = {each["ref"] for row in rows for each in row.fields if each.get("ref")}
    found = tx.execute(
        select(*REF_COLUMNS).where(Record.uid.in_(sorted(uids)), Record.deleted_at.is_(None), sees_record(by))
    )
    accounts = {row.uid: RecordRef(*row) for row in found}
    senders = _senders(tx, [row.activity_id for row in rows])
    return tuple(_row(row, accounts, senders) for row in rows)


def _senders(tx: Connection, activity_ids: Sequence[int]) -> dict[int, str]:
    rows = tx.execute(
        select(ActivityParty.activity_id, ActivityParty.email).where(
            ActivityParty.activity_id.in_(activity_ids), ActivityParty.role == "from", ActivityParty.position == 0
        )
    )
    return {row.activity_id: row.email for row in rows}


def _row(row: AnyRow, accounts: Mapping[str, RecordRef], senders: Mapping[int, str]) -> ProposalRow:
    is_change = row.kind == "change"
    account = next((accounts[each["ref"]] for each in row.fields if each.get("ref") in accounts), None)
    makes = "" if is_change else "contact" if account else "lead"
    fields = fields_of(row.record_kind if is_change else makes)
    proposed = tuple(
        ProposedField(name, fields[name].label, each["value"], each.get("before", ""), each["quote"])
        for each in row.fields
        if (name := each["field"]) in fields
    )
    record = None
    if is_change:
        record = RecordRef(row.record_id, row.record_uid, row.record_kind, row.record_number, row.record_title)
    named = next((each.value for each in proposed if each.name == "title"), "")
    return ProposalRow(
        proposal_id=row.id,
        uid=row.uid,
        kind=row.kind,
        makes=makes,
        title=record.title if record else named or row.about,
        email=senders.get(row.activity_id, ""),
        record=record,
        account=account,
        moved=any(each.name in ("account", "company") for each in proposed) and is_change,
        fields=proposed,
        activity_id=row.activity_id,
        activity_uid=row.activity_uid,
        subject=row.subject,
        occurred_at=row.occurred_at,
        found_at=row.found_at,
    )


def _position(row: ProposalRow | None) -> tuple[Any, ...] | None:
    return None if row is None else (row.proposal_id,)
