"""What people decide about proposals: accepted, maybe after an edit, or refused for ever. Undo asks again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.actor import Actor
from store.errors import Invalid
from store.history.ledger import Change, record_operation
from store.proposals.keeping import ACCEPTED, REFUSED
from store.proposals.undo import proposal_states
from store.queries.proposals import ProposalRow, find_proposal
from store.records.fields import LABELS, fields_of
from store.records.values import fitting, read_values
from store.records.writing import change_record, insert_records, visible_record
from store.schema.proposals import Proposal
from store.schema.records import Record


@dataclass(frozen=True, slots=True)
class AcceptedProposal:
    """The record that was made or changed, and the operation that undoes it."""

    record_id: int
    number: str
    operation_uid: str


def accept_proposal(
    tx: Connection,
    uid: str,
    *,
    values: Mapping[str, Any] | None = None,
    kind: str = "",
    by: Actor,
    now: datetime,
) -> AcceptedProposal:
    """Carry out what is proposed. `values` (by field name) are edits: another value, or None to leave a field as it is;
    further fields may be given as well. `kind` makes a lead or contact against what is proposed.

    Raises NotFound, and Invalid with the sentence a user reads.
    """
    row = find_proposal(tx, uid, by=by)
    if row.record is not None:
        return _change(tx, row, values or {}, by, now)
    return _make(tx, row, values or {}, kind or row.makes, by, now)


def refuse_proposal(tx: Connection, uid: str, *, by: Actor, now: datetime) -> str:
    """Not wanted, now and later; returns the operation's uid. Raises NotFound."""
    row = find_proposal(tx, uid, by=by)
    change = _decide(tx, row.uid, REFUSED, None, by, now)
    what = "Not made" if row.record is None else "Not changed"
    return record_operation(tx, "refuse_proposal", f"{what}: {row.title}", [change], by=by, now=now)


def _make(
    tx: Connection, row: ProposalRow, edits: Mapping[str, Any], kind: str, by: Actor, now: datetime
) -> AcceptedProposal:
    if kind not in ("contact", "lead"):
        raise Invalid(f"A person becomes a contact or a lead, not {kind!r}.")
    said: dict[str, Any] = dict(_stored(tx, row.uid))
    if kind == "contact":
        said["account"] = row.account.record_id if row.account else None
    else:
        said["phone"] = said.get("phone") or said.get("mobile")
        said["company"] = said.get("company") or (row.account.title if row.account else None)
    fields = fields_of(kind)
    proposed = fitting(kind, {name: value for name, value in said.items() if name in fields and value})
    state = read_values(kind, {**proposed, **edits})
    inserted, changes = insert_records(tx, kind, [state], by=by, now=now)
    one = inserted[0]
    changes = [*changes, _decide(tx, row.uid, ACCEPTED, one.uid, by, now)]
    summary = f"Created {LABELS[kind][0]} {one.number} {row.title} as proposed"
    return AcceptedProposal(
        one.record_id, one.number, record_operation(tx, "accept_proposal", summary, changes, by=by, now=now)
    )


def _change(tx: Connection, row: ProposalRow, edits: Mapping[str, Any], by: Actor, now: datetime) -> AcceptedProposal:
    assert row.record is not None
    stored = visible_record(tx, row.record.record_id, by)
    wanted: dict[str, Any] = fitting(stored.kind, {each.name: each.value for each in row.fields})
    changes: list[Change] = []
    if "account" in wanted and "account" not in edits:
        wanted["account"], changes = _employer(tx, row, wanted["account"], by, now)
    left = {name for name, value in edits.items() if value is None}
    state = read_values(stored.kind, {name: value for name, value in {**wanted, **edits}.items() if name not in left})
    change = change_record(tx, stored, state, by=by, now=now)
    changes += [change] if change else []
    changes.append(_decide(tx, row.uid, ACCEPTED, stored.uid, by, now))
    labels = ", ".join(each.label for each in row.fields)
    summary = f"Edited {LABELS[stored.kind][0]} {stored.number} {stored.state['title']} as proposed: {labels}"
    uid = record_operation(tx, "accept_proposal", summary, changes, by=by, now=now)
    return AcceptedProposal(stored.record_id, stored.number, uid)


def _employer(tx: Connection, row: ProposalRow, title: str, by: Actor, now: datetime) -> tuple[int, list[Change]]:
    """The account that somebody moved to; one that is not known yet is made."""
    if row.account is not None:
        return row.account.record_id, []
    state = read_values("account", fitting("account", {"title": title}))
    inserted, changes = insert_records(tx, "account", [state], by=by, now=now)
    return inserted[0].record_id, changes


def _stored(tx: Connection, uid: str) -> Sequence[tuple[str, str]]:
    fields = tx.execute(select(Proposal.fields).where(Proposal.uid == uid)).scalar_one()
    return [(each["field"], each["value"]) for each in fields]


def _decide(tx: Connection, uid: str, state: str, record: str | None, by: Actor, now: datetime) -> Change:
    before = proposal_states(tx, [uid])[uid]
    values: dict[str, Any] = {"state": state, "user_id": by.user_id, "decided_at": now}
    if record is not None:
        values["record_id"] = select(Record.id).where(Record.uid == record).scalar_subquery()
    tx.execute(update(Proposal).where(Proposal.uid == uid).values(values))
    return Change("proposal", uid, before, proposal_states(tx, [uid])[uid])
