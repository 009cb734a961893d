"""Making a case, lead, contact or opportunity of mails, and accepting what is suggested. Each act is one operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from assistant.triage.prefill import FromMail, prefilled
from assistant.triage.suggesting import Act, suggested
from store.actor import Actor
from store.errors import Invalid, Stale
from store.history.ledger import Change, record_operation
from store.linking.by_hand import link_all_by_hand
from store.linking.human import seen_activity
from store.queries.activities import activity_detail
from store.queries.customer import customer_of
from store.queries.linking.said import said_by
from store.queries.paging import AnyRow
from store.queries.refs import RecordRef
from store.queries.triage_list import TriageRow, triage_row
from store.records.checks import known_elsewhere
from store.records.fields import LABELS
from store.records.turns import take_turn
from store.records.values import fitting, read_values
from store.records.writing import insert_records
from store.schema.service import Queue
from store.schema.triage import Triage
from store.triage.deciding import decided_since

KINDS = ("case", "lead", "contact", "opportunity")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of mails, and the operation that undoes it. `notices` are sentences worth reading."""

    record_id: int
    number: str
    title: str
    operation_uid: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """What accepting suggestions came to: the operation, and what was made, if anything."""

    operation_uid: str
    numbers: tuple[str, ...] = ()


def from_mail(tx: Connection, activity_id: int, *, by: Actor) -> FromMail:
    """What a record made of this mail would say; records are `RecordRef`s. Raises NotFound."""
    detail = activity_detail(tx, activity_id, by=by)
    customer = customer_of(tx, activity_id, by=by)
    said = said_by(tx, [activity_id]).get(activity_id)
    queue = tx.execute(
        select(Queue.id, Queue.kind, Queue.assignment, Triage.user_id)
        .select_from(Triage)
        .outerjoin(Queue, Queue.id == Triage.queue_id)
        .where(Triage.activity_id == activity_id)
    ).one_or_none()
    return FromMail(
        subject=detail.subject,
        new_text=said.new_text if said else detail.text[: detail.new_text_size],
        email=customer.email,
        name=customer.name,
        signed={each.field: each.value for each in reversed(said.fields)} if said else {},
        contact=customer.contact,
        account=customer.account,
        product=customer.product,
        company=customer.account.title if customer.account else "",
        queue=queue.id if queue else None,
        queue_kind=(queue.kind or "") if queue else "",
        owner=(queue.user_id if queue else None) or (None if _has_turns(queue) else by.user_id),
    )


def _has_turns(queue: AnyRow | None) -> bool:
    """Whether what is made in the queue becomes whose turn it is there."""
    return queue is not None and (queue.assignment or "none") != "none"


def make_from_mail(
    tx: Connection,
    kind: str,
    values: Mapping[str, Any],
    activity_ids: Sequence[int],
    *,
    as_of: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Made:
    """Make a record of these values, as `create_record` takes them, and link the mails to it.

    `as_of` is when the mails were looked at: Stale is raised where somebody decided about one of them since. Raises
    NotFound, and Invalid with the sentence a user reads.
    """
    subjects = [seen_activity(tx, activity_id, by) for activity_id in activity_ids]
    if as_of is not None and (decided := decided_since(tx, activity_ids, as_of)):
        raise Stale(f"“{seen_activity(tx, decided, by)}” was decided by somebody else meanwhile")
    new = make_of(tx, kind, values, activity_ids, by, now)
    of = f"“{subjects[0]}”" if len(subjects) == 1 else f"{len(subjects)} mails"
    summary = f"Made {new.named} of {of}{new.turn}"
    uid = record_operation(tx, "make_from_mail", summary, new.changes, by=by, now=now)
    notices = known_elsewhere(tx, values.get("emails", ()), besides=new.record_id, by=by)
    return Made(new.record_id, new.number, new.title, uid, notices)


def accept_suggested(tx: Connection, activity_ids: Sequence[int], *, by: Actor, now: datetime) -> Accepted:
    """Make of each of these waiting mails what is suggested for it. Those for which nothing is, or another time for a
    booking, stay as they are.

    Raises NotFound, and Invalid where nothing is suggested for any.
    """
    changes: list[Change] = []
    numbers: list[str] = []
    told: list[str] = []
    wanted: list[str] = []
    for activity_id in activity_ids:
        subject = seen_activity(tx, activity_id, by)
        row = triage_row(tx, activity_id, by=by)
        act = Act.NOTHING if row is None else suggested(row).act
        if row is not None and row.booking is not None:
            wanted.append(row.booking.record.number)
        if act in (Act.NOTHING, Act.MOVE) or row is None:
            continue
        if act in (Act.WORK, Act.PARTY):
            record = _meant(row, act)
            changes += link_all_by_hand(tx, [activity_id], record.record_id, by=by, now=now)
            told.append(f"Linked “{subject}” to {record.number} {record.title}")
        else:
            values = as_stored(prefilled(act.value, from_mail(tx, activity_id, by=by)))
            new = make_of(tx, act.value, values, [activity_id], by, now)
            changes += new.changes
            numbers.append(new.number)
            told.append(f"Made {new.named} of “{subject}”{new.turn}")
    if wanted and not told:
        raise Invalid(f"Another time may be wanted for {wanted[0]}: look for a slot and move it.")
    if not told:
        raise Invalid("Nothing is suggested for it." if len(activity_ids) == 1 else "Nothing is suggested for these.")
    summary = told[0] if len(told) == 1 else f"Accepted what was suggested for {len(told)} mails"
    uid = record_operation(tx, "accept_suggested", summary, changes, by=by, now=now)
    return Accepted(uid, tuple(numbers))


def _meant(row: TriageRow, act: Act) -> RecordRef:
    fit = row.work if act is Act.WORK else row.party
    assert fit is not None
    return fit.record


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record that was made as part of another act, and what changed for its operation. `turn` says whose turn it was
    in its queue, as the end of a sentence."""

    record_id: int
    kind: str
    number: str
    title: str
    turn: str
    changes: tuple[Change, ...]

    @property
    def named(self) -> str:
        return f"{LABELS[self.kind][0]} {self.number} {self.title}"


def make_of(
    tx: Connection, kind: str, values: Mapping[str, Any], activity_ids: Sequence[int], by: Actor, now: datetime
) -> NewRecord:
    """Make a record as part of another act. Raises Invalid."""
    if kind not in KINDS:
        raise Invalid(f"A mail becomes {', '.join(KINDS[:-1])} or {KINDS[-1]}, not {kind!r}.")
    state = read_values(kind, fitting(kind, values))
    turn = "" if by.rule_id is not None else take_turn(tx, kind, state, by=by, now=now)  # rules say themselves to whom
    [new], changes = insert_records(tx, kind, [state], by=by, now=now)
    title = str((changes[0].after or {}).get("title", ""))
    linked = link_all_by_hand(tx, activity_ids, new.record_id, by=by, now=now)
    return NewRecord(new.record_id, kind, new.number, title, turn, (*changes, *linked))


def as_stored(given: Mapping[str, Any]) -> dict[str, Any]:
    """Prefilled values as use cases take them: records by key."""
    return {name: getattr(value, "record_id", value) for name, value in given.items()}
