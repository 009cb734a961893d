"""Creating, editing and deleting records. Each act is one operation that can be undone (store.history.operations)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.access import sees_record
from store.actor import Actor
from store.cases.lifecycle import check_resolution
from store.chunks import chunked
from store.errors import Invalid, NotFound, Stale
from store.history.ledger import Change, record_operation
from store.history.undoable import same
from store.linking.reopening import requeue_mentions
from store.records.checks import check_addresses, check_chains, deletion_consequences, known_elsewhere
from store.records.effects import Changed, follow_up
from store.records.fields import LABELS, fields_of
from store.records.numbers import claim_numbers, next_numbers
from store.records.references import resolve
from store.records.rules import complete
from store.records.state import (
    New,
    State,
    Stored,
    compact,
    insert_states,
    read_states,
    set_deleted,
    write_states,
)
from store.records.turns import take_turn
from store.records.values import Line, read_values
from store.schema.people import User
from store.schema.records import Record
from store.types import new_uid


@dataclass(frozen=True, slots=True)
class Created:
    """A new record and the operation that undoes it. `notices` are sentences worth reading, such as an address that
    another record has too."""

    record_id: int
    uid: str
    number: str
    operation_uid: str
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inserted:
    """A record inserted by `insert_records`."""

    record_id: int
    uid: str
    number: str


def create_record(
    tx: Connection, kind: str, values: Mapping[str, Any], *, number: str | None = None, by: Actor, now: datetime
) -> Created:
    """Create a record from values by field name (store.records.fields), text as typed or plain values.

    Records and users are named by key, uid, number or exact name; `lines` (store.records.values.Line) and `extra` are
    taken too. The owner is the actor unless given; in a queue that gives work to its members it is whose turn it is.
    Raises Invalid with the sentence a user reads.
    """
    state = read_values(kind, values)
    given = take_turn(tx, kind, state, by=by, now=now)
    inserted, changes = insert_records(tx, kind, [state], numbers=[number], by=by, now=now)
    one = inserted[0]
    after = changes[0].after or {}
    notices = known_elsewhere(tx, after.get("emails", ()), besides=one.record_id, by=by)
    summary = f"Created {LABELS[kind][0]} {one.number} {after['title']}{given}"
    operation_uid = record_operation(tx, "create_record", summary, changes, by=by, now=now)
    if given:
        notices = (f"{one.number}{given.replace(';', ':', 1)}.", *notices)
    return Created(one.record_id, one.uid, one.number, operation_uid, notices)


def insert_records(
    tx: Connection,
    kind: str,
    states: Sequence[State],
    *,
    numbers: Sequence[str | None] = (),
    opened: Sequence[datetime | None] = (),
    by: Actor,
    now: datetime,
) -> tuple[list[Inserted], list[Change]]:
    """Insert checked values (`read_values`) in bulk; the caller records the changes as part of its operation.

    `opened` says of cases that are brought along when they began; None, or a time ahead, is now.
    Raises Invalid, also for own addresses and taken numbers, before anything is written.
    """
    resolve(tx, kind, states, by=by)
    check_addresses(tx, {email for state in states for email in state.get("emails") or ()})
    owner = _own_uid(tx, by)
    whole = [_new_state(kind, state, owner, now) for state in states]
    begun = [min(one or now, now) for one in opened] or [now] * len(whole)
    new = [
        New(new_uid(), number, state, began_at)
        for number, state, began_at in zip(_numbers(tx, kind, len(whole), numbers), whole, begun, strict=True)
    ]
    ids = insert_states(tx, kind, new, now=now)
    inserted = [Inserted(record_id, one.uid, one.number) for record_id, one in zip(ids, new, strict=True)]
    appeared = [Changed(record_id, kind, one.number, None, one.state) for record_id, one in zip(ids, new, strict=True)]
    follow_up(tx, appeared, by=by, now=now)
    # A number just given by us stands in no mail yet; one that was brought along may.
    requeue_mentions(tx, [number for number in numbers if number])
    return inserted, [Change("record", one.uid, None, one.state) for one in new]


def edit_record(
    tx: Connection,
    record_id: int,
    values: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Change fields of a record; returns the operation's uid. What is not named in `values` stays.

    `extra` is merged by name. Raises NotFound, Invalid, and Stale when the record is no longer at `expected_version`.
    """
    stored = visible_record(tx, record_id, by)
    if expected_version is not None and expected_version != stored.version:
        raise Stale(f"{stored.number} {stored.state['title']}")
    state = read_values(stored.kind, values)
    if stored.kind == "case":
        check_resolution(stored.state, stored.state | state)
    change = change_record(tx, stored, state, by=by, now=now)
    summary = f"Edited {LABELS[stored.kind][0]} {stored.number} {stored.state['title']}{_named(stored.kind, change)}"
    # Also an edit that changed nothing is the latest act, which the next undo takes back.
    recorded = change or Change("record", stored.uid, {}, {})
    return record_operation(tx, "edit_record", summary, [recorded], by=by, now=now)


def change_record(
    tx: Connection, stored: Stored, state: State, *, by: Actor, now: datetime, besides: int | None = None
) -> Change | None:
    """Write checked values over a record; None when nothing differs. The caller records the change. Raises Invalid.

    `besides` is the mailbox item that the values came from, which need not be told of them.
    """
    return change_records(tx, [(stored, state)], by=by, now=now, besides=besides)[0]


