"""Keeping what is proposed: each thing once, and nothing that a person refused."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, literal_column, select, update

from store.chunks import chunked
from store.records.state import read_states
from store.schema.activities import Activity
from store.schema.proposals import Proposal
from store.schema.records import MergedRecord, Record, RecordAddress
from store.search_text import fold
from store.types import new_uid

PERSON, CHANGE = "person", "change"
OPEN, ACCEPTED, REFUSED, OUTDATED = "open", "accepted", "refused", "outdated"

_PHONES = ("phone", "mobile")
_OPEN = Proposal.state == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class NewProposal:
    """`fields` are objects with `field`, `value`, `quote`, `before` of a change, and `ref`, the uid of an account."""

    kind: str
    subject: str
    activity_id: int
    fields: tuple[Mapping[str, Any], ...]
    record_id: int | None = None


def about_field(uid: str, name: str) -> str:
    """What the proposal of a changed field is about."""
    return f"{uid}:{name}"


def keep_proposal(tx: Connection, new: NewProposal, *, now: datetime) -> bool:
    """Keep a proposal unless it was made before; a later mail completes or replaces the open one about the same.

    Returns whether it is a new one.
    """
    rows = tx.execute(
        select(Proposal.id, Proposal.state, Proposal.fields, Activity.occurred_at)
        .outerjoin(Activity, Activity.id == Proposal.activity_id)
        .where(Proposal.kind == new.kind, Proposal.subject.in_(_subjects(tx, new)))
        .order_by(Proposal.id)
    ).all()
    decided = [row for row in rows if row.state != OPEN]
    waiting = next((row for row in rows if row.state == OPEN), None)
    if new.kind == PERSON and any(row.state == REFUSED for row in decided):
        return False
    if new.kind == CHANGE and any(_value(row.fields) == _value(new.fields) for row in rows):
        return False
    if waiting is None:
        values = {"kind": new.kind, "subject": new.subject, "record_id": new.record_id, "state": OPEN, "found_at": now}
        fields = [dict(each) for each in new.fields]
        tx.execute(insert(Proposal).values(uid=new_uid(), activity_id=new.activity_id, fields=fields, **values))
        return True
    fields = _united(waiting.fields, new.fields) if new.kind == PERSON else [dict(each) for each in new.fields]
    tx.execute(update(Proposal).where(Proposal.id == waiting.id).values(fields=fields, activity_id=new.activity_id))
    return False


def retire_outdated(tx: Connection, record_ids: Collection[int], *, now: datetime) -> None:
    """These records are new or changed: what they say by now need not be proposed any more."""
    values = {"state": OUTDATED, "decided_at": now}
    for portion in chunked(record_ids):
        emails = (
            select(RecordAddress.email)
            .join(Record, Record.id == RecordAddress.record_id)
            .where(RecordAddress.record_id.in_(portion), Record.deleted_at.is_(None))
        )
        known = (Proposal.kind == PERSON, Proposal.subject.in_(emails), _OPEN)
        tx.execute(update(Proposal).where(*known).values(values))
        changes = tx.execute(
            select(Proposal.id, Proposal.fields, Record.uid)
            .join(Record, Record.id == Proposal.record_id)
            .where(Proposal.record_id.in_(portion), Proposal.kind == CHANGE, _OPEN)
        ).all()
        states = read_states(tx, {row.uid for row in changes})
        done = [row.id for row in changes if _says(states[row.uid].state, row.fields[0])]
        tx.execute(update(Proposal).where(Proposal.id.in_(done)).values(values))


def _subjects(tx: Connection, new: NewProposal) -> list[str]:
    """What was decided about a record that was merged into this one counts as well."""
    if new.record_id is None:
        return [new.subject]
    merged = select(Record.uid).join(MergedRecord, MergedRecord.record_id == Record.id)
    uids = tx.execute(merged.where(MergedRecord.into_id == new.record_id)).scalars()
    name = new.subject.partition(":")[2]
    return [new.subject, *(about_field(uid, name) for uid in uids)]


def _value(fields: Sequence[Mapping[str, Any]]) -> str:
    return _plain(fields[0]["field"], fields[0]["value"]) if fields else ""


def _plain(name: str, value: str) -> str:
    """A value as two of them are compared: numbers by their digits, texts without case and marks."""
    return re.sub(r"\D", "", value.replace("(0)", "")) if name in _PHONES else fold(value)


def _says(state: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    name = said["field"]
    if said.get("ref"):
        return bool(state.get(name) == said["ref"])
    current = state.get(name)
    return isinstance(current, str) and _plain(name, current) == _plain(name, said["value"])


def _united(known: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the later mail says, and what only the earlier one said."""
    said = {each["field"] for each in new}
    return [*(dict(each) for each in new), *(dict(each) for each in known if each["field"] not in said)]