def change_records(
    tx: Connection,
    wanted: Sequence[tuple[Stored, State]],
    *,
    by: Actor,
    now: datetime,
    besides: int | None = None,
) -> list[Change | None]:
    """Write checked values over records, each of them once, as `change_record` does it with one; what follows is done
    for all together."""
    written: list[tuple[Stored, State]] = []
    for kind in {stored.kind for stored, _ in wanted}:
        resolve(tx, kind, [state for stored, state in wanted if stored.kind == kind], by=by)
    found: list[Change | None] = []
    for stored, state in wanted:
        changes = _changes(tx, stored, state, now)
        if changes:
            written.append((stored, changes))
        before = {name: stored.state.get(name) for name in changes}
        found.append(Change("record", stored.uid, before, changes) if changes else None)
    if written:
        write_states(tx, written, now=now)
        changed = [
            Changed(stored.record_id, stored.kind, stored.number, stored.state, compact(stored.state | changes))
            for stored, changes in written
        ]
        follow_up(tx, changed, by=by, now=now, besides=besides)
    return found


def _changes(tx: Connection, stored: Stored, state: State, now: datetime) -> State:
    """What values whose references are uids change about a record."""
    if state.get("emails"):
        check_addresses(tx, set(state["emails"]) - set(stored.state.get("emails", ())))
    check_chains(tx, stored.kind, stored.uid, state)
    if "extra" in state:
        state["extra"] = {**stored.state.get("extra", {}), **state["extra"]}
    wanted = complete(stored.kind, stored.state, state, now=now)
    return {name: value for name, value in wanted.items() if not same(stored.state.get(name), value)}


def set_lines(
    tx: Connection,
    record_id: int,
    lines: Sequence[Line],
    *,
    expected_version: int | None = None,
    by: Actor,
    now: datetime,
) -> str:
    """Replace the product lines of an opportunity, whose amount becomes their sum; returns the operation's uid."""
    return edit_record(tx, record_id, {"lines": lines}, expected_version=expected_version, by=by, now=now)


def delete_record(tx: Connection, record_id: int, *, by: Actor, now: datetime) -> str:
    """Delete a record (it can be brought back by undo); returns the operation's uid.

    What belongs to it stays; the operation's summary says what that is. Raises NotFound.
    """
    stored = visible_record(tx, record_id, by)
    affected = deletion_consequences(tx, record_id)
    set_deleted(tx, [record_id], now, now=now)
    gone = Changed(record_id, stored.kind, stored.number, stored.state, None)
    follow_up(tx, [gone], by=by, now=now)
    name = f"{LABELS[stored.kind][0]} {stored.number} {stored.state['title']}"
    summary = f"Deleted {name}" + (f"; {affected}" if affected else "")
    change = Change("record", stored.uid, stored.state, None)
    return record_operation(tx, "delete_record", summary, [change], by=by, now=now)


def notices_for(
    tx: Connection, kind: str, values: Mapping[str, Any], *, record_id: int | None = None, by: Actor
) -> tuple[str, ...]:
    """Sentences worth reading before these values are saved: addresses that other records have too. Raises Invalid."""
    emails = read_values(kind, {name: values[name] for name in values if name == "emails"}).get("emails", ())
    return known_elsewhere(tx, emails, besides=record_id, by=by)


def affected_by_deletion(tx: Connection, record_id: int, *, by: Actor) -> str:
    """What would stay behind without the record, as "3 contacts and 1 case stay without it"; '' for nothing."""
    return deletion_consequences(tx, visible_record(tx, record_id, by).record_id)


def _new_state(kind: str, state: State, owner: str | None, now: datetime) -> State:
    whole = complete(kind, None, state, now=now)
    whole.setdefault("owner", owner)
    return compact(whole)


def _numbers(tx: Connection, kind: str, count: int, given: Sequence[str | None]) -> list[str]:
    brought = [number for number in given if number]
    if len(set(brought)) < len(brought):
        raise Invalid("The same number is given twice.")
    claimed = iter(claim_numbers(tx, kind, brought) if brought else [])
    taken = iter(next_numbers(tx, kind, count - len(brought)))
    padded = [*given, *[None] * (count - len(given))]
    return [next(claimed) if number else next(taken) for number in padded]


def _own_uid(tx: Connection, by: Actor) -> str | None:
    return None if by.user_id is None else tx.execute(select(User.uid).where(User.id == by.user_id)).scalar_one()


def visible_record(tx: Connection, record_id: int, by: Actor) -> Stored:
    """A living record that `by` may see. Raises NotFound."""
    return visible_records(tx, [record_id], by)[0]


def visible_records(tx: Connection, record_ids: Sequence[int], by: Actor) -> list[Stored]:
    """Living records that `by` may see, each once, in this order. Raises NotFound where one is not."""
    wanted = list(dict.fromkeys(record_ids))
    uids: dict[int, str] = {}
    for portion in chunked(wanted):
        seen = (Record.id.in_(portion), Record.deleted_at.is_(None), sees_record(by))
        uids.update({row.id: row.uid for row in tx.execute(select(Record.id, Record.uid).where(*seen))})
    if len(uids) < len(wanted):
        raise NotFound()
    states = read_states(tx, list(uids.values()))
    return [states[uids[key]] for key in wanted]


def _named(kind: str, change: Change | None) -> str:
    if change is None:
        return ": nothing changed"
    fields = fields_of(kind)
    labels = [fields[name].label for name in change.after or {} if name in fields]
    return f": {', '.join(labels)}" if labels else ""
